"""Every storage keeps the same promises about people, what they are told, and retention."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import Conflict
from bot.domain.facts import (
    AccountSaved,
    AuditAdded,
    BookSaved,
    BotSaved,
    ConfigVersionAdded,
    DeliverySaved,
    DeliveryStatus,
    DestinationSaved,
    EquitySaved,
    EventRaised,
    FillBooked,
    IdentitySaved,
    IntentDecided,
    NoteSaved,
    OperatorSaved,
    OrderSaved,
    SignalSaved,
    TradeSaved,
)
from bot.domain.ids import BotId, EventId, OperatorId
from bot.domain.people import Role
from bot.domain.trade import Book
from bot.ports.storage import Page
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.builders.storages import Storage, names, open_storage

BOT = BotId("bot")


@pytest.fixture(params=["memory", "sqlite"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(request.param, tmp_path) as opened:
        yield opened


async def test_people_and_places_are_kept(storage: Storage) -> None:
    await storage.store(
        OperatorSaved(a.an_operator()),
        IdentitySaved(a.an_identity()),
        AccountSaved(a.an_account()),
        DestinationSaved(a.a_destination()),
        NoteSaved("setup", "hash"),
    )
    await storage.store(IdentitySaved(a.an_identity(operator="ben")), NoteSaved("setup", "other"))
    reader = storage.reader
    assert await reader.operators() == (a.an_operator(),)
    assert await reader.operator(OperatorId("mia")) == a.an_operator()
    assert await reader.operator(OperatorId("ben")) is None
    assert await reader.identity("console", "1") == a.an_identity(operator="ben")
    assert await reader.identity("telegram", "1") is None
    assert repr(await reader.accounts()) == repr((a.an_account(),))
    assert await reader.destinations() == (a.a_destination(),)
    assert await reader.note("setup") == "other"


async def test_audit_comes_newest_first(storage: Storage) -> None:
    await storage.store(AuditAdded(a.an_audit_entry("a1")), AuditAdded(a.an_audit_entry("a2")))
    assert [entry.audit_id for entry in await storage.reader.audit(Page())] == ["a2", "a1"]
    with pytest.raises(Conflict):
        await storage.store(AuditAdded(a.an_audit_entry("a1")))


async def test_events_are_numbered_in_order_and_never_repeated(storage: Storage) -> None:
    await storage.store(EventRaised(a.an_event("e1", bot="bot")), EventRaised(a.an_event("e2")))
    with pytest.raises(Conflict):
        await storage.store(EventRaised(a.an_event("e1")))
    await storage.store(EventRaised(a.an_event("e3", bot="bot")))
    events = await storage.reader.events_after(0, 10)
    assert names(events) == ["e1", "e2", "e3"]
    assert [numbered.number for numbered in events] == sorted(numbered.number for numbered in events)
    assert names(await storage.reader.events_after(events[0].number, 1)) == ["e2"]
    assert names(await storage.reader.recent_events(None, Page(limit=2))) == ["e3", "e2"]
    assert names(await storage.reader.recent_events(BOT, Page())) == ["e3", "e1"]


async def test_a_destination_is_owed_its_operators_events_since_it_exists(storage: Storage) -> None:
    await storage.store(
        OperatorSaved(a.an_operator("mia")),
        OperatorSaved(a.an_operator("oskar", Role.OWNER)),
        EventRaised(a.an_event("before")),
        DestinationSaved(a.a_destination("console:1", operator="mia")),
        DestinationSaved(a.a_destination("console:2", operator="oskar")),
        EventRaised(a.an_event("mine")),
        EventRaised(a.an_event("ben's", operator="ben")),
    )
    await storage.store(DestinationSaved(a.a_destination("console:1", operator="mia")))
    assert names(await storage.reader.undelivered("console:1", 10)) == ["mine"]
    assert names(await storage.reader.undelivered("console:2", 10)) == ["mine", "ben's"]


async def test_a_sent_or_dropped_event_is_no_longer_owed(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination()), *(EventRaised(a.an_event(f"e{i}")) for i in range(1, 5)))
    await storage.store(
        DeliverySaved(a.a_delivery("e1", status=DeliveryStatus.SENDING)),
        DeliverySaved(a.a_delivery("e2", status=DeliveryStatus.DROPPED)),
        DeliverySaved(a.a_delivery("e3", status=DeliveryStatus.SENT)),
    )
    assert names(await storage.reader.undelivered("console:1", 10)) == ["e1", "e4"]
    assert names(await storage.reader.undelivered("console:1", 1)) == ["e1"]
    await storage.store(DeliverySaved(a.a_delivery("e1", attempts=2)))
    assert names(await storage.reader.undelivered("console:1", 10)) == ["e4"]
    assert await storage.reader.delivery(EventId("e1"), "console:1") == a.a_delivery("e1", attempts=2)
    assert await storage.reader.delivery(EventId("e4"), "console:1") is None


async def test_a_chat_that_changes_hands_is_not_told_what_was_meant_for_the_one_before(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination(operator="mia")), EventRaised(a.an_event("secret")))
    await storage.store(
        DestinationSaved(a.a_destination(operator="ben")), EventRaised(a.an_event("own", operator="ben"))
    )
    assert names(await storage.reader.undelivered("console:1", 10)) == ["own"]


async def test_pruning_keeps_what_must_stay(storage: Storage) -> None:
    intent = an_intent()
    await storage.store(
        BotSaved(a.a_bot()),
        ConfigVersionAdded(a.a_version()),
        IntentDecided(intent),
        OrderSaved(a.an_order(intent)),
        FillBooked(a.a_fill(intent)),
        BookSaved(BOT, Book(trade=a.a_trade())),
        TradeSaved(a.a_trade()),
        DestinationSaved(a.a_destination()),
        EventRaised(a.an_event("owed")),
        EventRaised(a.an_event("told")),
        EventRaised(a.an_event("young", minutes=60)),
        DeliverySaved(a.a_delivery("told")),
        DeliverySaved(a.a_delivery("young")),
        DeliverySaved(a.a_delivery("owed", status=DeliveryStatus.SENDING)),
        SignalSaved(a.a_signal(0)),
        SignalSaved(a.a_signal(60)),
        AuditAdded(a.an_audit_entry("old")),
        AuditAdded(a.an_audit_entry("new", minutes=60)),
        *(EquitySaved(a.an_equity_point(minutes)) for minutes in (0, 5, 10, 24 * 60)),
    )
    storage.clock.advance(timedelta(minutes=30))
    await storage.store(EquitySaved(a.an_equity_point(7)))
    # Gone: an event with its delivery, a signal, an audit row, and the equity points of 0 and 5 minutes.
    assert await storage.housekeeping.prune(a.at(30).wall) == 6
    reader = storage.reader
    assert names(await reader.events_after(0, 10)) == ["owed", "young"]
    assert names(await reader.undelivered("console:1", 10)) == ["owed"]
    assert await reader.delivery(EventId("told"), "console:1") is None
    assert await reader.delivery(EventId("owed"), "console:1") is not None
    assert await reader.signals(BOT, Page()) == (a.a_signal(60),)
    assert [entry.audit_id for entry in await reader.audit(Page())] == ["new"]
    assert [p.market_time for p in await reader.equity(BOT, None)] == [a.at(m).market for m in (7, 10, 24 * 60)]
    assert len(await reader.working_orders()) == 1
    assert await reader.fill_count(intent.account_id) == 1
    assert (await reader.book(BOT)).trade == a.a_trade()
    assert len(await reader.versions(BOT)) == 1
    assert await storage.housekeeping.prune(a.at(30).wall) == 0


async def test_numbers_grow_on_after_pruning(storage: Storage) -> None:
    await storage.store(EventRaised(a.an_event("e1")))
    number = (await storage.reader.events_after(0, 1))[0].number
    await storage.housekeeping.prune(a.at(1).wall)
    await storage.store(EventRaised(a.an_event("e2")))
    assert names(await storage.reader.events_after(number, 10)) == ["e2"]
