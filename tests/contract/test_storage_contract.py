"""Every storage keeps the same promises."""

import math
from collections.abc import AsyncIterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.errors import Conflict
from bot.domain.events import SignalRaised
from bot.domain.facts import (
    BooksClosed,
    ConfigVersionAdded,
    Deleted,
    EventRaised,
    FillBooked,
    IntentDecided,
    KeyValue,
    LedgerSaved,
    RunStateSaved,
    Saved,
)
from bot.domain.ids import AccountId, BotId, OperatorId, VenueTradeId
from bot.domain.instance import BotStatus, PendingExit
from bot.domain.order import OrderStatus
from bot.domain.people import PanicState
from bot.domain.position import Position
from bot.domain.trade import ExitReason, Ledger, LedgerTotals
from bot.ports.storage import Page
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.builders.storages import Storage, open_storage

BOT = BotId("bot")


@pytest.fixture(params=["memory", "sqlite"])
async def storage(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Storage]:
    async with open_storage(request.param, tmp_path) as opened:
        yield opened


async def test_a_fresh_storage_is_empty(storage: Storage) -> None:
    reader = storage.reader
    assert await reader.bots() == ()
    assert await reader.bot(BOT) is None
    assert await reader.ledger(BOT) == Ledger()
    assert await reader.ledgers() == {}
    assert await reader.order(an_intent().client_order_id) is None
    assert await reader.key_value("setup") is None
    assert await reader.undelivered_events("console:1", 10) == ()


async def test_a_saved_bot_replaces_the_one_before_and_keeps_its_place(storage: Storage) -> None:
    await storage.store(Saved(a.a_bot("b1", name="one")), Saved(a.a_bot("b2", name="two")))
    changed = replace(
        a.a_bot("b1", name="uno", run=2),
        config=a.a_config(parameters=(("fast", 12), ("on", True), ("rate", Decimal("1.50")), ("word", "1.50"))),
        exit_wish=PendingExit(reason=ExitReason.FLATTEN, text="stop", reference_price=Decimal("9.90")),
        tags=("x", "y"),
        status_by=OperatorId("mia"),
    )
    await storage.store(Saved(changed))
    assert [bot.name for bot in await storage.reader.bots()] == ["uno", "two"]
    assert repr(await storage.reader.bot(BotId("b1"))) == repr(changed)


async def test_a_deleted_bot_is_found_by_id_only(storage: Storage) -> None:
    await storage.store(Saved(a.a_bot("b1", status=BotStatus.DELETED)))
    assert await storage.reader.bot_by_name("alpha") is None
    await storage.store(Saved(a.a_bot("b2")))
    named = await storage.reader.bot_by_name("alpha")
    assert named is not None
    assert named.bot_id == "b2"
    assert [bot.bot_id for bot in await storage.reader.bots()] == ["b2"]
    assert (await storage.reader.bot(BotId("b1"))) is not None


async def test_a_list_of_bots_that_was_read_before_follows_what_is_stored(storage: Storage) -> None:
    await storage.store(Saved(a.a_bot("b2", name="two", minutes=2)), Saved(a.a_bot("b3", name="three", minutes=3)))
    assert [bot.name for bot in await storage.reader.bots()] == ["two", "three"]
    await storage.store(Saved(a.a_bot("b1", name="one", minutes=1)), Saved(a.a_bot("b2", name="dos", minutes=2)))
    assert [bot.name for bot in await storage.reader.bots()] == ["one", "dos", "three"]
    await storage.store(Saved(a.a_bot("b2", name="dos", minutes=2, status=BotStatus.DELETED)))
    assert [bot.name for bot in await storage.reader.bots()] == ["one", "three"]
    with pytest.raises(Conflict):
        await storage.store(Saved(a.a_bot("b4")), Saved(a.an_order(an_intent())))
    assert [bot.name for bot in await storage.reader.bots()] == ["one", "three"]


