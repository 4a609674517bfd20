"""What many bots hold and have earned, read in one go: for lists of a whole fleet."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot
from bot.domain.money import decimal_of
from bot.domain.trade import Book
from bot.engine.concurrency.time_slice import AWAITED_SECONDS, Breath
from bot.engine.execution.venue_context import Place
from bot.engine.runtime.mailbox import Mailboxes
from bot.ports.host import BotHolding
from bot.ports.storage import LedgerReader

AT_ONCE = 100
"""Bots looked at between two questions whether the turn is over."""
_NO_BOOK = Book()


class Holdings:
    """Answers from memory for bots that have a mailbox, and from storage for the others."""

    def __init__(self, mailboxes: Mailboxes, reader: LedgerReader, places: Mapping[VenueId, Place]) -> None:
        self._mailboxes = mailboxes
        self._reader = reader
        self._places = places

    async def of(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return what each bot holds, in the same order."""
        breath = Breath(AWAITED_SECONDS)
        found: list[BotHolding] = []
        missing: list[int] = []
        prices: dict[tuple[VenueId, Symbol], Decimal | None] = {}
        # Everything in one walk: with thousands of bots it is memory that takes the time.
        for start in range(0, len(bots), AT_ONCE):
            for bot in bots[start : start + AT_ONCE]:
                market = (bot.venue, bot.config.symbol)
                price = prices[market] if market in prices else prices.setdefault(market, self._price(*market))
                session = self._mailboxes.session(bot.bot_id)
                if session is None:
                    missing.append(len(found))
                    found.append(BotHolding(bot, _NO_BOOK, price))
                else:
                    found.append(BotHolding(session.bot, session.book, session.last_price if price is None else price))
            await breath.take()
        return tuple(await self._completed(found, missing) if missing else found)

    async def _completed(self, found: list[BotHolding], missing: Sequence[int]) -> list[BotHolding]:
        books = await self._reader.books()
        breath = Breath(AWAITED_SECONDS)
        for place in missing:
            holding = found[place]
            found[place] = BotHolding(holding.bot, books.get(holding.bot.bot_id, _NO_BOOK), holding.last_price)
            await breath.take()
        return found

    def _price(self, venue: VenueId, symbol: Symbol) -> Decimal | None:
        price = self._places[venue].feed.last_price(symbol)
        return None if price is None else decimal_of(price)
