"""Late fills: of orders that we had closed already, or of bots without a mailbox."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import QuarterdeckError
from bot.domain.ids import BotId
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.trading.messages import FillReported, Message
from bot.engine.trading.session import Session
from bot.ports.storage import LedgerReader
from bot.ports.venue import FillReport

logger = logging.getLogger(__name__)

PostAndWait = Callable[[BotId, Message], Awaitable[Session]]
"""Opens a bot's mailbox if it has none, and returns once the message is handled and stored."""


class LateFills:
    """Looks up the order of each late fill and posts both to the bot, one after the other."""

    def __init__(self, reader: LedgerReader, post_and_wait: PostAndWait) -> None:
        self._reader = reader
        self._post_and_wait = post_and_wait
        self._waiting: asyncio.Queue[tuple[FillReport, InFlight]] = asyncio.Queue()

    def enqueue_fill(self, report: FillReport, in_flight: InFlight) -> None:
        """Enqueue a fill whose order is not among the bot's working ones."""
        in_flight.begin_work()
        self._waiting.put_nowait((report, in_flight))

    async def run(self) -> None:
        """Post late fills for ever."""
        while True:
            report, in_flight = await self._waiting.get()
            try:
                await self._forward_fill(report)
            except QuarterdeckError as error:
                # The fill is not lost: the next start compares the venue's fills with ours.
                logger.error(  # noqa: TRY400 - the reason is enough, the trace would be ours
                    "late fill not booked", extra={"trade_id": report.fill.trade_id, "error": str(error)}
                )
            finally:
                in_flight.end_work()

    async def _forward_fill(self, report: FillReport) -> None:
        fill = report.fill
        if await self._reader.has_fill(fill.account_id, fill.trade_id):
            return
        order = await self._reader.order(fill.client_order_id)
        if order is None:
            logger.warning("fill of an order that is not ours", extra={"order_id": fill.client_order_id})
            return
        await self._post_and_wait(fill.bot_id, FillReported(report, order))
