"""Holdings of many bots, read at once for lists of a whole fleet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot
from bot.domain.money import to_decimal
from bot.domain.trade import EMPTY_LEDGER
from bot.engine.concurrency.time_slice import in_chunks
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.ports.host import BotHolding
from bot.ports.storage import LedgerReader


async def read_holdings(
    bots: Sequence[Bot], mailboxes: Mailboxes, reader: LedgerReader, venue_contexts: Mapping[VenueId, VenueContext]
) -> tuple[BotHolding, ...]:
    """Return each bot's holding, in the same order: from its session, or from storage without a mailbox."""
    found: list[BotHolding] = []
    missing: list[int] = []
    prices: dict[tuple[VenueId, Symbol], Decimal | None] = {}
    # In one pass over the bots: with thousands of them memory access takes most of the time.
    async for chunk in in_chunks(bots):
        for bot in chunk:
            market = (bot.venue, bot.config.symbol)
            if market not in prices:
                price = venue_contexts[bot.venue].feed.last_price(bot.config.symbol)
                prices[market] = None if price is None else to_decimal(price)
            session, last_price = mailboxes.session(bot.bot_id), prices[market]
            if session is None:
                missing.append(len(found))
                found.append(BotHolding(bot, EMPTY_LEDGER, last_price))
            else:
                last_price = session.last_price if last_price is None else last_price
                found.append(BotHolding(session.bot, session.ledger, last_price))
    ledgers = await reader.ledgers() if missing else {}
    async for numbers in in_chunks(missing):
        for number in numbers:
            holding = found[number]
            found[number] = replace(holding, ledger=ledgers.get(holding.bot.bot_id, EMPTY_LEDGER))
    return tuple(found)
