"""Holdings of many bots, read at once for lists of a whole fleet."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from bot.domain.ids import Symbol, VenueId
from bot.domain.instance import Bot
from bot.domain.money import to_decimal
from bot.domain.trade import EMPTY_LEDGER
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.ports.host import BotHolding
from bot.ports.storage import LedgerReader

CHUNK_SIZE = 100
"""Bots read before the loop is given a chance to run something else."""


async def read_holdings(
    bots: Sequence[Bot], mailboxes: Mailboxes, reader: LedgerReader, venue_contexts: Mapping[VenueId, VenueContext]
) -> tuple[BotHolding, ...]:
    """Return each bot's holding, in the same order: from its session, or from storage without a mailbox."""
    time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
    found: list[BotHolding] = []
    missing: list[int] = []
    prices: dict[tuple[VenueId, Symbol], Decimal | None] = {}
    # In one pass over the bots: with thousands of them memory access takes most of the time.
    for start in range(0, len(bots), CHUNK_SIZE):
        for bot in bots[start : start + CHUNK_SIZE]:
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
        await time_slice.yield_if_expired()
    ledgers = await reader.ledgers() if missing else {}
    time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
    for number in missing:
        holding = found[number]
        found[number] = replace(holding, ledger=ledgers.get(holding.bot.bot_id, EMPTY_LEDGER))
        await time_slice.yield_if_expired()
    return tuple(found)
