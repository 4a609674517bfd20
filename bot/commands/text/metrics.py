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
QUOTIENT_PLACES = 12
WITHHELD = "withheld"

MetricFormat = Callable[[Decimal, str], RichText]
"""Writes a metric's value in a currency."""


def _plain(value: Decimal, _: str) -> RichText:
    return str(value)


def _ratio(value: Decimal, _: str) -> RichText:
    return numbers.ratio(float(value))


def _share(value: Decimal, _: str) -> RichText:
    return numbers.percent(value)


def _gain(value: Decimal, _: str) -> RichText:
    return numbers.signed_percent(value)


def _fine_gain(value: Decimal, _: str) -> RichText:
    return numbers.fine_signed_percent(value)


def _without_noise(quotient: Decimal | NotAvailable) -> Decimal | NotAvailable:
    return round(quotient, QUOTIENT_PLACES) if isinstance(quotient, Decimal) else quotient


def _amount(value: Decimal, currency: str) -> RichText:
    return join_text(numbers.table_amount(value, currency), f" {currency}")


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


SHARPE_TEXT = (
    "mean / deviation of daily returns x root of 365; UTC days, a cut first or last one counts from half a day on"
)
BASES = (
    ("% of a trade", "of its entry cost"),
    ("% of open PnL", "of the entry cost of the position"),
    ("% of a bot", "of its capital; time-weighted once that was edited, so no edit changes the past"),
    ("% of a day, week, month", "of the equity at its start; a fill at 00:00 belongs to the new day"),
    ("% of several bots", "of their equity at the start together, later edits by their time"),
)
"""What percentages are of."""
METRICS = (
    Metric("trades", "trade", _plain, lambda m: m.trades.trades, "from flat to flat again; partial exits belong to it"),
    Metric("wins", "wins", _plain, lambda m: m.trades.wins),
    Metric("losses", "losses", _plain, lambda m: m.trades.losses),
    Metric(
        *("win_rate", "win rate", _share, lambda m: m.trades.win_rate),
        "wins / all closed trades, break-even ones counted below",
    ),
    Metric("profit_factor", "profit factor", _ratio, lambda m: m.trades.profit_factor, "sum of wins / sum of losses"),
    Metric(
        *("expectancy", "expectancy", numbers.signed_money, lambda m: _without_noise(m.trades.expectancy)),
        *("mean profit of a closed trade, after fees", "Per trade"),
    ),
    Metric(
        *("expectancy_ratio", "expectancy ratio", _ratio, lambda m: m.trades.expectancy_ratio),
        "(1 + payoff ratio) x win rate - 1",
    ),
    Metric("payoff_ratio", "payoff ratio", _ratio, lambda m: m.trades.payoff_ratio, "average win / average loss"),
    Metric("sqn", "SQN", _ratio, lambda m: m.trades.sqn, "root of n x mean profit / its standard deviation"),
    Metric("p_value", "p-value", _ratio, lambda m: m.trades.p_value, "t-test that the mean profit is zero"),
    Metric("best", "best", numbers.signed_amount, lambda m: m.trades.best, is_in_json=False),
    Metric("worst", "worst", numbers.signed_amount, lambda m: m.trades.worst, is_in_json=False),
    Metric(
        *("total_return", "total return", _gain, lambda m: m.equity.total_return),
        "growth of the capital at work; product over the times between its edits",
    ),
    Metric("cagr", "CAGR", _share, lambda m: m.equity.cagr, "total return a year, compounded over 365 days"),
    Metric("sharpe", "Sharpe", _ratio, lambda m: m.equity.sharpe, SHARPE_TEXT),
    Metric(
        "sortino", "Sortino", _ratio, lambda m: m.equity.sortino, "as Sharpe, with losing days alone in the deviation"
    ),
    Metric("calmar", "Calmar", _ratio, lambda m: m.equity.calmar, "CAGR / max drawdown"),
    Metric(
        *("max_drawdown", "max drawdown", _share, lambda m: m.equity.max_drawdown.relative),
        "deepest fall of the growth from its peak, over every closed candle",
    ),
    Metric("max_drawdown_absolute", "max drawdown", _amount, lambda m: to_decimal(m.equity.max_drawdown.absolute)),
    Metric("drawdown_duration", "to recovery", _plain, lambda m: m.equity.max_drawdown.duration),
    Metric(
        *("drawdown_is_open", "is open", _plain),
        lambda m: m.equity.max_drawdown.is_open and m.equity.max_drawdown.absolute > 0,
    ),
    Metric("time_to_trough", "to the trough", _plain, lambda m: m.equity.max_drawdown.time_to_trough),
    Metric(
        *("current_drawdown", "now below peak", _share, lambda m: m.equity.current_drawdown),
        "the same growth now, below its highest",
    ),
    Metric(
        *("exposure", "exposure", _share, lambda m: m.time_in_market),
        *("share of the time with a position open", "In the market"),
    ),
    Metric(
        *("average_exposure", "average exposure", _share, lambda m: m.average_exposure),
        "mean over the closes of position value / equity",
    ),
    Metric("turnover", "turnover", _ratio, lambda m: m.turnover, "value of all fills / average equity"),
    Metric(
        "slippage",
        "slippage",
        _fine_gain,
        lambda m: m.slippage,
        "market orders and stops: (fill - price at decision) / it, of a stop its trigger",
    ),
    Metric("benchmark", "buy and hold", _gain, lambda m: m.benchmark, "bought at the start, sold now, both fees paid"),
    Metric("fees", "fees", _amount, lambda m: m.fees),
    Metric("net_profit", "net", numbers.signed_money, lambda m: m.net_profit, "closed PnL + open PnL, after all fees"),
    Metric(
        *("closed_profit", "closed PnL", numbers.signed_money, lambda m: m.closed_profit),
        "what sales have earned, with the fees of what was sold",
    ),
    Metric(
        *("open_profit", "open PnL", numbers.signed_money, lambda m: m.open_profit),
        "(last - entry) x quantity - entry fees of what is held",
    ),
)

