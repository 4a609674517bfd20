"""The profit curve against counting fill by fill and candle by candle."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.growth import CapitalChange, capital_spans
from bot.engine.performance.curve import CurvePoints, FillColumns, ProfitCurve
from bot.engine.performance.drawdown import DAY_MILLISECONDS, daily_growth, deepest_drawdown, drawdown_now, thin_points
from bot.engine.performance.measure import benchmark_equity, benchmark_return
from bot.strategy.candles import Candles, from_milliseconds

HOUR = 3_600_000
START = 1_720_396_800_000  # 8 Jul 2024 00:00 UTC
FEE = Decimal("0.001")


@dataclass(frozen=True)
class Deal:
    """A fill: minutes after the start, quantity (negative: sold) and price."""

    minutes: int
    quantity: float
    price: float


def candles_of(closes: list[float], first: int = START) -> Candles:
    prices = np.array(closes, dtype=np.float64)
    return Candles(first + np.arange(len(closes), dtype=np.int64) * HOUR, prices, prices, prices, prices, prices)


def a_curve(
    deals: list[Deal],
    closes: list[float],
    *,
    begin: int = START,
    changes: tuple[CapitalChange, ...] = (),
    first: int = START,
) -> ProfitCurve:
    """A curve from `begin` to the last close, with a capital of 1,000 and fees of 0.1 %."""
    ordered = sorted(deals, key=lambda deal: deal.minutes)
    paid = [deal.quantity * deal.price + abs(deal.quantity) * deal.price * 0.001 for deal in ordered]
    cash, quantity = -np.cumsum(paid), np.cumsum([deal.quantity for deal in ordered])
    end = first + len(closes) * HOUR
    return ProfitCurve(
        begin=from_milliseconds(begin),
        end=from_milliseconds(end),
        fills=FillColumns(
            time=np.array([START + deal.minutes * 60_000 for deal in ordered], dtype=np.int64),
            price=np.array([deal.price for deal in ordered], dtype=np.float64),
            cash=np.asarray(cash, dtype=np.float64),
            quantity=np.asarray(quantity, dtype=np.float64),
        ),
        candles=candles_of(closes, first),
        candle_milliseconds=HOUR,
        capital=capital_spans(changes, Decimal(1000)),
        end_profit=float(cash[-1] + quantity[-1] * closes[-1]) if ordered else 0.0,
        end_price=closes[-1],
    )


def counted_profit(deals: list[Deal], closes: list[float], milliseconds: int) -> float:
    """Count the profit at a time: fills before it, and the last close by then."""
    cash = held = 0.0
    for deal in deals:
        if START + deal.minutes * 60_000 < milliseconds:
            cash -= deal.quantity * deal.price + abs(deal.quantity) * deal.price * 0.001
            held += deal.quantity
    closed = (milliseconds - START) // HOUR
    return cash + held * (closes[min(closed, len(closes)) - 1] if closed else closes[0])


DEALS = st.lists(
    st.builds(Deal, st.integers(0, 24 * 60 - 1), st.sampled_from([-1.0, 1.0, 2.5]), st.integers(50, 150).map(float)),
    max_size=12,
)
CLOSES = st.lists(st.integers(50, 150).map(float), min_size=24, max_size=24)


@given(DEALS, CLOSES, st.lists(st.integers(0, 24 * 60), min_size=1, max_size=8))
def test_profit_is_cash_and_what_is_held_at_the_last_close(
    deals: list[Deal], closes: list[float], at: list[int]
) -> None:
    curve = a_curve(deals, closes)
    times = [START + minutes * 60_000 for minutes in at]
    found = curve.profit_at(np.array(times, dtype=np.int64)).tolist()
    wanted = [counted_profit(deals, closes, time) for time in times]
    end = START + 24 * HOUR
    assert found == pytest.approx(
        [curve.end_profit if time == end else value for time, value in zip(times, wanted, strict=True)]
    )


@given(DEALS, CLOSES)
def test_the_deepest_fall_is_that_of_all_closes(deals: list[Deal], closes: list[float]) -> None:
    curve = a_curve(deals, closes)
    equity = [1000.0, *(1000 + counted_profit(deals, closes, START + hour * HOUR) for hour in range(1, 24))]
    equity.append(1000 + curve.end_profit)
    falls = [(peak - later) / peak for row, peak in enumerate(equity) if peak > 0 for later in equity[row:]]
    assert deepest_drawdown(curve.points).relative == pytest.approx(max(falls, default=0.0), abs=1e-9)
    peak = max(equity)
    assert drawdown_now(curve.points) == pytest.approx((peak - equity[-1]) / peak, abs=1e-9)
    assert drawdown_now(curve.points) <= deepest_drawdown(curve.points).relative


def test_the_maximum_is_the_present_fall_while_it_goes_on() -> None:
    # Bought 5 at 100, it rises to 110 and falls to 80: nothing is closed, and the fall is known all the same.
    curve = a_curve([Deal(0, 5.0, 100.0)], [105.0, 110.0, 95.0, 80.0])
    peak, now = 1000 + 5 * 10 - 0.5, 1000 - 5 * 20 - 0.5
    assert deepest_drawdown(curve.points).relative == pytest.approx((peak - now) / peak)
    assert drawdown_now(curve.points) == pytest.approx((peak - now) / peak)


def test_a_fill_at_midnight_belongs_to_the_new_day() -> None:
    closes = [100.0] * 24 + [120.0] * 24
    curve = a_curve([Deal(60, 1.0, 100.0), Deal(24 * 60, -1.0, 90.0)], closes)
    midnight = START + DAY_MILLISECONDS
    before, after = curve.profit_at(np.array([midnight, midnight + 1], dtype=np.int64)).tolist()
    assert before == pytest.approx(-0.1)
    assert after == pytest.approx(-10 - 0.19)


def test_an_edit_of_the_capital_moves_equity_and_leaves_growth() -> None:
    change = CapitalChange(at=from_milliseconds(START + 2 * HOUR), before=Decimal(500), profit=Decimal(50))
    curve = a_curve([Deal(0, 1.0, 100.0)], [140.0, 150.1, 150.1, 150.1], changes=(change,))
    assert curve.points.equity.tolist() == pytest.approx([500, 539.9, 1050, 1050, 1050, 1050])
    assert curve.points.growth.tolist() == pytest.approx([1, 1.0798, 1.1, 1.1, 1.1, 1.1])
    assert deepest_drawdown(curve.points).relative == 0


def daily_points(days: float, *, begin: int = START) -> CurvePoints:
    """One point an hour, growing by 1 % of the start an hour."""
    times = np.append(np.arange(begin, begin + days * DAY_MILLISECONDS, HOUR), begin + days * DAY_MILLISECONDS)
    growth = 1 + (times - begin) / HOUR / 100
    return CurvePoints(time=times.astype(np.int64), profit=growth, equity=growth, growth=growth)


@pytest.mark.parametrize(
    ("begin_hours", "days", "count"),
    [
        (0, 3.0, 3),
        (18, 3.0, 3),
        (18, 3.5, 3),
        (6, 3.0, 3),
        (6, 2.5, 3),
        (18, 2.75, 3),
        (0, 0.4, 0),
        (0, 0.6, 1),
        (13, 1.0, 1),
    ],
)
def test_a_first_or_last_day_counts_from_half_a_day_on(begin_hours: int, days: float, count: int) -> None:
    points = daily_points(days, begin=START + begin_hours * HOUR)
    assert len(daily_growth(points)) == count


def test_a_day_runs_from_midnight_to_midnight() -> None:
    points = daily_points(2.0, begin=START + 6 * HOUR)
    # 18 hours, then a whole day; the last 6 hours are no day.
    assert daily_growth(points) == pytest.approx([0.18, 0.24 / 1.18])


@given(CLOSES)
def test_buy_and_hold_is_one_function_for_figures_and_pictures(closes: list[float]) -> None:
    curve = a_curve([], closes, begin=START + HOUR)
    found = benchmark_return(curve, FEE)
    assert found == pytest.approx(closes[-1] * 0.999 / (closes[0] * 1.001) - 1)
    drawn = benchmark_equity(curve, curve.points.time, FEE)
    assert drawn is not None
    assert drawn[-1] / 1000 - 1 == pytest.approx(found)
    assert drawn[1] == pytest.approx(1000 * closes[1] * 0.999 / (closes[0] * 1.001))


@settings(max_examples=20)
@given(st.integers(0, 10_000))
def test_thinning_keeps_ends_extremes_and_the_deepest_fall(seed: int) -> None:
    random = np.random.default_rng(seed)
    growth = np.concatenate(([1.0], np.exp(np.cumsum(random.normal(0, 0.01, 9_000)))))
    times = START + np.arange(len(growth), dtype=np.int64) * HOUR
    points = CurvePoints(time=times, profit=growth, equity=growth, growth=growth)
    thin = thin_points(points)
    assert len(thin.time) <= 2_004
    assert (thin.time[0], thin.time[-1]) == (times[0], times[-1])
    assert (thin.growth.min(), thin.growth.max()) == (growth.min(), growth.max())
    assert deepest_drawdown(thin).relative == deepest_drawdown(points).relative
    assert timedelta(0) <= deepest_drawdown(thin).time_to_trough == deepest_drawdown(points).time_to_trough
