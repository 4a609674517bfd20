"""Dispatch of venue events: order reports and fills, each fill once, to the mailbox of their bot."""

from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.late_fills import LateFills
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.trading.messages import FillReported, OrderReported
from bot.engine.trading.session import Session
from bot.ports.venue import FillReport, VenueEvent


class VenueEventDispatcher:
    """Posts a venue's events to the mailboxes of their bots."""

    def __init__(self, mailboxes: Mailboxes, late_fills: LateFills) -> None:
        self._mailboxes = mailboxes
        self._late_fills = late_fills
        self._bot_of_order: dict[ClientOrderId, BotId] = {}
        self._newest_fill: dict[AccountId, int] = {}

    def __len__(self) -> int:
        return len(self._bot_of_order)

    def register_orders(self, session: Session) -> None:
        """Register a session's working orders."""
        self._bot_of_order.update(dict.fromkeys(session.orders, session.bot.bot_id))

    def update_orders(self, before: Session, session: Session) -> None:
        """Register a session's new working orders and forget the closed ones."""
        for client_order_id in session.orders.keys() - before.orders.keys():
            self._bot_of_order[client_order_id] = session.bot.bot_id
        for client_order_id in before.orders.keys() - session.orders.keys():
            self._bot_of_order.pop(client_order_id, None)

    def record_fill_sequence(self, account_id: AccountId, sequence: int) -> None:
        """Record that an account's fills up to a sequence number were dispatched."""
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
            self._late_fills.enqueue_fill(report, venue_context.in_flight)
