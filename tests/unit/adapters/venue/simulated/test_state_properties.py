"""Whatever is ordered and whatever prices do, the book adds up."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.venue.simulated.state_file import VenueStateFile
from bot.domain.candle import Candle
from bot.domain.errors import VenueRejection
from bot.domain.ids import AccountId, Symbol
from bot.domain.market import Timeframe
from bot.domain.money import ZERO, to_decimal
from bot.domain.order import OrderSide, OrderStatus, OrderType
from bot.engine.simulation.matcher import Matcher
from bot.engine.simulation.order_rules import OrderTerms, accept_order
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.engine.simulation.state_rows import OrderKey, StateSnapshot, VenueOrder
from bot.engine.simulation.venue_state import AccountState, VenueState
from bot.ports.venue import FillReport, VenueEvent
from tests.builders.orders import an_intent
from tests.builders.recordings import ABC, START
from tests.fakes.clock import FakeClock

ACCOUNT, SERIES = AccountId("acc"), (Symbol("ABC/USDT"), Timeframe.M5)
DEPOSIT = Decimal(600)


@dataclass(frozen=True)
class Wish:
    """An order to try, its price in hundredths of the newest price."""

    side: OrderSide
    order_type: OrderType
    quantity: int
    percent: int
    group: str | None


@dataclass(frozen=True)
class Cancel:
    """Cancel the n-th open order."""

    index: int


@dataclass(frozen=True)
class Move:
    """A candle: its open in percent of the last close, then how far it goes up and down."""

    opened: int
    up: int
    down: int


wishes = st.builds(
    Wish,
    st.sampled_from(OrderSide),
    st.sampled_from(OrderType),
    st.integers(50, 1500),
    st.integers(80, 120),
    st.sampled_from([None, None, "a", "b"]),
)
actions = st.lists(
    st.one_of(
        wishes,
        wishes,
        st.builds(Cancel, st.integers(0, 5)),
        st.builds(Move, st.integers(85, 115), *[st.integers(0, 20)] * 2),
    ),
    min_size=25,
    max_size=80,
)
ways = st.builds(
    SimulationOptions,
    slippage=st.sampled_from([ZERO, Decimal("0.003")]),
    is_fee_in_base=st.booleans(),
    max_volume_share=st.sampled_from([None, Decimal("0.1"), Decimal("0.00001")]),
)


@dataclass
class Bench:
    options: SimulationOptions
    book: VenueState = field(default_factory=lambda: VenueState(StateSnapshot(accounts=(), orders=(), key_values=())))
    price: float = 10.0
    candles: int = 0
    orders: int = 0
    events: list[VenueEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.matcher = Matcher(self.book, (ABC,), self.options, FakeClock())
        self.book.open_account(ACCOUNT, "USDT", DEPOSIT)

    @property
    def ledger(self) -> AccountState:
        ledger = self.book.account(ACCOUNT)
        assert ledger is not None
        return ledger

    def act(self, action: Wish | Cancel | Move) -> None:
        match action:
            case Wish():
                self._wish(action)
            case Cancel():
                opened = list(self.ledger.open_orders.values())
                if action.index < len(opened):
                    self.matcher.cancel_order(opened[action.index], "on request", START)
            case Move():
                self._move(action)

    def _wish(self, wish: Wish) -> None:
        self.orders += 1
        at = None if wish.order_type is OrderType.MARKET else str(round(self.price * wish.percent / 100, 2))
        intent = an_intent(
            self.orders,
            side=wish.side,
            order_type=wish.order_type,
            price=at,
            quantity=str(Decimal(wish.quantity) / 100),
            group=wish.group,
        )
        fee_rate = self.matcher.quote_fee_rate(ABC, wish.side)
        terms = OrderTerms(market=ABC, price=intent.price or to_decimal(self.price), quote_fee_rate=fee_rate)
        try:
            order = accept_order(intent, terms, self.ledger, START)
        except VenueRejection:
            return
        self.ledger.order_count = order.number
        self.book.upsert_order(order)

    def _move(self, move: Move) -> None:
        opened = max(round(self.price * move.opened / 100, 2), 0.05)
        self.price = opened
        candle = Candle(
            open_time=START + self.candles * timedelta(minutes=5),
            open=opened,
            high=round(opened * (1 + move.up / 100), 2),
            low=max(round(opened * (1 - move.down / 100), 2), 0.01),
            close=opened,
            volume=50.0,
        )
        self.candles += 1
        for reports in chain(self.matcher.match_open(SERIES, candle), self.matcher.match_range(SERIES, candle)):
            self.events += reports

    @property
    def fills(self) -> Iterable[FillReport]:
        return (event for event in self.events if isinstance(event, FillReport))


def balances_from(fills: Iterable[FillReport]) -> dict[str, Decimal]:
    totals = {"USDT": DEPOSIT, "ABC": ZERO}
    for report in fills:
        fill = report.fill
        totals["ABC"] += fill.side.sign * fill.quantity
        totals["USDT"] -= fill.side.sign * fill.quantity * fill.price
        totals[fill.fee_currency] -= fill.fee
    return totals


def check(bench: Bench) -> None:
    ledger = bench.ledger
    assert all(total >= 0 for total in ledger.totals.values()), "a balance is negative"
    expected = balances_from(bench.fills)
    assert {name: ledger.total(name) for name in expected} == expected, "money appeared or vanished"
    locked = fresh_locks(ledger.open_orders.values())
    assert {name: amount for name, amount in ledger.locks.totals_by_currency.items() if amount} == locked, (
        "locks drifted"
    )
    assert locked.get("ABC", ZERO) <= ledger.total("ABC"), "more coins are locked than held"


def fresh_locks(orders: Iterable[VenueOrder]) -> dict[str, Decimal]:
    money, groups, plain = dict[str, Decimal](), dict[str, Decimal](), ZERO
    for order in orders:
        slot = f"group {order.group}" if order.group else order.client_order_id
        if order.side is OrderSide.BUY:
            money[slot] = max(money.get(slot, ZERO), order.remaining * order.lock_unit)
        elif order.group:
            groups[slot] = max(groups.get(slot, ZERO), order.remaining)
        else:
            plain += order.remaining
    locked = {"USDT": sum(money.values(), ZERO), "ABC": max(plain, sum(groups.values(), ZERO))}
    return {currency: amount for currency, amount in locked.items() if amount}


def check_orders(bench: Bench) -> None:
    """Fills add up to what orders say, and two orders that stood side by side in a group never both fill."""
    filled: Counter[str] = Counter()
    for report in bench.fills:
        filled[report.fill.client_order_id] += 1
        order = bench.book.order((ACCOUNT, report.fill.client_order_id))
        assert order is not None
        assert order.filled <= order.quantity
    assert [report.sequence for report in bench.fills] == list(range(1, sum(filled.values()) + 1))
    for order in bench.ledger.open_orders.values():
        others = [other for other in bench.book.orders_canceled_by(order) if other.filled and other.group]
        assert not (others and order.filled), "two orders of a group filled"


@given(options=ways, steps=actions)
@settings(max_examples=120, deadline=None)
def test_balances_locks_and_fills_always_add_up(options: SimulationOptions, steps: list[Wish | Cancel | Move]) -> None:
    bench = Bench(options)
    for step in steps:
        bench.act(step)
        check(bench)
    check_orders(bench)


@given(options=ways, steps=actions)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_stored_is_what_was_there(
    tmp_path: Path, options: SimulationOptions, steps: list[Wish | Cancel | Move]
) -> None:
    path = tmp_path / "book.sqlite3"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    bench = Bench(options)
    snapshot, fills = asyncio.run(stored(path, bench, steps))
    again = VenueState(snapshot)
    ledger = again.account(ACCOUNT)
    assert ledger is not None
    assert (ledger.balances(), ledger.open_orders) == (bench.ledger.balances(), bench.ledger.open_orders)
    assert list(again.open_orders_on(SERIES)) == sorted(
        bench.book.open_orders_on(SERIES), key=lambda order: order.number
    )
    assert fills == tuple(bench.fills)


async def stored(
    path: Path, bench: Bench, steps: list[Wish | Cancel | Move]
) -> tuple[StateSnapshot, tuple[FillReport, ...]]:
    """Store each step; return what is then in the file."""
    async with VenueStateFile(path) as file:
        for step in steps:
            bench.act(step)
            await file.commit_changes(bench.book.take_changes())
        return await file.load_snapshot(), await file.fills(ACCOUNT, 0)


@pytest.mark.parametrize("first", [OrderType.STOP, OrderType.TARGET])
def test_the_first_fill_of_a_pair_ends_the_other(first: OrderType) -> None:
    bench = Bench(SimulationOptions())
    bench.act(Wish(OrderSide.BUY, OrderType.MARKET, 1000, 100, None))
    bench.act(Move(100, 0, 0))
    bench.act(Wish(OrderSide.SELL, OrderType.STOP, 1000, 95, "a"))
    bench.act(Wish(OrderSide.SELL, OrderType.TARGET, 1000, 105, "a"))
    bench.act(Move(100, 0, 10) if first is OrderType.STOP else Move(100, 10, 0))
    check(bench)
    ended = {order.order_type: order.status for order in map(bench.book.order, order_keys(bench)) if order}
    other = OrderType.TARGET if first is OrderType.STOP else OrderType.STOP
    assert (ended[first], ended[other]) == (OrderStatus.FILLED, OrderStatus.CANCELED)


def order_keys(bench: Bench) -> list[OrderKey]:
    return [(ACCOUNT, an_intent(number).client_order_id) for number in range(1, bench.orders + 1)]
