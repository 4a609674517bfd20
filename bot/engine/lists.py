"""Lists of what happened: trades, orders and signals of the bots a person may see, page by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, TypeVar

from bot.domain.instance import Bot
from bot.domain.market import Market
from bot.domain.order import Order
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.engine.queries import Queries
from bot.ports.storage import Page, Reader

T = TypeVar("T")
MOST_MERGED = 500


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A row with the bot and the market it belongs to."""

    item: T
    bot: Bot
    market: Market
    last_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """One page of rows, newest first; `has_more` tells whether another page follows."""

    rows: tuple[Listed[T], ...]
    has_more: bool


class Lists:
    """Reads pages of trades, orders and signals."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def trades(self, bots: Sequence[Bot], page: Page) -> Rows[Trade]:
        """Return the trades of bots, newest first."""
        found: list[Listed[Trade]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.trades(bot.bot_id, _from_start(page))
            found += [Listed(row, bot, market) for row in rows]
        found.sort(key=lambda row: row.item.opened_at.wall, reverse=len(bots) > 1)
        if len(bots) == 1:
            found.sort(key=lambda row: -row.item.number)
        return _cut(found, page)

    async def signals(self, bots: Sequence[Bot], page: Page) -> Rows[SignalRecord]:
        """Return the signals of bots, newest first."""
        found: list[Listed[SignalRecord]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.signals(bot.bot_id, _from_start(page))
            found += [Listed(row, bot, market) for row in rows]
        if len(bots) > 1:
            found.sort(key=lambda row: row.item.moment.wall, reverse=True)
        return _cut(found, page)

    async def working_orders(self, bots: Sequence[Bot], page: Page) -> tuple[Rows[Order], int]:
        """Return the working orders of bots, highest price first within a bot, and how many there are in all."""
        found: list[Listed[Order]] = []
        for bot in bots:
            figures = await self._queries.figures(bot)
            orders = sorted(figures.view.working_orders, key=lambda order: -(order.intent.price or Decimal(0)))
            found += [Listed(order, bot, figures.market, figures.last_price) for order in orders]
        return _cut(found, page), len(found)


def _from_start(page: Page) -> Page:
    return Page(limit=min(page.offset + page.limit + 1, MOST_MERGED))


def _cut(found: list[Listed[T]], page: Page) -> Rows[T]:
    rows = found[page.offset : page.offset + page.limit]
    return Rows(tuple(rows), has_more=len(found) > page.offset + page.limit)
