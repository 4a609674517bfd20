"""Dispatch of venue events: order reports and fills, each fill once, to the mailbox of their bot."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.domain.errors import QuarterdeckError
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.trading.messages import FillReported, Message, OrderReported
from bot.engine.trading.session import Session
from bot.ports.storage import LedgerReader
from bot.ports.venue import FillReport, VenueEvent

logger = logging.getLogger(__name__)

PostAndWait = Callable[[BotId, Message], Awaitable[Session]]
"""Opens a bot's mailbox if it has none, and returns once the message is handled and stored."""


class VenueEventDispatcher:
    """Posts a venue's events to the mailboxes of their bots.

    Late fills, of orders that we had closed already or of bots without a mailbox, are posted one after the other with
    their stored order.
    """

    def __init__(self, mailboxes: Mailboxes, reader: LedgerReader, post_and_wait: PostAndWait) -> None:
        self._mailboxes = mailboxes
        self._reader = reader
        self._post_and_wait = post_and_wait
        self._bot_of_order: dict[ClientOrderId, BotId] = {}
        self._newest_fill: dict[AccountId, int] = {}
        self._late_fills: asyncio.Queue[tuple[FillReport, InFlight]] = asyncio.Queue()

    def __len__(self) -> int:
        return len(self._bot_of_order)

    def register_orders(self, session: Session) -> None:
        self._bot_of_order.update(dict.fromkeys(session.orders, session.bot.bot_id))

    def update_orders(self, before: Session, session: Session) -> None:
        """Register a session's new working orders and forget the closed ones."""
        for client_order_id in session.orders.keys() - before.orders.keys():
            self._bot_of_order[client_order_id] = session.bot.bot_id
        for client_order_id in before.orders.keys() - session.orders.keys():
            self._bot_of_order.pop(client_order_id, None)

    def record_fill_sequence(self, account_id: AccountId, sequence: int) -> None:
        """Record that an account's fills up to a sequence number were dispatched; a repeat of them is dropped."""
        self._newest_fill[account_id] = sequence

    def dispatch_event(self, event: VenueEvent, venue_context: VenueContext) -> None:
        """Post an event to its bot; drop an order report that belongs to none."""
        if isinstance(event, FillReport):
            self._dispatch_fill(event, venue_context)
            return
        bot_id = self._bot_of_order.get(event.client_order_id)
        if bot_id is not None:
            self._mailboxes.post_message(bot_id, OrderReported(event))

    def _dispatch_fill(self, report: FillReport, venue_context: VenueContext) -> None:
        fill = report.fill
        if report.sequence <= self._newest_fill.get(fill.account_id, 0):
            # Venues report fills at least once.
            return
        self.record_fill_sequence(fill.account_id, report.sequence)
        session = self._mailboxes.session(fill.bot_id)
        if session is not None and fill.client_order_id in session.orders:
            self._mailboxes.post_message(fill.bot_id, FillReported(report))
        else:
            self.enqueue_late_fill(report, venue_context.in_flight)

    def enqueue_late_fill(self, report: FillReport, in_flight: InFlight) -> None:
        """Enqueue a fill whose order is not among the bot's working ones."""
        in_flight.begin_work()
        self._late_fills.put_nowait((report, in_flight))

    async def post_late_fills(self) -> None:
        """Post late fills for ever."""
        while True:
            report, in_flight = await self._late_fills.get()
            try:
                await self._post_late_fill(report)
            except QuarterdeckError as error:
                # The fill is not lost: the next start compares the venue's fills with ours.
                logger.error(  # noqa: TRY400 - the reason is enough, the trace would be ours
                    "late fill not booked", extra={"trade_id": report.fill.trade_id, "error": str(error)}
                )
            finally:
                in_flight.end_work()

    async def _post_late_fill(self, report: FillReport) -> None:
        fill = report.fill
        if await self._reader.has_fill(fill.account_id, fill.trade_id):
            return
        order = await self._reader.order(fill.client_order_id)
        if order is None:
            logger.warning("fill of an order that is not ours", extra={"order_id": fill.client_order_id})
            return
        await self._post_and_wait(fill.bot_id, FillReported(report, order))
