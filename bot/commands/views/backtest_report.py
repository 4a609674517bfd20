"""Backtests as text of at most 80 columns, and as a chart."""

from decimal import Decimal
from itertools import zip_longest
from textwrap import wrap

from bot.commands.reply.amount_visibility import show_amounts
from bot.commands.reply.inline_time import RichText, plain_text
from bot.commands.views.backtest_rows import (
    Rows,
    net_text,
    profit_rows,
    remark_texts,
    return_rows,
    title_text,
    trade_rows,
)
from bot.domain.instance import ParameterValue
from bot.domain.market import Mode
from bot.engine.backtest.result import BacktestResult
from bot.engine.bots.setting_fields import barrier_values
from bot.engine.performance.drawdown import thin_points
from bot.engine.performance.measure import benchmark_equity
from bot.engine.reports.chart_titles import format_days
from bot.ports.charts import EquityChart
from bot.strategy.candles import from_milliseconds
from bot.strategy.field_spec import FieldSpec, plain_number

WIDTH = 78
GAP = 4


def report_text(result: BacktestResult) -> str:
    """Return the report: configuration, result, metrics in two columns, and remarks."""
    lines = [f"Backtest · {title_text(result)}", _plain(net_text(result)), ""]
    column = (WIDTH - GAP) // 2
    left = [*profit_rows(result), *trade_rows(result), *_parameters(result)]
    for row in zip_longest(left, [*return_rows(result), *_run_rows(result)], fillvalue=("", "")):
        first, second = (_cell(label, _plain(value), column) for label, value in row)
        lines.append(f"{first}{' ' * GAP}{second}".rstrip())
    remarks = [wrapped for text in remark_texts(result) for wrapped in wrap(_plain(text), WIDTH)]
    return "\n".join([*lines, *(["", *remarks] if remarks else [])]) + "\n"


def equity_chart(result: BacktestResult, title: str = "", timezone: str = "UTC") -> EquityChart:
    """Return the chart of equity beside buy and hold of the same money with both fees; both begin with the start."""
    points, config = thin_points(result.curve.points), result.config
    held = benchmark_equity(result.curve, points.time, result.market.fee_rate)
    times = [from_milliseconds(time) for time in points.time.tolist()]
    subject = title or f"Backtest · {config.strategy} · {config.symbol} {config.timeframe}"
    return EquityChart(
        title=f"{subject} · {format_days(times[0], times[-1], Mode.PRACTICE, timezone)}",
        times=times,
        equity=points.equity.tolist(),
        growth=points.growth.tolist(),
        benchmark=() if held is None else held.tolist(),
        currency=result.market.quote,
        timezone=timezone,
    )


def _run_rows(result: BacktestResult) -> Rows:
    return [
        ("Candles", f"{len(result.candles):,}, warm-up {result.first:,}"),
        ("Run time", f"{result.seconds:.2f} s"),
    ]


def _parameters(result: BacktestResult) -> Rows:
    return [
        *((name, _value(value)) for name, value in result.config.parameters),
        *((spec.name, _barrier_value(spec, value)) for spec, value in barrier_values(result.config.barriers)),
    ]


def _plain(text: RichText) -> str:
    return plain_text(show_amounts(text))


def _cell(label: str, value: str, width: int) -> str:
    return f"{label}{value.rjust(max(width - len(label), 1))}"


def _value(value: ParameterValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def _barrier_value(spec: FieldSpec, value: Decimal) -> str:
    return f"{plain_number(value * 100)}%" if spec.is_fraction else plain_number(value)
