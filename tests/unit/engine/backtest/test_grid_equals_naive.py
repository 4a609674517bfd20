"""A guarded grid fills as a reference says that was written from RISK.md and knows nothing of the engine."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput
from bot.domain.market import Market
from bot.engine.backtest.result import BacktestOptions
from bot.engine.backtest.run import run_backtest
from bot.strategy.candles import Candles
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market, some_barriers
from tests.builders.series import bundled_candles, bundled_market, bundled_timeframe, hostile_candles
from tests.reference.naive_grid import Bar, GridRules, NaiveGrid, floor

CASH = Decimal(1_000_000)


def exact(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def bars_of(candles: Candles) -> list[Bar]:
    columns = (candles.open, candles.high, candles.low, candles.close)
    return [
        (exact(opened), exact(high), exact(low), exact(close))
        for opened, high, low, close in zip(*columns, strict=True)
    ]


def assert_same(
    candles: Candles, market: Market, grid: tuple[Decimal, Decimal, int], barriers: dict[str, str], amount: Decimal
) -> NaiveGrid:
    lower, upper, count = grid
    words = {"lower": str(lower), "upper": str(upper), "levels": str(count), "quote_amount": str(amount)}
    plain = a_backtest_config("grid", words | {"capital": str(CASH)}, market)
    limits = replace(plain.limits, max_orders_per_minute=100_000, max_open_orders=100_000)
    config = replace(plain, limits=limits, barriers=some_barriers(**barriers))
    result = run_backtest(config, STRATEGIES.get_strategy("grid"), candles, market, CASH, BacktestOptions())
    width = (upper - lower) / (count - 1)
    prices = tuple(floor(lower + width * i + market.tick / 1_000_000, market.tick) for i in range(count))
    rules = GridRules(
        tick=market.tick,
        step=market.step,
        fee=market.fee_rate,
        prices=prices,
        amount=amount,
        stop_loss=config.barriers.stop_loss,
        take_profit=config.barriers.take_profit,
    )
    naive = NaiveGrid(rules)
    naive.run(bars_of(candles)[1:], exact(candles.close[0]))
    rows = {int(time): row - 1 for row, time in enumerate(candles.time)}
    assert [
        (fill.side.value, fill.price, fill.quantity, rows[round(fill.moment.market.timestamp() * 1000)])
        for fill in result.fills
    ] == naive.fills
    assert len(result.trades) == naive.trades
    return naive


BARRIERS = st.fixed_dictionaries(
    {},
    optional={
        "stop_loss": st.sampled_from(["0.5%", "2%", "6%", "15%"]),
        "take_profit": st.sampled_from(["0.5%", "2%", "6%", "15%"]),
    },
)


def check_hostile(seed: int, tick: str, barriers: dict[str, str], span: tuple[int, int], levels: int) -> None:
    candles = hostile_candles(seed, 200, tick=float(tick))
    market = a_market(tick=tick, step="0.001")
    lower, upper = (Decimal(ticks) * Decimal(tick) for ticks in span)
    try:
        assert_same(candles, market, (lower, upper, levels), barriers, Decimal(tick) * 100)
    except InvalidInput:  # its steps are too small to pay the fees
        reject()


ARGUMENTS = {
    "seed": st.integers(0, 100_000),
    "tick": st.sampled_from(["1", "0.1"]),
    "barriers": BARRIERS,
    "span": st.sampled_from([(80, 120), (60, 140), (95, 104), (100, 160)]),
    "levels": st.sampled_from([2, 3, 5, 8]),
}


@settings(max_examples=30, deadline=None)
@given(**ARGUMENTS)
def test_random_guarded_grids_fill_as_the_reference_says(
    seed: int, tick: str, barriers: dict[str, str], span: tuple[int, int], levels: int
) -> None:
    check_hostile(seed, tick, barriers, span, levels)


@pytest.mark.fuzz
@settings(max_examples=300, deadline=None)
@given(**ARGUMENTS)
def test_very_many_guarded_grids_fill_as_the_reference_says(
    seed: int, tick: str, barriers: dict[str, str], span: tuple[int, int], levels: int
) -> None:
    check_hostile(seed, tick, barriers, span, levels)


@pytest.mark.slow
@pytest.mark.parametrize("barriers", [{"stop_loss": "6%"}, {"take_profit": "2%"}, {}], ids=["stop", "target", "none"])
@pytest.mark.parametrize(
    ("name", "lower", "upper", "levels"),
    [("ETH_USDT-1h", "2200", "3500", 14), ("XRP_USDT-1h", "0.4", "0.7", 12), ("SOL_USDT-1h", "120", "190", 16)],
)
def test_guarded_grids_on_recorded_candles_fill_as_the_reference_says(
    name: str, lower: str, upper: str, levels: int, barriers: dict[str, str]
) -> None:
    candles, market = bundled_candles(name).slice_rows(0, 3000), bundled_market(name)
    assert bundled_timeframe(name)
    naive = assert_same(candles, market, (Decimal(lower), Decimal(upper), levels), barriers, Decimal(70))
    assert len(naive.fills) > 50
