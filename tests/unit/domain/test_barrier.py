"""Barrier prices: fractions of the average entry, on the tick, rounded away from the entry (RISK.md)."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.domain.barrier import NO_LEVELS, BarrierLevels, Barriers, GuardedPosition
from bot.domain.barrier import barrier_levels as levels_of
from bot.domain.market import Market
from tests.builders.backtest_config import a_market

TICKS = st.sampled_from(["0.01", "0.05", "0.1", "0.5", "0.00001", "1"])
ENTRIES = st.decimals("0.5", "100000", places=9)
STOPS = st.integers(1, 999).map(lambda thousandths: Decimal(thousandths) / 1000)
TARGETS = st.integers(1, 9999).map(lambda thousandths: Decimal(thousandths) / 1000)


def barrier_levels(barriers: Barriers, entry: Decimal, sign: int, market: Market) -> BarrierLevels:
    return levels_of(barriers, GuardedPosition(average_entry=entry, sign=sign, best_price=entry), market)


def prices(levels: BarrierLevels) -> tuple[Decimal | None, Decimal | None]:
    return levels.stop, levels.target


@given(entry=ENTRIES, tick=TICKS, stop=STOPS, target=TARGETS, sign=st.sampled_from([1, -1]))
def test_levels_lie_on_the_tick_at_most_one_tick_further_from_the_entry(
    entry: Decimal, tick: str, stop: Decimal, target: Decimal, sign: int
) -> None:
    assume(sign > 0 or target < 1)  # no price falls below nothing
    market = a_market(tick=tick)
    levels = barrier_levels(Barriers(stop_loss=stop, take_profit=target), entry, sign, market)
    assert levels.stop is not None
    assert levels.target is not None
    assert levels.stop % market.tick == levels.target % market.tick == 0
    for level, exact, away in (
        (levels.stop, entry * (1 - sign * stop), -sign),
        (levels.target, entry * (1 + sign * target), sign),
    ):
        assert 0 <= (level - exact) * away < market.tick


@pytest.mark.parametrize(
    ("sign", "stop", "target"), [(1, "95.00", "105.02"), (-1, "105.02", "95.00")], ids=["long", "short"]
)
def test_a_longs_stop_is_rounded_down_and_its_target_up_a_shorts_the_other_way(
    sign: int, stop: str, target: str
) -> None:
    barriers = Barriers(stop_loss=Decimal("0.05"), take_profit=Decimal("0.05"))
    levels = barrier_levels(barriers, Decimal("100.01"), sign, a_market())
    assert prices(levels) == (Decimal(stop), Decimal(target))


def test_a_level_on_the_tick_stays_there() -> None:
    barriers = Barriers(stop_loss=Decimal("0.05"), take_profit=Decimal("0.05"))
    assert prices(barrier_levels(barriers, Decimal(100), 1, a_market())) == (Decimal(95), Decimal(105))


def test_what_is_not_set_has_no_level() -> None:
    assert not Barriers().is_any_set
    assert barrier_levels(Barriers(), Decimal(100), 1, a_market()) == NO_LEVELS
    only_stop, only_target = Barriers(stop_loss=Decimal("0.1")), Barriers(take_profit=Decimal("0.1"))
    assert only_stop.is_any_set
    assert only_target.is_any_set
    assert prices(barrier_levels(only_stop, Decimal(100), 1, a_market())) == (Decimal(90), None)
    assert prices(barrier_levels(only_target, Decimal(100), 1, a_market())) == (None, Decimal(110))
