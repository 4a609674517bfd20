from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from bot.domain.drawdown import EquityCurve, max_drawdown
from bot.domain.metrics import (
    NOT_APPLICABLE,
    NotAvailable,
    annual_growth,
    average_slippage,
    buy_and_hold_return,
    calmar_ratio,
    sharpe_ratio,
    slippage_reference,
    sortino_ratio,
    trade_metrics,
)
from bot.domain.order import OrderSide, OrderType
from bot.domain.student import incomplete_beta, two_sided_p_value
from bot.engine.performance.drawdown import daily_growth
from tests.builders.curves import figures_of, points_of

START = datetime(2024, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
PROFITS = tuple(Decimal(text) for text in ["10", "-5", "20", "-15", "0", "30", "-10", "5", "-20", "25"])


def a_curve(*equity: float) -> EquityCurve:
    return [(START + index * DAY, value) for index, value in enumerate(equity)]


def golden_curve() -> EquityCurve:
    equity = [Decimal(1000)]
    for profit in PROFITS:
        equity.append(equity[-1] + profit)
    return a_curve(*(float(value) for value in equity))


def test_golden_vector_gives_the_trade_figures() -> None:
    figures = trade_metrics(PROFITS)
    assert (figures.trades, figures.wins, figures.losses) == (10, 5, 4)
    assert figures.win_rate == 0.5
    assert figures.profit_factor == pytest.approx(1.8)
    assert figures.payoff_ratio == pytest.approx(1.44)
    assert figures.expectancy == 4
    assert figures.expectancy_ratio == pytest.approx(0.22)
    assert figures.sqn == pytest.approx(0.7385, abs=5e-5)
    assert figures.p_value == pytest.approx(0.479, abs=5e-4)


def test_golden_vector_gives_the_equity_figures() -> None:
    curve = golden_curve()
    returns = daily_growth(points_of(curve))
    drawdown = max_drawdown(curve)
    assert sharpe_ratio(returns) == pytest.approx(4.6055, abs=5e-5)
    assert sortino_ratio(returns) == pytest.approx(9.2331, abs=5e-5)
    assert drawdown.relative == pytest.approx(0.024038, abs=5e-7)
    assert drawdown.absolute == pytest.approx(25)
    assert calmar_ratio(annual_growth(0.04, 10), drawdown) == pytest.approx(132.50, abs=0.005)


def test_start_equity_is_the_first_peak() -> None:
    drawdown = max_drawdown(a_curve(1000, 950, 960, 970))
    assert drawdown.relative == pytest.approx(0.05)
    assert drawdown.absolute == 50
    assert drawdown.is_open
    assert drawdown.duration == 3 * DAY
    assert drawdown.time_to_trough == DAY


def test_drawdown_lasts_from_peak_to_recovery() -> None:
    drawdown = max_drawdown(a_curve(100, 120, 90, 110, 120, 130, 125))
    assert (drawdown.peak_at, drawdown.trough_at) == (START + DAY, START + 2 * DAY)
    assert drawdown.recovered_at == START + 4 * DAY
    assert drawdown.duration == 3 * DAY


def test_absolute_drawdown_comes_from_the_relative_ones_peak() -> None:
    drawdown = max_drawdown(a_curve(100, 50, 1000, 900))
    assert drawdown.relative == pytest.approx(0.5)
    assert drawdown.absolute == 50


def test_short_history_withholds_annual_figures() -> None:
    figures = figures_of(golden_curve(), 10, 10)
    assert figures.sharpe == NotAvailable("not enough history yet (10 of 30 days)")
    assert figures.cagr == figures.calmar == figures.sortino == figures.sharpe
    assert figures.total_return == pytest.approx(0.04)
    assert figures.current_drawdown == 0


def test_few_trades_withhold_annual_figures() -> None:
    figures = figures_of(a_curve(*range(100, 150)), 49, 19)
    assert figures.cagr == NotAvailable("not enough history yet (19 of 20 trades)")


def test_zero_denominators_are_not_applicable() -> None:
    none = trade_metrics(())
    assert (none.win_rate, none.profit_factor, none.expectancy, none.sqn, none.p_value) == (NOT_APPLICABLE,) * 5
    only_wins = trade_metrics((Decimal("0.1"),) * 3)
    assert (only_wins.profit_factor, only_wins.payoff_ratio, only_wins.sqn) == (NOT_APPLICABLE,) * 3
    flat = figures_of(a_curve(*([100.0] * 40)), 40, 30)
    assert (flat.sharpe, flat.sortino, flat.calmar) == (NOT_APPLICABLE,) * 3


def test_break_even_trades_count_in_the_win_rate() -> None:
    assert trade_metrics((Decimal(1), Decimal(0))).win_rate == 0.5


@pytest.mark.parametrize(
    ("t", "degrees", "p"),
    [
        (0.0, 5, 1.0),
        (1.0, 1, 0.5),
        (2.228138852, 10, 0.05),
        (12.70620474, 1, 0.05),
        (1.959963985, 10**7, 0.05),
        (-3.169272667, 10, 0.01),
        (6.0, 100_000, 1.9803e-9),
    ],
)
def test_p_values_match_the_tables(t: float, degrees: int, p: float) -> None:
    assert two_sided_p_value(t, degrees) == pytest.approx(p, rel=1e-4)


def test_incomplete_beta_is_symmetric() -> None:
    assert incomplete_beta(2.5, 0.5, 0.3) == pytest.approx(1 - incomplete_beta(0.5, 2.5, 0.7))
    assert (incomplete_beta(1, 1, 0), incomplete_beta(1, 1, 1)) == (0, 1)


def test_slippage_is_positive_when_worse_and_known_for_orders_that_can_slip() -> None:
    bought, sold = (OrderSide.BUY, Decimal(101), Decimal(100)), (OrderSide.SELL, Decimal(103), Decimal(100))
    assert average_slippage([bought]) == pytest.approx(0.01)
    assert average_slippage([bought, sold, (OrderSide.BUY, Decimal(1), None)]) == pytest.approx(-0.01)
    assert average_slippage([(OrderSide.BUY, Decimal(1), None)]) == NOT_APPLICABLE


def test_a_stop_slips_from_its_trigger_a_market_order_from_its_decision_a_limit_never() -> None:
    def reference(order_type: OrderType) -> Decimal | None:
        price = None if order_type is OrderType.MARKET else Decimal(95)
        return slippage_reference(order_type, price=price, reference_price=Decimal(99))

    assert {order_type: reference(order_type) for order_type in OrderType} == {
        OrderType.MARKET: 99,
        OrderType.STOP: 95,
        OrderType.LIMIT: None,
        OrderType.TARGET: None,
    }


def test_buy_and_hold_pays_both_fees() -> None:
    assert buy_and_hold_return(100, 121, 0.001) == pytest.approx(1.21 * 0.999 / 1.001 - 1)