STATS_TRADE_ROWS: tuple[Keys, ...] = (("profit_factor",), ("expectancy",), ("payoff_ratio",))
STATS_ROWS: tuple[Keys, ...] = (
    ("current_drawdown",),
    ("exposure",),
    ("average_exposure",),
    ("slippage",),
    ("benchmark",),
    ("sqn", "p_value"),
    ("fees",),
)
STATS_ANNUAL_ROWS: tuple[Keys, ...] = (("sharpe", "sortino"), ("cagr", "calmar"))
"""Left out while there is too little history for them."""
REPORT_TRADE_ROWS: tuple[Keys, ...] = (
    *(("profit_factor",), ("payoff_ratio",), ("expectancy",), ("expectancy_ratio",), ("best", "worst")),
    *(("sqn", "p_value"), ("slippage",), ("turnover",)),
)
REPORT_RETURN_ROWS: tuple[Keys, ...] = (("total_return",), ("cagr",), ("sharpe", "sortino"), ("calmar",))
REPORT_PROFIT_ROWS: tuple[Keys, ...] = (("closed_profit",), ("open_profit",), ("fees",))
REPORT_EQUITY_ROWS: tuple[Keys, ...] = (("current_drawdown",), ("exposure",), ("average_exposure",))

_BY_KEY = {metric.key: metric for metric in METRICS}


def chat_row(keys: Keys, metrics: Metrics, currency: str) -> tuple[str, RichText]:
    """Return a row of one or more metrics for a table in chat."""
    return _title(keys), join_with(", ", (_chat_text(_BY_KEY[key], metrics, currency) for key in keys))


def report_row(keys: Keys, metrics: Metrics, currency: str) -> tuple[str, RichText]:
    """Return a row of one or more metrics for a backtest's report, where a reason is given once, below the table."""
    title, text = chat_row(keys, metrics, currency)
    is_short = any(_is_shortage(_BY_KEY[key].read(metrics)) for key in keys)
    return title, WITHHELD if is_short else text


def shortage_text(metrics: Metrics) -> str:
    """Say why annualised metrics are withheld, nothing if they are not."""
    cagr = metrics.equity.cagr
    return f"Sharpe, Sortino, Calmar, CAGR: {cagr}." if _is_shortage(cagr) else ""


def closed_when_flat_text(strategy: str, open_profit: Decimal, currency: str, base: Decimal) -> RichText:
    """Qualify win rate and p-value of an order plan, which closes trades only when flat: its losses may be open."""
    start = f"Won and p-value say little: {strategy} closes trades only when flat"
    if not open_profit:
        return f"{start}."
    word = "loss" if open_profit < 0 else "gain"
    share = numbers.percent(abs(open_profit) / base) if base else ""
    amount = numbers.money(abs(open_profit), currency)
    return join_text(f"{start}; {word} of {share} of the capital is open, ", amount, ".")


def _title(keys: Keys) -> str:
    title = _BY_KEY[keys[0]].title or ", ".join(_BY_KEY[key].name for key in keys)
    return title[0].upper() + title[1:]


def _chat_text(metric: Metric, metrics: Metrics, currency: str) -> RichText:
    value = metric.read(metrics)
    if isinstance(value, NotAvailable | timedelta):
        return str(value)
    return metric.format(value if isinstance(value, Decimal) else to_decimal(value), currency)


def _is_shortage(value: Value) -> bool:
    return isinstance(value, NotAvailable) and value.reason.startswith("not enough")
