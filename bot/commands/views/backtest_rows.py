"""Figures and remarks of a backtest, with typed amounts: for the command line and for chat."""

from datetime import datetime

from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text, quote_words
from bot.commands.text import numbers
from bot.commands.text.metrics import (
    REPORT_EQUITY_ROWS,
    REPORT_RETURN_ROWS,
    REPORT_TRADE_ROWS,
    Keys,
    closed_when_flat_text,
    report_row,
    shortage_text,
)
from bot.commands.text.times import duration
from bot.domain.metrics import MIN_FOR_DEVIATION, NotAvailable
from bot.domain.money import ZERO, to_decimal
from bot.engine.backtest.result import BacktestResult
from bot.engine.trading.planning import default_stake

SIGNIFICANCE_LEVEL = 0.05

Rows = list[tuple[str, RichText]]


def title_text(result: BacktestResult) -> str:
    """Return strategy, market and dates of a backtest."""
    config, days = result.config, f"{day_text(result.started_at)} to {day_text(result.ended_at)}"
    return f"{config.strategy} · {config.symbol} {config.timeframe} · {days}"


def day_text(moment: datetime) -> str:
    """Write a day in UTC: `6 Sep 2024`."""
    return f"{moment.day} {moment:%b %Y}"


def net_text(result: BacktestResult) -> RichText:
    """Return the result in a sentence: net profit with its base, and buy and hold beside it."""
    quote, net = result.market.quote, result.metrics.net_profit
    base = join_text(" of ", numbers.typed_amount(result.cash))
    _, benchmark = report_row(("benchmark",), result.metrics, quote)
    share = numbers.signed_share(net, result.cash)
    profit = numbers.signed_money(net, quote)
    return join_text("Net ", profit, f" ({share}", base, _stake_text(result), "); buy and hold ", benchmark)


def _stake_text(result: BacktestResult) -> RichText:
    """Return the stake of an entry; one that leaves nothing for fee and reserve is smaller than it was asked for."""
    asked = result.config.stake
    if asked is None:
        return ""
    most = default_stake(result.config.capital, result.market.fee_rate)
    if asked <= most:
        return join_text(", stake ", numbers.typed_amount(asked))
    return join_text(", stake ", numbers.typed_amount(most), " of ", numbers.typed_amount(asked))


def profit_rows(result: BacktestResult) -> Rows:
    """Return rows that add up to the net profit as printed, and the fees in them; of a plan also its rounds."""
    metrics, quote = result.metrics, result.market.quote
    closed, opened, net = numbers.round_parts(metrics.closed_profit, metrics.open_profit, quote)
    rows = [
        ("Net", net, metrics.net_profit),
        ("  closed", closed, metrics.closed_profit),
        ("  open", opened, metrics.open_profit),
    ]
    if result.plan_rounds is not None and result.round_profit is not None:
        held = metrics.net_profit - result.round_profit
        rounds, holding, _ = numbers.round_parts(result.round_profit, held, quote)
        title = f"{result.plan_rounds.title.capitalize()} profit"
        rows += [(title, rounds, result.round_profit), ("Holding", holding, held)]
    shown: Rows = [
        (label, join_text(numbers.signed_rounded_amount(value, exact), f" {quote}")) for label, value, exact in rows
    ]
    return [*shown, ("Fees in it", numbers.money(metrics.fees, quote))]


def trade_rows(result: BacktestResult) -> Rows:
    """Return the figures of closed trades."""
    trades = result.metrics.trades
    rate = "" if isinstance(trades.win_rate, NotAvailable) else f" ({trades.win_rate:.0%})"
    rows = _rows(result, REPORT_TRADE_ROWS)
    if not trades.trades:
        rows = [(label, numbers.NOT_AVAILABLE if label == "Best, worst" else value) for label, value in rows]
    return [("Trades, won", f"{trades.trades}, {trades.wins}{rate}"), *rows]


def return_rows(result: BacktestResult) -> Rows:
    """Return the figures of the equity over time."""
    deepest, quote = result.metrics.equity.max_drawdown, result.market.quote
    absolute = numbers.table_amount(to_decimal(deepest.absolute), quote)
    is_open = ", open" if deepest.is_open else ""
    fall: Rows = [
        ("Max drawdown", join_text(absolute, f"  {numbers.percent(to_decimal(deepest.relative))}")),
        ("  to the trough", duration(deepest.time_to_trough)),
        ("  to recovery", f"{duration(deepest.duration)}{is_open}"),
    ]
    fall = fall if deepest.absolute else fall[:1]
    return [*_rows(result, REPORT_RETURN_ROWS), *fall, *_rows(result, REPORT_EQUITY_ROWS)]


def remark_texts(result: BacktestResult) -> list[RichText]:
    """Return what one must know to read the figures, each as a sentence."""
    found = [
        shortage_text(result.metrics),
        _gap_text(result),
        _fee_text(result),
        _luck_text(result),
        _open_text(result),
    ]
    if result.refusals:
        count = count_text(len(result.refusals), "order")
        found.append(join_text(f"{count} not sent, the last: ", quote_words(result.refusals[-1])))
    return [text for text in found if text]


def _fee_text(result: BacktestResult) -> RichText:
    """Say what fees did to a gain; nothing if it was a loss without them, too."""
    net, fees, quote = result.metrics.net_profit, result.metrics.fees, result.market.quote
    before = net + fees
    if before <= 0 or fees <= max(net, ZERO):
        return ""
    if net > 0:
        return f"Fees took {numbers.percent(fees / before)} of the gain."
    gained, left = numbers.signed_money(before, quote), numbers.signed_money(net, quote)
    return join_text("Fees ate more than was left: ", gained, " before fees, ", left, " after them.")


def _luck_text(result: BacktestResult) -> RichText:
    """Doubt a gain that its closed trades do not prove; a loss needs no doubt, and a plan's trades prove nothing."""
    metrics, p_value = result.metrics, result.metrics.trades.p_value
    if result.plan_rounds is not None:
        profit, quote = metrics.open_profit, result.market.quote
        return closed_when_flat_text(result.config.strategy, profit, quote, result.cash) if result.trades else ""
    if metrics.net_profit <= 0:
        return ""
    if not isinstance(p_value, NotAvailable):
        return f"Could be luck (p = {p_value:.2f})." if p_value > SIGNIFICANCE_LEVEL else ""
    few = metrics.trades.trades
    return f"Could be luck: {few or 'no'} closed trade is no proof." if few < MIN_FOR_DEVIATION else ""


def _open_text(result: BacktestResult) -> RichText:
    if not result.trades or result.trades[-1].closed_at is not None:
        return ""
    profit = numbers.signed_money(result.metrics.open_profit, result.market.quote)
    return join_text("One trade is still open: ", profit, ", its entry fees taken off.")


def _gap_text(result: BacktestResult) -> str:
    gaps = result.gaps
    if not gaps:
        return ""
    longest = max(gaps, key=lambda gap: gap.length)
    where = f"{duration(longest.length)} from {day_text(longest.begins_at)} {longest.begins_at:%H:%M} UTC"
    if len(gaps) == 1:
        return f"The data have a gap: {where}."
    missing = sum((gap.length for gap in gaps[1:]), gaps[0].length)
    return f"The data have {len(gaps):,} gaps, {duration(missing)} in all; the longest: {where}."


def _rows(result: BacktestResult, rows: tuple[Keys, ...]) -> Rows:
    return [report_row(keys, result.metrics, result.market.quote) for keys in rows]
