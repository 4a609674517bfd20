"""All books in memory, each with its open trade."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from bot.domain.facts import BookSaved, Fact, TradeSaved
from bot.domain.ids import BotId
from bot.domain.trade import Book, Trade
from storage.cache.cached_table import Mirror

Books = dict[BotId, Book]


class BookShelf:
    """The books of all bots, deleted ones too."""

    def __init__(self, load: Callable[[], Awaitable[Books]]) -> None:
        self.mirror: Mirror[BotId, Book] = Mirror(load, _apply)

    async def all(self) -> Books:
        """Return the books."""
        return dict(await self.mirror.rows())


def _apply(books: Books, fact: Fact) -> None:
    match fact:
        case BookSaved(bot_id, book):
            books[bot_id] = book
        case TradeSaved(trade) if trade.bot_id in books:
            books[trade.bot_id] = _with(books[trade.bot_id], trade)
        case _:
            pass


def _with(book: Book, trade: Trade) -> Book:
    if trade.closed_at is None:
        # Usually it is the one the book came with: then both stay the objects that the running bot has.
        return book if book.trade is trade else replace(book, trade=trade)
    is_its_own = book.trade is not None and book.trade.trade_id == trade.trade_id
    return replace(book, trade=None) if is_its_own else book
