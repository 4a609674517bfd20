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
from bot.engine.reports.queries import Queries
from bot.ports.storage import Page, Reader

T = TypeVar("T")
MOST_MERGED = 5000
"""How many rows of each bot are looked at when those of several are put together."""


@dataclass(frozen=True, slots=True)
class Listed(Generic[T]):
    """A row with the bot and the market it belongs to; `open_profit` is that of a trade that is not closed yet."""

    item: T
    bot: Bot
    market: Market
    last_price: Decimal | None = None
    open_profit: Decimal | None = None


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

    async def trade_count(self, bots: Sequence[Bot]) -> int:
        """Return how many trades bots have, open ones included."""
        holdings = await self._queries.holdings(bots)
        return sum(one.book.totals.trades + (one.book.trade is not None) for one in holdings)

    async def trades(self, bots: Sequence[Bot], page: Page) -> Rows[Trade]:
        """Return the trades of bots, newest first."""
        found: list[Listed[Trade]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.trades(bot.bot_id, _needed(page, bots))
            is_open = any(row.closed_at is None for row in rows)
            opened = (await self._queries.figures(bot)).open_profit if is_open else None
            found += [Listed(row, bot, market, open_profit=opened if row.closed_at is None else None) for row in rows]
        if len(bots) == 1:
            return _ready(sorted(found, key=lambda row: -row.item.number), page)
        found.sort(key=lambda row: row.item.opened_at.wall, reverse=True)
        return _cut(found, page)

    async def signal_count(self, bots: Sequence[Bot]) -> int:
        """Return how many signals of bots are kept, as far as they are looked at."""
        everything = Page(limit=MOST_MERGED)
        return sum([len(await self._reader.signals(bot.bot_id, everything)) for bot in bots])

    async def signals(self, bots: Sequence[Bot], page: Page) -> Rows[SignalRecord]:
        """Return the signals of bots, newest first."""
        found: list[Listed[SignalRecord]] = []
        for bot in bots:
            market = await self._queries.market_of(bot)
            rows = await self._reader.signals(bot.bot_id, _needed(page, bots))
            found += [Listed(row, bot, market) for row in rows]
        if len(bots) == 1:
            return _ready(found, page)
        found.sort(key=lambda row: row.item.moment.wall, reverse=True)
        return _cut(found, page)

    async def working_orders(self, bots: Sequence[Bot]) -> tuple[Listed[Order], ...]:
        """Return the working orders of bots, highest price first within a bot."""
        found: list[Listed[Order]] = []
        for bot in bots:
            figures = await self._queries.figures(bot)
            orders = sorted(figures.view.working_orders, key=lambda order: -(order.intent.price or Decimal(0)))
            found += [Listed(order, bot, figures.market, figures.last_price) for order in orders]
        return tuple(found)


def _needed(page: Page, bots: Sequence[Bot]) -> Page:
    """Return which rows of each bot a page needs, and one more to see whether another page follows."""
    if len(bots) == 1:
        return Page(limit=page.limit + 1, offset=page.offset)
    return Page(limit=min(page.offset + page.limit + 1, MOST_MERGED))


def _ready(found: list[Listed[T]], page: Page) -> Rows[T]:
    return Rows(tuple(found[: page.limit]), has_more=len(found) > page.limit)


def _cut(found: list[Listed[T]], page: Page) -> Rows[T]:
    rows = found[page.offset : page.offset + page.limit]
    return Rows(tuple(rows), has_more=len(found) > page.offset + page.limit)
