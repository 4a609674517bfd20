"""Tables of positions, orders, trades and signals."""

from collections.abc import Sequence
from decimal import Decimal

from bot.commands.reply.blocks import Align, Column, Table
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import quote_reason
from bot.commands.text import numbers
from bot.commands.text.labels import exit_reason_label, position_label
from bot.commands.text.times import TimeFormatter
from bot.domain.ids import short_reference
from bot.domain.order import Order, OrderType
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.engine.reports.history import HistoryRow
from bot.engine.reports.queries import BotFigures

POSITION_COLUMNS = (
    Column("bot"),
    Column("mode"),
    Column("market", priority=2, line=4),
    Column("position"),
    Column("entry", Align.RIGHT, line=2),
    Column("last", Align.RIGHT, line=2),
    Column("stop", Align.RIGHT, priority=1, line=4),
    Column("open PnL", Align.RIGHT, line=3),
    Column("%", Align.RIGHT, line=3),
)
BOT_COLUMN = Column("bot")
TRADE_COLUMNS = (
    Column("no", Align.RIGHT),
    Column("opened", priority=4, line=3),
    Column("closed", line=2),
    Column("entry", Align.RIGHT, priority=3, line=3),
    Column("exit", Align.RIGHT, priority=3, line=3),
    Column("profit", Align.RIGHT, line=2),
    Column("%", Align.RIGHT, priority=1, line=2),
    Column("why", priority=2, line=3),
)
SIGNAL_COLUMNS = (
    Column("candle close"),
    Column("wants"),
    Column("close", Align.RIGHT, priority=1),
    Column("outcome", line=2, is_prose=True),
    Column("reason", priority=2, line=3, is_prose=True),
)
"""A column that needs its title, and loses it on a narrow screen, is on a line that is never reached."""
_ENTRY_TEXTS = {1: "buy", -1: "sell short"}


def position_table(rows: Sequence[BotFigures]) -> Table:
    """Return the table of positions: entry and last price, then the open profit."""
    return Table(POSITION_COLUMNS, tuple(_position_cells(row) for row in rows))


def order_table(rows: Sequence[HistoryRow[Order]], *, has_bot: bool) -> Table:
    """Return the table of working orders; for one bot the column's title has the currency."""
    columns = (
        Column("order", priority=2),
        Column("side", line=2),
        Column("type", priority=4, line=3),
        Column("price", Align.RIGHT, line=2),
        Column("quantity" if has_bot or not rows else rows[0].market.base, Align.RIGHT, line=2),
        Column("away", Align.RIGHT, priority=1, line=2),
        Column("state", priority=3, line=3),
    )
    names = [row.bot.name for row in rows] if has_bot else []
    return _table_with_bot_names(columns, [_order_cells(row, has_bot=has_bot) for row in rows], names)


def order_label(row: HistoryRow[Order]) -> str:
    """Return the label of an order's button: `sell at 2761.30 o-8F2K`."""
    intent = row.item.intent
    price = "market" if intent.price is None else numbers.table_price(intent.price, row.market.tick)
    return f"{intent.side} at {price} {short_reference(intent.reference)}"


def trade_table(rows: Sequence[HistoryRow[Trade]], times: TimeFormatter, *, has_bot: bool) -> Table:
    """Return the table of trades by number."""
    names = [row.bot.name for row in rows] if has_bot else []
    return _table_with_bot_names(TRADE_COLUMNS, [_trade_cells(row, times) for row in rows], names)


def signal_table(rows: Sequence[HistoryRow[SignalRecord]], times: TimeFormatter, *, has_bot: bool) -> Table:
    """Return the table of signals with their outcomes."""
    names = [row.bot.name for row in rows] if has_bot else []
    return _table_with_bot_names(SIGNAL_COLUMNS, [_signal_cells(row, times) for row in rows], names)


def _table_with_bot_names(columns: tuple[Column, ...], cells: list[tuple[RichText, ...]], names: list[str]) -> Table:
    """Put the bot's name before each row, if the rows are of several bots."""
    if not names:
        return Table(columns, tuple(cells))
    return Table((BOT_COLUMN, *columns), tuple((name, *cell) for name, cell in zip(names, cells, strict=True)))


def _position_cells(row: BotFigures) -> tuple[RichText, ...]:
    tick, quote = row.market.tick, row.market.quote
    stop, held = row.view.stop_price, row.view.ledger.position
    return (
        row.bot.name,
        row.bot.mode,
        row.bot.config.symbol,
        position_label(row),
        numbers.table_price(held.average_entry, tick),
        numbers.NOT_AVAILABLE if row.last_price is None else numbers.table_price(row.last_price, tick),
        "none" if stop is None else numbers.table_price(stop, tick),
        join_text(numbers.signed_amount(row.open_profit, quote), f" {quote}"),
        numbers.signed_share(row.open_profit, abs(held.cost)),
    )


def _order_cells(row: HistoryRow[Order], *, has_bot: bool) -> tuple[RichText, ...]:
    intent, last = row.item.intent, row.last_price
    away = None if intent.price is None or not last else intent.price / last - 1
    left, market = row.item.remaining_quantity, row.market
    return (
        short_reference(intent.reference),
        intent.side,
        "market" if intent.order_type is OrderType.MARKET else intent.order_type.value,
        "market" if intent.price is None else numbers.table_price(intent.price, row.market.tick),
        numbers.quantity(left, market.step, market.base) if has_bot else numbers.bare_quantity(left, market.step),
        "" if away is None else numbers.signed_percent(away),
        row.item.status.replace("_", " "),
    )


def _trade_cells(row: HistoryRow[Trade], times: TimeFormatter) -> tuple[RichText, ...]:
    trade, tick = row.item, row.market.tick
    profit = trade.profit if row.open_profit is None else row.open_profit
    return (
        str(trade.number),
        times.table_time(trade.opened_at.market),
        "open" if trade.closed_at is None else times.table_time(trade.closed_at.market),
        numbers.table_price(trade.entry_price, tick),
        "" if trade.exit_price is None else numbers.table_price(trade.exit_price, tick),
        numbers.signed_amount(profit, row.market.quote),
        numbers.signed_share(profit, trade.entry_value),
        exit_reason_label(trade.exit_reason),
    )


def _signal_cells(row: HistoryRow[SignalRecord], times: TimeFormatter) -> tuple[RichText, ...]:
    record = row.item
    wants = "sell" if record.row.exit else _ENTRY_TEXTS.get(record.row.entry, "nothing")
    close = numbers.table_price(Decimal(repr(record.close_price)), row.market.tick)
    return (
        times.table_time(record.candle_close),
        wants,
        close,
        quote_reason(record.outcome),
        quote_reason(record.row.reason),
    )