async def test_versions_come_oldest_first_and_never_twice(storage: Storage) -> None:
    await storage.store(ConfigVersionAdded(a.a_version(2)), ConfigVersionAdded(a.a_version(1)))
    with pytest.raises(Conflict):
        await storage.store(ConfigVersionAdded(a.a_version(2)))
    assert [version.version for version in await storage.reader.versions(BOT)] == [1, 2]
    assert await storage.reader.versions(BOT) == (a.a_version(1), a.a_version(2))


async def test_a_conflict_stores_nothing_of_its_unit(storage: Storage) -> None:
    first = an_intent(1)
    await storage.store(IntentDecided(first), Saved(a.an_order(first)))
    same_decision = replace(an_intent(2), decision_key=first.decision_key)
    with pytest.raises(Conflict):
        await storage.store(Saved(KeyValue("told", "yes")), IntentDecided(same_decision))
    with pytest.raises(Conflict):
        await storage.store(Saved(KeyValue("told", "yes")), IntentDecided(first))
    assert await storage.reader.key_value("told") is None
    assert len(await storage.reader.orders(None, Page())) == 1


async def test_a_unit_that_repeats_its_own_key_conflicts(storage: Storage) -> None:
    fill = a.a_fill(an_intent())
    with pytest.raises(Conflict):
        await storage.store(FillBooked(fill), FillBooked(fill))
    assert await storage.reader.fill_count(fill.account_id) == 0


async def test_an_order_without_an_intent_conflicts(storage: Storage) -> None:
    with pytest.raises(Conflict):
        await storage.store(Saved(a.an_order(an_intent())))


async def test_the_last_fact_of_a_key_wins_within_a_unit(storage: Storage) -> None:
    intent = an_intent()
    await storage.store(
        IntentDecided(intent),
        Saved(a.an_order(intent, OrderStatus.SUBMITTED)),
        Saved(a.an_order(intent, OrderStatus.ACCEPTED)),
        Saved(a.a_panic("all")),
        Deleted(PanicState, ("all",)),
        Saved(a.a_panic("acc")),
    )
    order = await storage.reader.order(intent.client_order_id)
    assert order is not None
    assert order.status is OrderStatus.ACCEPTED
    assert [state.scope for state in await storage.reader.panic_states()] == ["acc"]


async def test_working_orders_are_those_that_can_still_fill(storage: Storage) -> None:
    done, open_one, other = an_intent(1), an_intent(2), an_intent(3, bot="other")
    for intent, status in ((done, OrderStatus.FILLED), (open_one, OrderStatus.UNKNOWN), (other, OrderStatus.PENDING)):
        await storage.store(IntentDecided(intent), Saved(a.an_order(intent, status)))
    reader = storage.reader
    assert [order.intent for order in await reader.working_orders(BOT)] == [open_one]
    assert [order.intent for order in await reader.working_orders()] == [open_one, other]
    assert [order.intent for order in await reader.orders(BOT, Page())] == [open_one, done]
    assert [order.intent for order in await reader.orders(None, Page(limit=1, offset=1))] == [open_one]


async def test_orders_are_listed_by_the_age_of_their_intent(storage: Storage) -> None:
    first, second = an_intent(1), an_intent(2)
    await storage.store(IntentDecided(first), IntentDecided(second))
    await storage.store(Saved(a.an_order(second)))
    await storage.store(Saved(a.an_order(first)))
    assert [order.intent for order in await storage.reader.working_orders()] == [first, second]


async def test_an_order_is_found_by_the_beginning_of_its_reference(storage: Storage) -> None:
    intents = [an_intent(number) for number in range(30)]
    await storage.store(*(IntentDecided(intent) for intent in intents), *(Saved(a.an_order(i)) for i in intents))
    reference = intents[3].reference
    assert [order.intent for order in await storage.reader.orders_by_reference(reference.lower()[:9])] == [intents[3]]
    assert await storage.reader.orders_by_reference("o-%") == ()
    newest = await storage.reader.orders_by_reference("O-")
    assert [order.intent for order in newest] == intents[:9:-1]


