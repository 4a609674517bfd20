from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from bot.commands.text.metrics import METRICS, chat_row, report_row
from bot.domain.drawdown import Drawdown
from bot.domain.metrics import NOT_APPLICABLE, EquityMetrics, Metrics, TradeMetrics, trade_metrics
from tests.builders.curves import figures_of
from tests.builders.replies import shown

START = datetime(2026, 1, 1, tzinfo=UTC)
DRAWDOWN = Drawdown(
    relative=0.125,
    absolute=1250.5,
    peak_at=START,
    trough_at=START + timedelta(days=1),
    recovered_at=None,
    ended_at=START + timedelta(days=3),
)
# Figures that are new are computed, so that adding one touches no test.
EQUITY = replace(
    figures_of([(START, 100.0), (START + timedelta(days=1), 103.0)], 60, 30),
    total_return=0.25,
    cagr=0.31,
    sharpe=1.21,
    sortino=2.32,
    calmar=3.43,
    max_drawdown=DRAWDOWN,
    current_drawdown=0.0625,
)
TRADES = replace(
    trade_metrics([Decimal("10.1"), Decimal("-3.3"), Decimal("7.7")]),
    trades=7,
    wins=4,
    losses=2,
    best=Decimal(900),
    worst=Decimal(-300),
    win_rate=0.57,
    profit_factor=1.6,
    expectancy=Decimal("176.357"),
    expectancy_ratio=0.3,
    payoff_ratio=0.9,
    sqn=1.1,
    p_value=0.29,
)
ALL = Metrics(
    trades=TRADES,
    equity=EQUITY,
    fees=Decimal("12.34"),
    closed_profit=Decimal("1234.5"),
    open_profit=Decimal("-5.5"),
    time_in_market=0.53,
    average_exposure=0.47,
    turnover=169.83,
    slippage=0.0002,
    benchmark=0.2,
)


def test_every_figure_stands_in_the_table() -> None:
    shown = [metric.read(ALL) for metric in METRICS]
    single = [field.name for field in fields(Metrics) if field.name not in {"trades", "equity"}]
    wanted = [
        *(getattr(TRADES, field.name) for field in fields(TradeMetrics)),
        *(getattr(EQUITY, field.name) for field in fields(EquityMetrics) if field.name != "max_drawdown"),
        *(getattr(ALL, name) for name in single),
        *(DRAWDOWN.relative, DRAWDOWN.absolute, DRAWDOWN.duration, DRAWDOWN.time_to_trough, DRAWDOWN.is_open),
    ]
    assert [value for value in wanted if value not in shown] == []


def test_a_key_means_one_figure() -> None:
    keys = [metric.key for metric in METRICS]
    assert len(set(keys)) == len(keys)


def test_a_figure_is_written_for_chat_and_for_a_report() -> None:
    rows = (("expectancy",), ("exposure",), ("benchmark",), ("fees",), ("sharpe", "sortino"), ("best", "worst"))
    assert [tuple(map(shown, chat_row(keys, ALL, "USDT"))) for keys in rows] == [
        ("Per trade", "+176.36 USDT"),
        ("In the market", "53.00%"),
        ("Buy and hold", "+20.00%"),
        ("Fees", "12.34 USDT"),
        ("Sharpe, Sortino", "1.21, 2.32"),
        ("Best, worst", "+900.00, -300.00"),
    ]
    assert report_row(("slippage",), ALL, "USDT") == ("Slippage", "+0.0200%")


def test_a_figure_that_cannot_be_given_says_so() -> None:
    young = Metrics(
        trades=trade_metrics([]),
        equity=figures_of([(START, 100.0), (START + timedelta(days=4), 101.0)], 4, 0),
        fees=Decimal(0),
        closed_profit=Decimal(0),
        open_profit=Decimal(0),
        time_in_market=NOT_APPLICABLE,
        average_exposure=NOT_APPLICABLE,
        turnover=NOT_APPLICABLE,
        slippage=NOT_APPLICABLE,
        benchmark=NOT_APPLICABLE,
    )
    assert chat_row(("exposure",), young, "USDT") == ("In the market", "n/a")
    assert chat_row(("cagr",), young, "USDT") == ("CAGR", "not enough history yet (4 of 30 days)")
    assert report_row(("cagr",), young, "USDT") == ("CAGR", "withheld")
