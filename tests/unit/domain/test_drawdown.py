"""Drawdowns of any curve against counting them out, and the figures that need time."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.drawdown import EquityCurve, max_drawdown, relative_drawdown
from bot.domain.metrics import (
    NOT_APPLICABLE,
    NotAvailable,
    annual_growth,
    annual_shortage,
    time_in_market,
    trade_metrics,
    turnover,
)
from bot.engine.performance.drawdown import deepest_drawdown, drawdown_now
from tests.builders.curves import figures_of, points_of

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
EQUITIES = st.lists(st.integers(1, 2000).map(float), min_size=1, max_size=25)


def a_curve(equity: list[float]) -> EquityCurve:
    return [(START + index * DAY, value) for index, value in enumerate(equity)]


@given(EQUITIES)
def test_the_deepest_fall_is_the_deepest_of_all_pairs(equity: list[float]) -> None:
    curve = a_curve(equity)
    found = max_drawdown(curve)
    falls = [(peak - later) / peak for index, peak in enumerate(equity) for later in equity[index:]]
    assert found.relative == max(falls)
    values = dict(curve)
    assert found.absolute == values[found.peak_at] - values[found.trough_at]
    assert found.relative == pytest.approx(found.absolute / values[found.peak_at])
    assert START <= found.peak_at <= found.trough_at <= found.ended_at == curve[-1][0]
    assert timedelta(0) <= found.time_to_trough <= found.duration
    back = [time for time, value in curve if time >= found.trough_at and value >= values[found.peak_at]]
    assert found.recovered_at == (back[0] if back else None)


@given(EQUITIES)
def test_the_current_fall_is_measured_from_the_highest_point(equity: list[float]) -> None:
    current = drawdown_now(points_of(a_curve(equity)))
    assert current == pytest.approx((max(equity) - equity[-1]) / max(equity))
    assert current <= deepest_drawdown(points_of(a_curve(equity))).relative


@given(EQUITIES)
def test_the_vectorised_fall_is_the_one_that_is_counted_out(equity: list[float]) -> None:
    curve = a_curve(equity)
    found, counted = deepest_drawdown(points_of(curve)), max_drawdown(curve)
    assert found.relative == pytest.approx(counted.relative)
    assert found.absolute == pytest.approx(counted.absolute)
    if found.peak_at == counted.peak_at and found.trough_at == counted.trough_at:
        assert (found.recovered_at, found.ended_at) == (counted.recovered_at, counted.ended_at)


def test_a_curve_without_points_has_no_drawdown() -> None:
    with pytest.raises(ValueError, match="start equity"):
        max_drawdown([])


def test_a_peak_of_nothing_cannot_be_fallen_from() -> None:
    assert relative_drawdown(0, -5) == relative_drawdown(-1, -5) == 0


@pytest.mark.parametrize(
    ("days", "trades", "reason"),
    [
        (29.99, 20, "not enough history yet (29 of 30 days)"),
        (12.0, 3, "not enough history yet (12 of 30 days)"),
        (30.0, 19, "not enough history yet (19 of 20 trades)"),
        (30.0, 20, None),
    ],
)
def test_annual_figures_need_thirty_days_and_twenty_trades(days: float, trades: int, reason: str | None) -> None:
    assert annual_shortage(days, trades) == (NotAvailable(reason) if reason else None)


def test_with_enough_history_annual_figures_are_given() -> None:
    figures = figures_of(a_curve([1000, 1100, 990, 1200]), 73, 20)
    assert figures.cagr == pytest.approx(1.2**5 - 1)
    assert figures.calmar == pytest.approx((1.2**5 - 1) / 0.1)
    assert figures.max_drawdown.absolute == pytest.approx(110)


def test_growth_from_nothing_or_to_ruin_is_not_given() -> None:
    assert annual_growth(-1.0, 40) == annual_growth(0.1, 0) == annual_growth(1e300, 0.001) == NOT_APPLICABLE
    assert annual_growth(NOT_APPLICABLE, 40) == NOT_APPLICABLE


def test_exposure_is_the_share_of_time_with_a_position() -> None:
    spans = [(START, START + DAY), (START + 2 * DAY, START + 3 * DAY)]
    assert time_in_market(spans, START, START + 8 * DAY) == 0.25
    assert time_in_market(spans, START, START) == 0


def test_turnover_is_notional_over_average_equity() -> None:
    assert turnover(Decimal(5000), 1000) == 5
    assert turnover(Decimal(5000), 0) == NOT_APPLICABLE


@given(st.lists(st.integers(-500, 500).map(Decimal), max_size=30))
def test_trade_figures_hang_together(profits: list[Decimal]) -> None:
    figures = trade_metrics(profits)
    assert figures.trades == len(profits) >= figures.wins + figures.losses
    assert figures.worst <= figures.best or not profits
    for figure in (figures.win_rate, figures.profit_factor, figures.payoff_ratio, figures.p_value):
        assert isinstance(figure, NotAvailable) or figure >= 0
    assert isinstance(figures.p_value, NotAvailable) or figures.p_value <= 1
    if not isinstance(figures.expectancy, NotAvailable):
        assert figures.expectancy * len(profits) == pytest.approx(sum(profits))
