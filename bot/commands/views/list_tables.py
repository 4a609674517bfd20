"""Tables of positions, orders, trades and signals."""

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar

from bot.commands.reply.blocks import Align, Column, Columns, Table, build_table
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import quote_reason
from bot.commands.text import numbers
from bot.commands.text.guard_text import STATE_SUFFIXES
from bot.commands.text.labels import exit_reason_label, position_label
from bot.commands.text.times import TimeFormatter
from bot.domain.barrier import barrier_by_tag
from bot.domain.guard import GuardState
from bot.domain.ids import short_reference
from bot.domain.market import Market
from bot.domain.order import Order, OrderPurpose
from bot.domain.signal import SignalRecord, SignalRow
from bot.domain.trade import Trade
from bot.engine.reports.history import HistoryRow
from bot.engine.reports.queries import BotFigures

T = TypeVar("T")


def _stop_cell(row: BotFigures) -> str:
    stop = row.view.guards.stop
    if stop is None or stop.state is GuardState.MISSING:
        return "missing" if stop else "none"
    return f"{numbers.table_price(stop.price, row.market.tick)}{STATE_SUFFIXES[stop.state]}"


# A column that needs its title, and loses it on a narrow screen, is on a line that is never reached.
_POSITION_COLUMNS: Columns[BotFigures] = (
    (Column("bot"), lambda row: row.bot.name),
    (Column("mode"), lambda row: row.bot.mode),
    (Column("market", priority=2, line=4), lambda row: row.bot.config.symbol),
    (Column("position"), position_label),
    (Column("entry", Align.RIGHT, line=2), lambda row: _price(row.view.ledger.position.average_entry, row.market)),
    (Column("last", Align.RIGHT, line=2), lambda row: _price(row.last_price, row.market, numbers.NOT_AVAILABLE)),
    (Column("stop", Align.RIGHT, priority=1, line=4), _stop_cell),
    (
        Column("open PnL", Align.RIGHT, line=3),
        lambda row: join_text(
            numbers.open_amount(row.closed_profit, row.open_profit, row.market.quote), f" {row.market.quote}"
        ),
    ),
    (
        Column("%", Align.RIGHT, line=3),
        lambda row: numbers.signed_percent(row.open_share),
    ),
)


def position_table(rows: Sequence[BotFigures]) -> Table:
    """Return the table of positions: entry and last price, then the open profit."""
    return build_table(_POSITION_COLUMNS, rows)


def order_table(rows: Sequence[HistoryRow[Order]], *, has_bot: bool) -> Table:
    """Return the table of working orders; for one bot the column's title has the currency."""
    columns: Columns[HistoryRow[Order]] = (
        (Column("order", priority=2), lambda row: short_reference(row.item.intent.reference)),
        (Column("side", line=2), _side_cell),
        (Column("type", priority=4, line=3), lambda row: row.item.intent.order_type.value),
        (Column("price", Align.RIGHT, line=2), lambda row: _price(row.item.intent.price, row.market, "market")),
        (
            Column("quantity" if has_bot or not rows else rows[0].market.base, Align.RIGHT, line=2),
            lambda row: (
                numbers.quantity(row.item.remaining_quantity, row.market.step, row.market.base)
                if has_bot
                else numbers.bare_quantity(row.item.remaining_quantity, row.market.step)
            ),
        ),
        (Column("away", Align.RIGHT, priority=1, line=2), _distance_text),
        (Column("state", priority=3, line=3), lambda row: row.item.status.replace("_", " ")),
    )
    return _table_of_bots(columns, rows, has_bot=has_bot)


def order_label(row: HistoryRow[Order]) -> str:
    """Return the label of an order's button: `sell at 2761.30 o-8F2K`, `stop loss at 58904.38 o-9A1C`."""
    intent = row.item.intent
    is_barrier = intent.purpose is OrderPurpose.BARRIER
    what = barrier_by_tag(intent.tag).label if is_barrier else intent.side.value
    return f"{what} at {_price(intent.price, row.market, 'market')} {short_reference(intent.reference)}"


def _side_cell(row: HistoryRow[Order]) -> str:
    """Return what an order does, a barrier as what it is: `stop` or `target`."""
    intent = row.item.intent
    return intent.order_type.value if intent.purpose is OrderPurpose.BARRIER else intent.side.value


def trade_table(rows: Sequence[HistoryRow[Trade]], times: TimeFormatter, *, has_bot: bool) -> Table:
    """Return the table of trades by number."""

    def profit(row: HistoryRow[Trade]) -> Decimal:
        return row.item.profit if row.open_trade_profit is None else row.open_trade_profit

    columns: Columns[HistoryRow[Trade]] = (
        (Column("no", Align.RIGHT), lambda row: str(row.item.number)),
        (Column("opened", priority=4, line=3), lambda row: times.table_time(row.item.opened_at.market)),
        (
            Column("closed", line=2),
            lambda row: times.table_time(row.item.closed_at.market) if row.item.closed_at else "open",
        ),
        (Column("entry", Align.RIGHT, priority=3, line=3), lambda row: _price(row.item.entry_price, row.market)),
        (Column("exit", Align.RIGHT, priority=3, line=3), lambda row: _price(row.item.exit_price, row.market)),
        (Column("profit", Align.RIGHT, line=2), lambda row: _written_profit(row, profit(row))),
        (
            Column("%", Align.RIGHT, priority=1, line=2),
            lambda row: numbers.signed_share(profit(row), row.item.entry_value),
        ),
        (Column("why", priority=2, line=3), lambda row: exit_reason_label(row.item.exit_reason)),
    )
    return _table_of_bots(columns, rows, has_bot=has_bot)


def signal_table(rows: Sequence[HistoryRow[SignalRecord]], times: TimeFormatter, *, has_bot: bool) -> Table:
    """Return the table of signals with their outcomes."""
    columns: Columns[HistoryRow[SignalRecord]] = (
        (Column("candle close"), lambda row: times.table_time(row.item.candle_close)),
        (Column("wants"), lambda row: wanted_text(row.item.row)),
        (Column("close", Align.RIGHT, priority=1), lambda row: _price(Decimal(repr(row.item.close_price)), row.market)),
        (Column("outcome", line=2, is_prose=True), lambda row: quote_reason(row.item.outcome)),
        (Column("reason", priority=2, line=3, is_prose=True), lambda row: quote_reason(row.item.row.reason)),
    )
    return _table_of_bots(columns, rows, has_bot=has_bot)


def wanted_text(row: SignalRow) -> str:
    """Say what a signal row asks for: an exit goes before an entry."""
    return "sell" if row.exit else {1: "buy", -1: "sell short"}.get(row.entry, "nothing")


def _table_of_bots(columns: Columns[HistoryRow[T]], rows: Sequence[HistoryRow[T]], *, has_bot: bool) -> Table:
    """Put the bot's name before each row, if the rows are of several bots."""
    return build_table(((Column("bot"), lambda row: row.bot.name), *columns) if has_bot else columns, rows)


def _written_profit(row: HistoryRow[Trade], exact: Decimal) -> RichText:
    """Write a trade's profit; that of an open one as on the bot's card."""
    if row.open_trade_written is None:
        return numbers.signed_amount(exact, row.market.quote)
    return numbers.signed_rounded_amount(row.open_trade_written, exact)


def _price(value: Decimal | None, market: Market, missing: str = "") -> str:
    return missing if value is None else numbers.table_price(value, market.tick)


def _distance_text(row: HistoryRow[Order]) -> str:
    price, last = row.item.intent.price, row.last_price
    return numbers.signed_share(price - last, last) if price is not None and last else ""
