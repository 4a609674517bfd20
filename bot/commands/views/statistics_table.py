"""Rows of `/stats`."""

from bot.commands.reply.inline_time import RichText
from bot.commands.text import numbers
from bot.commands.text.metrics import (
    STATS_ANNUAL_ROWS,
    STATS_ROWS,
    STATS_TRADE_ROWS,
    Keys,
    chat_row,
    closed_when_flat_text,
)
from bot.domain.metrics import NotAvailable
from bot.domain.money import to_decimal
from bot.engine.reports.queries import BotFigures
from bot.engine.reports.statistics import Statistics


def statistics_rows(statistics: Statistics) -> tuple[tuple[RichText, ...], ...]:
    """Return the rows of `/stats`; `not_available_text` says why some are missing."""
    trades, row = statistics.metrics.trades, statistics.figures
    quote, equity = row.market.quote, statistics.metrics.equity
    deepest = equity.max_drawdown
    given = tuple(keys for keys in STATS_ANNUAL_ROWS if not isinstance(getattr(equity, keys[0]), NotAvailable))
    best_worst = chat_row(("best", "worst"), statistics.metrics, quote)
    return (
        *_profit_rows(row),
        ("Won", numbers.count_share(trades.wins, trades.trades)),
        *_rows(statistics, STATS_TRADE_ROWS),
        best_worst if trades.trades else (best_worst[0], numbers.NOT_AVAILABLE),
        (
            *("Max drawdown", numbers.table_amount(to_decimal(deepest.absolute), quote)),
            numbers.percent(to_decimal(deepest.relative)),
        ),
        *_rows(statistics, STATS_ROWS),
        *_rows(statistics, given),
    )


def plan_text(statistics: Statistics) -> RichText:
    """Qualify win rate and p-value of an order plan; nothing for a bot that trades on signals."""
    row = statistics.figures
    if row.view.plan_rounds is None or not statistics.metrics.trades.trades:
        return ""
    config = row.bot.config
    return closed_when_flat_text(config.strategy, statistics.metrics.open_profit, row.market.quote, config.capital)


def not_available_text(statistics: Statistics) -> str:
    """Say which metrics are missing and why, and where all are explained."""
    cagr = statistics.metrics.equity.cagr
    reason = f"Sharpe, Sortino, Calmar, CAGR: {cagr}. " if isinstance(cagr, NotAvailable) else ""
    return f"{reason}What is what: /help metrics"


def _rows(statistics: Statistics, rows: tuple[Keys, ...]) -> tuple[tuple[RichText, ...], ...]:
    return tuple(chat_row(keys, statistics.metrics, statistics.figures.market.quote) for keys in rows)


def _profit_rows(row: BotFigures) -> tuple[tuple[RichText, ...], ...]:
    closed, opened, total = numbers.round_parts(row.closed_profit, row.open_profit, row.market.quote)
    return (
        numbers.profit_row("Total PnL", total, row.share_of(row.total), row.total),
        numbers.profit_row("Closed PnL", closed, row.share_of(row.closed_profit), row.closed_profit),
        numbers.profit_row("Open PnL", opened, row.open_share, row.open_profit),
    )
