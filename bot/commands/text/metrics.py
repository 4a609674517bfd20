"""The table of metrics: name, formula, format and explanation of each.

A new metric is a function in `bot.domain.metrics` and a row here: with that it is in a backtest's JSON and, if it is
explained, in `/help metrics`. The layouts below the table choose those of `/stats` and of a backtest's report.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.text import numbers
from bot.domain.metrics import Metrics, NotAvailable
from bot.domain.money import to_decimal

Value = bool | int | float | Decimal | timedelta | NotAvailable
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MetricFormat:
    """Format of a metric: in chat a function of value and currency, in a report a format of the two."""

    chat: Callable[[Decimal, str], RichText]
    report: str


PLAIN = MetricFormat(lambda value, _: str(value), "{}")
RATIO = MetricFormat(lambda value, _: numbers.ratio(float(value)), "{:,.2f}")
SHARE = MetricFormat(lambda value, _: numbers.percent(value), "{:.2%}")
GAIN = MetricFormat(lambda value, _: numbers.signed_percent(value), "{:+.2%}")
FINE_GAIN = MetricFormat(GAIN.chat, "{:+.4%}")
AMOUNT = MetricFormat(
    lambda value, currency: join_text(numbers.table_amount(value, currency), f" {currency}"), "{:,.2f} {}"
)
PROFIT = MetricFormat(numbers.signed_money, "{:+,.2f} {}")
BARE_PROFIT = MetricFormat(numbers.signed_amount, "{:+,.2f}")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric by its key in JSON; rows are titled with its name unless it has a title."""

    key: str
    name: str
    format: MetricFormat
    read: Callable[[Metrics], Value]
    explanation: str = ""
    title: str = ""
    is_in_json: bool = True


METRICS = (
    Metric("trades", "trade", PLAIN, lambda m: m.trades.trades, "from flat to flat again; partial exits belong to it"),
    Metric("wins", "wins", PLAIN, lambda m: m.trades.wins),
    Metric("losses", "losses", PLAIN, lambda m: m.trades.losses),
    Metric(
        *("win_rate", "win rate", SHARE, lambda m: m.trades.win_rate),
        "wins / all closed trades, break-even ones counted below",
    ),
    Metric("profit_factor", "profit factor", RATIO, lambda m: m.trades.profit_factor, "sum of wins / sum of losses"),
    Metric(
        *("expectancy", "expectancy", PROFIT, lambda m: m.trades.expectancy),
        *("mean profit of a closed trade, after fees", "Per trade"),
    ),
    Metric(
        *("expectancy_ratio", "expectancy ratio", RATIO, lambda m: m.trades.expectancy_ratio),
        "(1 + payoff ratio) x win rate - 1",
    ),
    Metric("payoff_ratio", "payoff ratio", RATIO, lambda m: m.trades.payoff_ratio, "average win / average loss"),
    Metric("sqn", "SQN", RATIO, lambda m: m.trades.sqn, "root of n x mean profit / its standard deviation"),
    Metric("p_value", "p-value", RATIO, lambda m: m.trades.p_value, "t-test that the mean profit is zero"),
    Metric("best", "best", BARE_PROFIT, lambda m: m.trades.best, is_in_json=False),
    Metric("worst", "worst", BARE_PROFIT, lambda m: m.trades.worst, is_in_json=False),
    Metric(
        *("total_return", "total return", GAIN, lambda m: m.equity.total_return),
        "equity at the end / at the start - 1",
    ),
    Metric("cagr", "CAGR", SHARE, lambda m: m.equity.cagr, "total return a year, compounded over 365 days"),
    Metric("sharpe", "Sharpe", RATIO, lambda m: m.equity.sharpe, "mean / deviation of daily returns x root of 365"),
    Metric(
        "sortino", "Sortino", RATIO, lambda m: m.equity.sortino, "as Sharpe, with losing days alone in the deviation"
    ),
    Metric("calmar", "Calmar", RATIO, lambda m: m.equity.calmar, "CAGR / max drawdown"),
    Metric(
        *("max_drawdown", "max drawdown", SHARE, lambda m: m.equity.max_drawdown.relative),
        "deepest fall of the equity from its peak",
    ),
    Metric("max_drawdown_absolute", "max drawdown", AMOUNT, lambda m: m.equity.max_drawdown.absolute),
    Metric("drawdown_duration", "to recovery", PLAIN, lambda m: m.equity.max_drawdown.duration),
    Metric(
        *("drawdown_is_open", "is open", PLAIN),
        lambda m: m.equity.max_drawdown.is_open and m.equity.max_drawdown.absolute > 0,
    ),
    Metric("time_to_trough", "to the trough", PLAIN, lambda m: m.equity.max_drawdown.time_to_trough),
    Metric("current_drawdown", "now below peak", SHARE, lambda m: m.equity.current_drawdown),
    Metric(
        *("exposure", "exposure", SHARE, lambda m: m.time_in_market),
        *("share of the time with a position open", "In the market"),
    ),
    Metric("average_exposure", "average exposure", SHARE, lambda m: m.average_exposure),
    Metric("turnover", "turnover", RATIO, lambda m: m.turnover, "value of all fills / average equity"),
    Metric("slippage", "slippage", FINE_GAIN, lambda m: m.slippage, "(fill - price at decision) / price at decision"),
    Metric("benchmark", "buy and hold", GAIN, lambda m: m.benchmark, "the same market over the same time, same fees"),
    Metric("fees", "fees", AMOUNT, lambda m: m.fees),
    Metric("net_profit", "closed PnL", AMOUNT, lambda m: m.trades.net_profit, "profit of closed trades, fees included"),
    Metric("open_profit", "open PnL", PROFIT, lambda m: m.open_profit, "(last - entry) x quantity - fees paid so far"),
)

