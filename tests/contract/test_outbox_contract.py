"""Every storage keeps the same promises about people, what they are told, and retention."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.errors import Conflict
from bot.domain.facts import (
    ChatMoved,
    ConfigVersionAdded,
    DeliverySaved,
    DeliveryStatus,
    DestinationRemoved,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    FillBooked,
    IntentDecided,
    KeyValue,
    LedgerSaved,
    PendingDeliveryMoved,
    Saved,
)
from bot.domain.ids import BotId, EventId, OperatorId
from bot.domain.order import OrderIntent
from bot.domain.trade import Ledger
from bot.ports.storage import Page
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.builders.storages import Storage, names, open_storage

BOT = BotId("bot")


@pytest.fixture(params=["memory", "sqlite"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(request.param, tmp_path) as opened:
        yield opened


def raised(*event_ids: str) -> tuple[EventRaised, ...]:
    return tuple(EventRaised(a.an_event(event_id)) for event_id in event_ids)


async def owe(storage: Storage, destination: str) -> None:
    for numbered in await storage.reader.events_after(0, 100):
        await storage.store(EventAddressed(numbered.number, (destination,)))


async def test_people_and_places_are_kept(storage: Storage) -> None:
    await storage.store(
        Saved(a.an_operator()),
        Saved(a.an_identity()),
        Saved(a.an_account()),
        DestinationSaved(a.a_destination()),
        Saved(KeyValue("setup", "hash")),
    )
    await storage.store(Saved(a.an_identity(operator="ben")), Saved(KeyValue("setup", "other")))
    reader = storage.reader
    assert await reader.operators() == (a.an_operator(),)
    assert await reader.operator(OperatorId("mia")) == a.an_operator()
    assert await reader.operator(OperatorId("ben")) is None
    assert await reader.identity("console", "1") == a.an_identity(operator="ben")
    assert await reader.identity("telegram", "1") is None
    assert repr(await reader.accounts()) == repr((a.an_account(),))
    assert await reader.destinations() == (a.a_destination(),)
    assert await reader.key_value("setup") == "other"


async def test_audit_comes_newest_first(storage: Storage) -> None:
    await storage.store(Saved(a.an_audit_entry("a1")), Saved(a.an_audit_entry("a2")))
    assert [entry.audit_id for entry in await storage.reader.audit_entries(Page())] == ["a2", "a1"]
    with pytest.raises(Conflict):
        await storage.store(Saved(a.an_audit_entry("a1")))


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


async def test_a_destination_is_owed_what_is_addressed_to_it(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination()), *raised("e1", "e2", "e3"))
    one, two, three = await storage.reader.events_after(0, 10)
    assert await storage.reader.undelivered_events("console:1", 10) == ()
    await storage.store(EventAddressed(two.number, ("console:1", "console:2")))
    await storage.store(EventAddressed(one.number, ("console:1",)), EventAddressed(two.number, ("console:1",)))
    await storage.store(EventAddressed(three.number, ()))
    assert names(await storage.reader.undelivered_events("console:1", 10)) == ["e1", "e2"]
    assert names(await storage.reader.undelivered_events("console:2", 10)) == ["e2"]


async def test_a_sent_or_dropped_event_is_no_longer_owed(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination()), *raised("e1", "e2", "e3", "e4"))
    await owe(storage, "console:1")
    await storage.store(
        DeliverySaved(a.a_delivery("e1", status=DeliveryStatus.SENDING)),
        DeliverySaved(a.a_delivery("e2", status=DeliveryStatus.DROPPED)),
        DeliverySaved(a.a_delivery("e3", status=DeliveryStatus.SENT)),
    )
    assert names(await storage.reader.undelivered_events("console:1", 10)) == ["e1", "e4"]
    assert names(await storage.reader.undelivered_events("console:1", 1)) == ["e1"]
    await storage.store(DeliverySaved(a.a_delivery("e1", attempts=2)))
    assert names(await storage.reader.undelivered_events("console:1", 10)) == ["e4"]
    assert await storage.reader.delivery(EventId("e1"), "console:1") == a.a_delivery("e1", attempts=2)
    assert await storage.reader.delivery(EventId("e4"), "console:1") is None


async def test_what_is_owed_can_be_owed_elsewhere(storage: Storage) -> None:
    await storage.store(*raised("e1", "e2"))
    await owe(storage, "telegram:1")
    first = (await storage.reader.events_after(0, 1))[0].number
    await storage.store(PendingDeliveryMoved(first, "telegram:1", "discord:1"))
    await storage.store(PendingDeliveryMoved(first, "telegram:1", "discord:1"))
    assert names(await storage.reader.undelivered_events("telegram:1", 10)) == ["e2"]
    assert names(await storage.reader.undelivered_events("discord:1", 10)) == ["e1"]


async def test_a_chat_that_changes_hands_is_not_told_what_was_meant_for_the_one_before(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination(operator="mia")), *raised("secret"))
    await owe(storage, "console:1")
    await storage.store(DestinationSaved(a.a_destination(operator="mia", title="renamed")))
    assert names(await storage.reader.undelivered_events("console:1", 10)) == ["secret"]
    await storage.store(DestinationSaved(a.a_destination(operator="ben")))
    assert await storage.reader.undelivered_events("console:1", 10) == ()


async def test_a_removed_chat_leaves_nothing_behind(storage: Storage) -> None:
    await storage.store(DestinationSaved(a.a_destination()), Saved(a.a_subscription("console:1")), *raised("e1"))
    await owe(storage, "console:1")
    await storage.store(DestinationRemoved("console:1"))
    assert await storage.reader.destinations() == ()
    assert await storage.reader.subscriptions() == ()
    assert await storage.reader.undelivered_events("console:1", 10) == ()


async def test_a_chat_that_moved_takes_along_what_it_is_owed_and_follows(storage: Storage) -> None:
    await storage.store(
        DestinationSaved(a.a_destination("telegram:-1")),
        Saved(a.a_subscription("telegram:-1")),
        *raised("e1"),
    )
    await owe(storage, "telegram:-1")
    await storage.store(
        DestinationSaved(a.a_destination("telegram:-100")),
        ChatMoved("telegram:-1", "telegram:-100"),
        DestinationRemoved("telegram:-1"),
    )
    assert [one.key for one in await storage.reader.destinations()] == ["telegram:-100"]
    assert await storage.reader.subscriptions() == (a.a_subscription("telegram:-100"),)
    assert names(await storage.reader.undelivered_events("telegram:-100", 10)) == ["e1"]


async def test_the_newest_message_of_a_thread_is_found(storage: Storage) -> None:
    await storage.store(
        *(EventRaised(a.an_event(name, thread=thread)) for name, thread in (("e1", "t"), ("e2", "t"), ("e3", "u"))),
        *(EventRaised(a.an_event(name, thread="t")) for name in ("e4", "e5")),
        DeliverySaved(a.a_delivery("e1", message="m1")),
        DeliverySaved(a.a_delivery("e2", message="m2")),
        DeliverySaved(a.a_delivery("e2", to="console:2", message="m9")),
        DeliverySaved(a.a_delivery("e4", status=DeliveryStatus.SENDING)),
        DeliverySaved(a.a_delivery("e5")),
    )
    found = await storage.reader.last_delivered_event("console:1", "t")
    assert found is not None
    assert (found.message_id, found.event.event.event_id) == ("m2", "e2")
    assert await storage.reader.last_delivered_event("console:1", "u") is None


async def store_a_traded_bot(storage: Storage, intent: OrderIntent) -> None:
    await storage.store(
        Saved(a.a_bot()),
        ConfigVersionAdded(a.a_version()),
        IntentDecided(intent),
        Saved(a.an_order(intent)),
        FillBooked(a.a_fill(intent)),
        LedgerSaved(BOT, Ledger(trade=a.a_trade())),
        Saved(a.a_trade()),
    )


async def test_pruning_keeps_what_must_stay(storage: Storage) -> None:
    intent = an_intent()
    await store_a_traded_bot(storage, intent)
    await storage.store(
        DestinationSaved(a.a_destination()),
        EventRaised(a.an_event("owed")),
        EventRaised(a.an_event("told")),
        EventRaised(a.an_event("young", minutes=60)),
    )
    await owe(storage, "console:1")
    await storage.store(
        DeliverySaved(a.a_delivery("told")),
        DeliverySaved(a.a_delivery("young")),
        DeliverySaved(a.a_delivery("owed", status=DeliveryStatus.SENDING)),
        Saved(a.a_signal(0)),
        Saved(a.a_signal(60)),
        Saved(a.an_audit_entry("old")),
        Saved(a.an_audit_entry("new", minutes=60)),
    )
    storage.clock.advance(timedelta(minutes=30))
    # Gone: an event with its delivery, a signal and an audit row.
    assert await storage.housekeeping.delete_expired_rows(a.at(30).wall) == 4
    reader = storage.reader
    assert names(await reader.events_after(0, 10)) == ["owed", "young"]
    assert names(await reader.undelivered_events("console:1", 10)) == ["owed"]
    assert await reader.delivery(EventId("told"), "console:1") is None
    assert await reader.delivery(EventId("owed"), "console:1") is not None
    assert await reader.signals(BOT, Page()) == (a.a_signal(60),)
    assert [entry.audit_id for entry in await reader.audit_entries(Page())] == ["new"]
    assert len(await reader.working_orders()) == 1
    assert await reader.fill_count(intent.account_id) == 1
    assert (await reader.ledger(BOT)).trade == a.a_trade()
    assert len(await reader.versions(BOT)) == 1
    assert await storage.housekeeping.delete_expired_rows(a.at(30).wall) == 0


async def test_numbers_grow_on_after_pruning(storage: Storage) -> None:
    await storage.store(EventRaised(a.an_event("e1")))
    number = (await storage.reader.events_after(0, 1))[0].number
    await storage.housekeeping.delete_expired_rows(a.at(1).wall)
    await storage.store(EventRaised(a.an_event("e2")))
    assert names(await storage.reader.events_after(number, 10)) == ["e2"]
