"""What many bots hold and have earned, read in one go: for lists of a whole fleet."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain.ids import BotId, Symbol, VenueId
from bot.domain.instance import Bot
from bot.domain.money import decimal_of
from bot.domain.trade import Book
from bot.engine.breath import Breath
from bot.engine.mailbox import Mailboxes
from bot.engine.place import Place
from bot.ports.host import BotHolding
from bot.ports.storage import LedgerReader

FEW = 20
"""Up to so many books are read one by one; more of them all at once."""
_NO_BOOK = Book()


class Holdings:
    """Answers from memory for bots that have a mailbox, and from storage for the others."""

    def __init__(self, mailboxes: Mailboxes, reader: LedgerReader, places: Mapping[VenueId, Place]) -> None:
        self._mailboxes = mailboxes
        self._reader = reader
        self._places = places

    async def of(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return what each bot holds, in the same order."""
        books = await self._stored_books([bot for bot in bots if self._mailboxes.session(bot.bot_id) is None])
        prices: dict[tuple[VenueId, Symbol], Decimal | None] = {}
        breath = Breath()
        found: list[BotHolding] = []
        for bot in bots:
            market = (bot.venue, bot.config.symbol)
            if market not in prices:
                prices[market] = self._price(*market)
            found.append(self._holding(bot, prices[market], books))
            await breath.take()
        return tuple(found)

    def _holding(self, bot: Bot, price: Decimal | None, books: Mapping[BotId, Book]) -> BotHolding:
        session = self._mailboxes.session(bot.bot_id)
        if session is None:
            return BotHolding(bot, books.get(bot.bot_id, _NO_BOOK), price)
        return BotHolding(session.bot, session.book, session.last_price if price is None else price)

    def _price(self, venue: VenueId, symbol: Symbol) -> Decimal | None:
        price = self._places[venue].feed.last_price(symbol)
        return None if price is None else decimal_of(price)

    async def _stored_books(self, bots: Sequence[Bot]) -> Mapping[BotId, Book]:
        if len(bots) > FEW:
            return await self._reader.books()
        return {bot.bot_id: await self._reader.book(bot.bot_id) for bot in bots}