STATS_TRADE_ROWS: tuple[Keys, ...] = (("profit_factor",), ("expectancy",), ("payoff_ratio",))
STATS_ROWS: tuple[Keys, ...] = (("current_drawdown",), ("exposure",), ("benchmark",), ("sqn", "p_value"), ("fees",))
STATS_ANNUAL_ROWS: tuple[Keys, ...] = (("sharpe", "sortino"), ("cagr", "calmar"))
"""Left out while there is too little history for them."""
REPORT_TRADE_ROWS: tuple[Keys, ...] = (
    *(("profit_factor",), ("payoff_ratio",), ("expectancy",), ("expectancy_ratio",), ("best", "worst")),
    *(("sqn", "p_value"), ("fees",), ("slippage",), ("turnover",)),
)
REPORT_RETURN_ROWS: tuple[Keys, ...] = (("total_return",), ("cagr",), ("sharpe", "sortino"), ("calmar",))
REPORT_EQUITY_ROWS: tuple[Keys, ...] = (("current_drawdown",), ("exposure",), ("average_exposure",))

_BY_KEY = {metric.key: metric for metric in METRICS}


def chat_row(keys: Keys, metrics: Metrics, currency: str) -> tuple[str, RichText]:
    """Return a row of one or more metrics for a table in chat."""
    return _title(keys), join_with(", ", (_chat_text(_BY_KEY[key], metrics, currency) for key in keys))


def report_row(keys: Keys, metrics: Metrics, currency: str) -> tuple[str, str]:
    """Return a row of one or more metrics for a backtest's report."""
    return _title(keys), ", ".join(_report_text(_BY_KEY[key], metrics, currency) for key in keys)


def shortage_text(metrics: Metrics) -> str:
    """Say why annualised metrics are withheld, nothing if they are not."""
    cagr = metrics.equity.cagr
    is_short = isinstance(cagr, NotAvailable) and _is_shortage(cagr)
    return f"Sharpe, Sortino, Calmar, CAGR: {cagr}." if is_short else ""


def _title(keys: Keys) -> str:
    title = _BY_KEY[keys[0]].title or ", ".join(_BY_KEY[key].name for key in keys)
    return title[0].upper() + title[1:]


def _chat_text(metric: Metric, metrics: Metrics, currency: str) -> RichText:
    value = metric.read(metrics)
    if isinstance(value, NotAvailable | timedelta):
        return str(value)
    return metric.format.chat(value if isinstance(value, Decimal) else to_decimal(value), currency)


def _report_text(metric: Metric, metrics: Metrics, currency: str) -> str:
    value = metric.read(metrics)
    if isinstance(value, NotAvailable):
        # The reason is given once, below the table.
        return "withheld" if _is_shortage(value) else str(value)
    return metric.format.report.format(value, currency)


def _is_shortage(value: NotAvailable) -> bool:
    return value.reason.startswith("not enough")
