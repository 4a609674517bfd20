"""Holdings of many bots, read at once for lists of a whole fleet."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot
from bot.domain.money import to_decimal
from bot.domain.trade import Ledger
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.ports.host import BotHolding
from bot.ports.storage import LedgerReader

CHUNK_SIZE = 100
"""Bots read before the loop is given a chance to run something else."""
_EMPTY_LEDGER = Ledger()


class HoldingsReader:
    """Reads holdings from the mailboxes' sessions, and from storage for bots without a mailbox."""

    def __init__(
        self, mailboxes: Mailboxes, reader: LedgerReader, venue_contexts: Mapping[VenueId, VenueContext]
    ) -> None:
        self._mailboxes = mailboxes
        self._reader = reader
        self._venue_contexts = venue_contexts

    async def read_holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return each bot's holding, in the same order."""
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        found: list[BotHolding] = []
        missing: list[int] = []
        prices: dict[tuple[VenueId, Symbol], Decimal | None] = {}
        # In one pass over the bots: with thousands of them memory access takes most of the time.
        for start in range(0, len(bots), CHUNK_SIZE):
            for bot in bots[start : start + CHUNK_SIZE]:
                market = (bot.venue, bot.config.symbol)
                price = prices[market] if market in prices else prices.setdefault(market, self._price(*market))
                session = self._mailboxes.session(bot.bot_id)
                if session is None:
                    missing.append(len(found))
                    found.append(BotHolding(bot, _EMPTY_LEDGER, price))
                else:
                    found.append(
                        BotHolding(session.bot, session.ledger, session.last_price if price is None else price)
                    )
            await time_slice.yield_if_expired()
        return tuple(await self._add_stored_holdings(found, missing) if missing else found)

    async def _add_stored_holdings(self, found: list[BotHolding], missing: Sequence[int]) -> list[BotHolding]:
        ledgers = await self._reader.ledgers()
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        for venue_context in missing:
            holding = found[venue_context]
            found[venue_context] = BotHolding(
                holding.bot, ledgers.get(holding.bot.bot_id, _EMPTY_LEDGER), holding.last_price
            )
            await time_slice.yield_if_expired()
        return found

    def _price(self, venue: VenueId, symbol: Symbol) -> Decimal | None:
        price = self._venue_contexts[venue].feed.last_price(symbol)
        return None if price is None else to_decimal(price)