async def test_fills_are_counted_and_never_booked_twice(storage: Storage) -> None:
    intent = an_intent()
    fills = [a.a_fill(intent, f"t{number}", price=f"100.{number}0") for number in range(3)]
    await storage.store(*(FillBooked(fill) for fill in fills))
    with pytest.raises(Conflict):
        await storage.store(FillBooked(fills[1]))
    reader = storage.reader
    assert repr(await reader.fills(BOT, Page(limit=2))) == repr((fills[2], fills[1]))
    assert await reader.order_fills(intent.client_order_id) == tuple(fills)
    assert await reader.has_fill(intent.account_id, "t2")
    assert not await reader.has_fill(AccountId("other"), "t2")
    assert await reader.fill_count(intent.account_id) == 3


async def test_a_book_comes_with_its_open_trade(storage: Storage) -> None:
    book = Ledger(
        Position(Decimal("0.50"), Decimal("50.123456789012345678")),
        a.a_trade(2),
        LedgerTotals(closed_profit=Decimal("-1.10"), fills=3, trades=1),
    )
    closed = a.a_trade(1, closed_at=a.at(5))
    await storage.store(Saved(closed), LedgerSaved(BOT, book), Saved(a.a_trade(2)))
    await storage.store(LedgerSaved(BotId("idle"), Ledger()))
    assert repr(await storage.reader.ledger(BOT)) == repr(book)
    assert await storage.reader.ledgers() == {"bot": book, "idle": Ledger()}
    assert await storage.reader.trades(BOT, Page()) == (a.a_trade(2), closed)
    await storage.store(Saved(a.a_trade(2, closed_at=a.at(9))))
    assert (await storage.reader.ledger(BOT)).trade is None
    assert [trade.number for trade in await storage.reader.trades(None, Page())] == [2, 1]


async def test_books_that_were_read_before_follow_what_is_stored(storage: Storage) -> None:
    assert await storage.reader.ledgers() == {}
    opened = Ledger(Position(Decimal("0.50"), Decimal(50)), a.a_trade(1), LedgerTotals(fills=1))
    await storage.store(LedgerSaved(BOT, opened), Saved(a.a_trade(1)))
    assert await storage.reader.ledgers() == {BOT: opened}
    more = replace(a.a_trade(1), fees=Decimal(2))
    await storage.store(Saved(more), LedgerSaved(BotId("idle"), Ledger()))
    assert await storage.reader.ledgers() == {BOT: replace(opened, trade=more), "idle": Ledger()}
    reopened = replace(opened, trade=a.a_trade(2), totals=LedgerTotals(fills=2))
    await storage.store(Saved(a.a_trade(1, closed_at=a.at(5))), LedgerSaved(BOT, reopened), Saved(a.a_trade(2)))
    assert await storage.reader.ledgers() == {BOT: reopened, "idle": Ledger()}
    await storage.store(Saved(a.a_trade(2, closed_at=a.at(9))))
    assert await storage.reader.ledgers() == {BOT: replace(reopened, trade=None), "idle": Ledger()}


@pytest.mark.parametrize("is_read_before", [False, True])
async def test_after_the_books_were_closed_only_what_follows_is_read(storage: Storage, is_read_before: bool) -> None:
    reader, intent = storage.reader, an_intent()
    if is_read_before:
        assert await reader.closed_books() == ()
        assert not await reader.fills(BOT, Page())
        assert not await reader.trades(BOT, Page())
    first = [a.a_fill(intent, f"t{number}") for number in (1, 2)]
    old = a.a_trade(1, closed_at=a.at(5))
    await storage.store(*(FillBooked(fill) for fill in first), Saved(old))
    closed = a.closed_books(1, last_trade=1, last_fill="t2")
    other = a.closed_books(1, last_trade=0, last_fill=None, bot="idle")
    unit = (BooksClosed(closed), LedgerSaved(BOT, closed.next_ledger), BooksClosed(other))
    await storage.store(*unit)
    with pytest.raises(Conflict):
        await storage.store(BooksClosed(closed))
    assert await reader.closed_books() == (closed, other)
    assert await reader.ledger(BOT) == Ledger(earlier_trades=1)
    assert not await reader.fills(BOT, Page())
    assert not await reader.trades(BOT, Page())
    assert not await reader.fill_steps(BOT)
    second, new = a.a_fill(intent, "t3"), a.a_trade(2, closed_at=a.at(30))
    await storage.store(FillBooked(second), Saved(new))
    assert await reader.fills(BOT, Page()) == (second,)
    assert await reader.trades(BOT, Page()) == (new,)
    assert await reader.trades_of_every_pass(BOT, Page()) == await reader.trades(None, Page()) == (new, old)
    assert await reader.fill_count(intent.account_id) == 3
    last = a.closed_books(2, last_trade=2, last_fill="t3")
    await storage.store(BooksClosed(last), LedgerSaved(BOT, last.next_ledger))
    assert await reader.closed_books() == (closed, other, last)
    assert not await reader.fills(BOT, Page())
    assert not await reader.trades(BOT, Page())
    assert await reader.ledgers() == {BOT: Ledger(earlier_trades=2)}


