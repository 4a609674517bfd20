"""Marks of fills on a chart of candles: every fill of the time drawn, those of trades by their numbers."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.fill import Fill
from bot.domain.ids import BotId
from bot.domain.order import OrderSide
from bot.domain.trade import Trade
from bot.ports.charts import ChartMark
from bot.ports.storage import LedgerReader, Page

PAGE_SIZE = 500


async def fills_between(reader: LedgerReader, bot_id: BotId, first: datetime, last: datetime) -> tuple[Fill, ...]:
    """Return every fill of a bot between two market times, both included, oldest first."""
    page, found = Page(limit=PAGE_SIZE), dict[str, Fill]()
    while fills := await reader.fills(bot_id, page):
        # A fill that is booked between two pages moves the others: nothing is lost, one comes twice.
        found |= {fill.trade_id: fill for fill in fills if first <= fill.moment.market <= last}
        if fills[-1].moment.market < first:
            break
        page = replace(page, offset=page.offset + PAGE_SIZE)
    return tuple(reversed(found.values()))


async def trades_since(reader: LedgerReader, bot_id: BotId, first: datetime) -> tuple[Trade, ...]:
    """Return a bot's trades that were open at a market time or began later, oldest first."""
    page, found = Page(limit=PAGE_SIZE), dict[str, Trade]()
    while trades := await reader.trades(bot_id, page):
        found |= {trade.trade_id: trade for trade in trades}
        if trades[-1].opened_at.market <= first:
            break
        page = replace(page, offset=page.offset + PAGE_SIZE)
    return tuple(reversed(found.values()))


def fill_marks(fills: Sequence[Fill], trades: Sequence[Trade]) -> tuple[ChartMark, ...]:
    """Mark fills with the numbers of their trades, oldest first; without trades none has a number."""
    opened = [trade.opened_at.market for trade in trades]

    def number(fill: Fill) -> str:
        time = fill.moment.market
        row = bisect_right(opened, time) - 1
        before = trades[row - 1].closed_at if row > 0 else None
        if fill.side is OrderSide.SELL and before is not None and before.market == time:
            row -= 1
        if row < 0:
            return ""
        closed = trades[row].closed_at
        return str(trades[row].number) if closed is None or time <= closed.market else ""

    return tuple(
        ChartMark(
            time=fill.moment.market, price=float(fill.price), is_buy=fill.side is OrderSide.BUY, label=number(fill)
        )
        for fill in fills
    )
