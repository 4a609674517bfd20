"""Watched prices: sorted triggers, each told once, stops before targets, a line only while somebody watches."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import BotId, Symbol
from bot.engine.market_data.price_watch import Direction, PriceTrigger, PriceWatch
from tests.builders.orders import SOME_TIME
from tests.fakes.clock import ManualMarketClock
from tests.fakes.feed import FakeFeed

ABC, XYZ = Symbol("ABC/USDT"), Symbol("XYZ/USDT")
FALLS, RISES = Direction.FALLS, Direction.RISES


def a_stop(price: str | Decimal, bot: str = "bot") -> PriceTrigger:
    return PriceTrigger(Decimal(price), BotId(bot), "stop_loss", FALLS)


def a_target(price: str | Decimal, bot: str = "bot") -> PriceTrigger:
    return PriceTrigger(Decimal(price), BotId(bot), "take_profit", RISES)


@dataclass
class Lookout:
    feed: FakeFeed = field(default_factory=lambda: FakeFeed(ManualMarketClock()))
    touched: list[tuple[PriceTrigger, Decimal]] = field(default_factory=list)
    watch: PriceWatch = field(init=False)

    def __post_init__(self) -> None:
        self.watch = PriceWatch(self.feed, lambda trigger, price, _: self.touched.append((trigger, price)))

    def guard(self, *triggers: PriceTrigger, symbol: Symbol = ABC) -> None:
        self.watch.set_triggers(triggers[0].bot_id, symbol, triggers)

    @property
    def tags(self) -> list[str]:
        return [f"{trigger.bot_id} {trigger.tag}" for trigger, _ in self.touched]


@pytest.mark.parametrize(
    ("price", "told"),
    [(96.0, []), (95.0, ["bot stop_loss"]), (90.0, ["bot stop_loss"]), (110.0, ["bot take_profit"]), (109.99, [])],
)
def test_a_stop_is_touched_at_its_price_or_below_a_target_at_its_price_or_above(price: float, told: list[str]) -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95"), a_target("110"))
    lookout.feed.price(price)
    assert lookout.tags == told


def test_a_touch_is_told_once_with_the_price_and_ends_the_bots_watch() -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95"), a_target("110"))
    lookout.feed.price(94.5)
    lookout.feed.price(90.0)
    lookout.feed.price(120.0)
    assert lookout.touched == [(a_stop("95"), Decimal("94.5"))]
    assert len(lookout.watch) == 0


def test_stops_are_told_before_targets() -> None:
    lookout = Lookout()
    lookout.guard(a_target("90", "b"))
    lookout.guard(a_stop("95", "a"))
    lookout.guard(a_stop("93", "c"))
    lookout.feed.price(92.0)
    assert lookout.tags == ["c stop_loss", "a stop_loss", "b take_profit"]


def test_the_last_watcher_closes_the_line() -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95", "a"))
    lookout.guard(a_stop("90", "b"))
    assert (lookout.watch.line_count, lookout.feed.price_lines) == (1, 1)
    lookout.watch.set_triggers(BotId("a"), ABC, ())
    assert lookout.feed.price_lines == 1
    lookout.feed.price(89.0)
    assert (lookout.watch.line_count, lookout.feed.price_lines) == (0, 0)


def test_new_triggers_replace_the_old_ones_also_on_another_symbol() -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95"))
    lookout.guard(a_stop("90"))
    lookout.feed.price(94.0)
    assert lookout.touched == []
    lookout.guard(a_stop("50"), symbol=XYZ)
    assert (len(lookout.watch), lookout.feed.price_lines) == (1, 1)
    lookout.feed.price(40.0)
    assert lookout.touched == []
    lookout.feed.price(49.0, XYZ)
    assert lookout.tags == ["bot stop_loss"]


def test_the_same_triggers_again_change_nothing() -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95"), a_target("110"))
    lookout.guard(a_stop("95"), a_target("110"))
    assert (len(lookout.watch), lookout.feed.price_lines) == (2, 1)


def test_bots_with_the_same_price_are_all_told_and_only_the_left_one_is_not() -> None:
    lookout = Lookout()
    for name in ("a", "b", "c"):
        lookout.guard(a_stop("95", name))
    lookout.watch.set_triggers(BotId("b"), ABC, ())
    lookout.feed.price(95.0)
    assert lookout.tags == ["a stop_loss", "c stop_loss"]


def test_a_touched_bot_may_be_watched_again() -> None:
    lookout = Lookout()
    lookout.guard(a_stop("95"))
    lookout.feed.price(94.0)
    lookout.guard(a_stop("95"))
    lookout.feed.price(94.0)
    assert len(lookout.touched) == 2


def test_a_price_nobody_watches_is_nothing() -> None:
    lookout = Lookout()
    lookout.watch.on_price(XYZ, 1.0, SOME_TIME)
    assert lookout.touched == []


BOTS = st.lists(st.tuples(st.integers(1, 50), st.integers(51, 100)), min_size=1, max_size=12)
MOVES = st.lists(st.integers(0, 105), max_size=15)


@given(bots=BOTS, moves=MOVES)
def test_every_bot_is_told_of_its_first_touch_and_no_more(bots: list[tuple[int, int]], moves: list[int]) -> None:
    lookout = Lookout()
    for number, (stop, target) in enumerate(bots):
        lookout.guard(a_stop(str(stop), f"b{number:02d}"), a_target(str(target), f"b{number:02d}"))
    for price in moves:
        lookout.feed.price(float(price))
    expected = {}
    for number, (stop, target) in enumerate(bots):
        touch = next(((p <= stop, p) for p in moves if p <= stop or p >= target), None)
        if touch is not None:
            expected[f"b{number:02d} {'stop_loss' if touch[0] else 'take_profit'}"] = Decimal(touch[1])
    assert {f"{trigger.bot_id} {trigger.tag}": price for trigger, price in lookout.touched} == expected
    assert len(lookout.touched) == len(expected)
    assert len(lookout.watch) == 2 * (len(bots) - len(expected))
    assert lookout.feed.price_lines == (1 if len(bots) > len(expected) else 0)


class CountedDecimal(Decimal):
    """A price that counts how often it is compared."""

    compared = 0

    def __lt__(self, other: object) -> bool:
        CountedDecimal.compared += 1
        return super().__lt__(other)  # type: ignore[operator]  # whatever Decimal compares with


def test_a_price_that_touches_nothing_costs_the_logarithm_of_the_triggers() -> None:
    lookout = Lookout()
    for number in range(4096):
        lookout.watch.set_triggers(
            BotId(f"b{number}"), ABC, (PriceTrigger(CountedDecimal(number), BotId(f"b{number}"), "stop_loss", FALLS),)
        )
    CountedDecimal.compared = 0
    lookout.feed.price(5000.0)
    assert lookout.touched == []
    assert 0 < CountedDecimal.compared <= 14