async def test_deleted_bots_are_found_among_themselves(storage: Storage) -> None:
    assert await storage.reader.deleted_bots() == ()
    alive, gone = a.a_bot("b1", name="one"), a.a_bot("b2", name="two")
    await storage.store(Saved(alive), Saved(gone))
    gone = replace(gone, status=BotStatus.DELETED, status_changed_wall=a.at(9).wall)
    await storage.store(RunStateSaved(gone))
    assert await storage.reader.deleted_bots() == (gone,)
    assert await storage.reader.bots() == (alive,)


async def test_a_repeated_signal_replaces_the_one_before_and_is_the_newest(storage: Storage) -> None:
    await storage.store(Saved(a.a_signal(0)), Saved(a.a_signal(5)))
    await storage.store(Saved(a.a_signal(0, outcome="dropped")))
    assert await storage.reader.signals(BOT, Page()) == (a.a_signal(0, outcome="dropped"), a.a_signal(5))
    renewed = tuple(Saved(a.a_signal(minutes, outcome="again")) for minutes in (5, 0, 5))
    await storage.store(*renewed)
    assert [record.candle_close for record in await storage.reader.signals(BOT, Page())] == [
        a.at(5).market,
        a.at(0).market,
    ]


async def test_numbers_that_are_none_survive(storage: Storage) -> None:
    record = replace(a.a_signal(), close_price=math.nan)
    event = a.an_event(payload=SignalRaised(action="enter", reason="", close_price=math.inf))
    await storage.store(Saved(record), EventRaised(event))
    assert repr(await storage.reader.signals(BOT, Page())) == repr((record,))
    assert (await storage.reader.events_after(0, 9))[0].event == event


async def test_what_fills_changed_is_read_in_the_order_of_booking(storage: Storage) -> None:
    intent, tenth = an_intent(), Decimal("0.1")
    fill = replace(a.a_fill(intent, "t1"), fee=tenth)
    in_base = replace(fill, trade_id=VenueTradeId("t2"), fee_currency=fill.symbol.partition("/")[0])
    await storage.store(IntentDecided(intent), Saved(a.an_order(intent)), FillBooked(fill), FillBooked(in_base))
    sign, value = intent.side.sign, fill.price * fill.quantity
    first, second = await storage.reader.fill_steps(BOT)
    assert (first.time, first.quantity, first.cash) == (fill.moment.market, sign * fill.quantity, -sign * value - tenth)
    assert (second.quantity, second.cash) == (sign * fill.quantity - tenth, -sign * value)
    assert (first.fee, second.fee, first.value) == (tenth, tenth * fill.price, value)


async def test_an_enqueued_unit_is_stored_when_its_future_is_done(storage: Storage) -> None:
    intent = an_intent()
    stored = storage.writer.enqueue_low_priority((IntentDecided(intent), Saved(a.an_order(intent))))
    await stored
    assert len(await storage.reader.working_orders(BOT)) == 1
    with pytest.raises(Conflict):
        await storage.writer.enqueue_low_priority((IntentDecided(intent),))
