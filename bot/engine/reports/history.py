"""History: pages of trades, orders and signals of bots."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Generic, TypeVar

from bot.domain.instance import Bot
from bot.domain.market import Market
from bot.domain.money import round_money
from bot.domain.order import Order
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import Page, Reader

T = TypeVar("T")
MAX_MERGED_ROWS = 5000
"""Rows read of each bot when those of several bots are merged."""


@dataclass(frozen=True, slots=True)
class HistoryRow(Generic[T]):
    """A row with its bot and market; `open_trade_profit` is what an open trade made so far, None for others.

    `open_trade_written` is the same amount rounded as on the bot's card.
    """

    item: T
    bot: Bot
    market: Market
    last_price: Decimal | None = None
    open_trade_profit: Decimal | None = None
    open_trade_written: Decimal | None = None


@dataclass(frozen=True, slots=True)
class HistoryPage(Generic[T]):
    """A page of rows, newest first; `has_more` if another page follows."""

    rows: tuple[HistoryRow[T], ...]
    has_more: bool


class HistoryReader:
    """Reads pages of trades, orders and signals."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def trade_count(self, bots: Sequence[Bot]) -> int:
        """Return the number of trades of bots in every pass, open ones included."""
        ledgers = [one.ledger for one in await self._queries.holdings(bots)]
        return sum(one.earlier_trades + one.totals.trades + (one.trade is not None) for one in ledgers)

    async def trades(self, bots: Sequence[Bot], page: Page) -> HistoryPage[Trade]:
        """Return the trades of bots in every pass, newest first."""
        found: list[HistoryRow[Trade]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.trades_of_every_pass(bot.bot_id, _page_to_read(page, bots))
            figures = await self._queries.figures(bot) if any(row.closed_at is None for row in rows) else None
            found += [_trade_row(row, bot, market, figures) for row in rows]
        if len(bots) == 1:
            return _page_of_rows(found, page.limit, 0, key=lambda row: row.item.number)
        return _page_of_rows(found, page.limit, page.offset, key=lambda row: row.item.opened_at.wall)

    async def signal_count(self, bots: Sequence[Bot]) -> int:
        """Return the number of signals of bots, at most `MAX_MERGED_ROWS` each."""
        everything = Page(limit=MAX_MERGED_ROWS)
        return sum([len(await self._reader.signals(bot.bot_id, everything)) for bot in bots])

    async def signals(self, bots: Sequence[Bot], page: Page) -> HistoryPage[SignalRecord]:
        """Return the signals of bots, newest first."""
        found: list[HistoryRow[SignalRecord]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.signals(bot.bot_id, _page_to_read(page, bots))
            found += [HistoryRow(row, bot, market) for row in rows]
        first = 0 if len(bots) == 1 else page.offset
        return _page_of_rows(found, page.limit, first, key=lambda row: row.item.moment.wall)

    async def working_orders(self, bots: Sequence[Bot]) -> tuple[HistoryRow[Order], ...]:
        """Return the working orders of bots, highest price first within a bot."""
        found: list[HistoryRow[Order]] = []
        for bot in bots:
            figures = await self._queries.figures(bot)
            orders = sorted(figures.view.working_orders, key=lambda order: -(order.intent.price or Decimal(0)))
            found += [HistoryRow(order, bot, figures.market, figures.last_price) for order in orders]
        return tuple(found)


def _trade_row(trade: Trade, bot: Bot, market: Market, figures: BotFigures | None) -> HistoryRow[Trade]:
    if trade.closed_at is not None or figures is None:
        return HistoryRow(trade, bot, market)
    closed = round_money(figures.view.ledger.totals.closed_profit, market.quote)
    return HistoryRow(
        trade,
        bot,
        market,
        open_trade_profit=figures.trade_profit,
        open_trade_written=round_money(figures.total, market.quote) - closed,
    )


def _page_to_read(page: Page, bots: Sequence[Bot]) -> Page:
    """Return the rows of each bot that a page needs, and one more that shows whether another page follows."""
    if len(bots) == 1:
        return Page(limit=page.limit + 1, offset=page.offset)
    return Page(limit=min(page.offset + page.limit + 1, MAX_MERGED_ROWS))


def _page_of_rows(
    found: list[HistoryRow[T]], limit: int, first: int, *, key: Callable[[HistoryRow[T]], int | datetime]
) -> HistoryPage[T]:
    newest_first = sorted(found, key=key, reverse=True)
    return HistoryPage(tuple(newest_first[first : first + limit]), has_more=len(found) > first + limit)
