"""One handled message being built: a new session, the facts to store with it, and what the router shall do after."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from decimal import Decimal
from operator import attrgetter

from bot.domain.booking import BookingResult
from bot.domain.event_routes import bot_label, event_route
from bot.domain.events import (
    ASKED_FOR,
    Event,
    NotificationLevel,
    OrderCanceled,
    OrderPlaced,
    Payload,
    RiskTripped,
    order_thread,
)
from bot.domain.facts import EventRaised, Fact, IntentDecided, LedgerSaved, RunStateSaved, Saved, UnitOfWork
from bot.domain.ids import ClientOrderId, DecisionKey, EventId, client_order_id
from bot.domain.instance import RUN_STATE_FIELDS, Bot, PendingExit
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderStatus, OrderTrigger
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import CancelAtVenue, RouterCommand, SendOrder
from bot.engine.trading.planning import OrderDraft
from bot.engine.trading.risk import MINUTE, Refusal, RiskView, check_order
from bot.engine.trading.session import HandlerContext, Session

_SETUP = attrgetter(*(field.name for field in fields(Bot) if field.name not in RUN_STATE_FIELDS))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of handling one message: nothing of it counts until `unit` is stored."""

    session: Session
    unit: UnitOfWork
    commands: tuple[RouterCommand, ...]


class ChangeSet:
    """Collects what one message changes; lives only while a handler runs and never leaves the engine.

    `cause` names the message in decision keys, so that handling it twice decides nothing twice.
    """

    def __init__(self, session: Session, context: HandlerContext, cause: str) -> None:
        self.session = session
        self.context = context
        self.cause = cause
        self._facts: list[Fact] = []
        self._commands: list[RouterCommand] = []
        self._saved_bot = session.bot
        self._events = 0

    @property
    def fact_count(self) -> int:
        return len(self._facts)

    def outcome(self) -> Outcome:
        """Freeze what was collected; of the bot only what changed is stored."""
        facts, bot = list(self._facts), self.session.bot
        if _SETUP(bot) != _SETUP(self._saved_bot):
            facts.insert(0, Saved(bot))
        elif bot != self._saved_bot:
            facts.insert(0, RunStateSaved(bot))
        return Outcome(self.session, tuple(facts), tuple(self._commands))

    def replace_bot(self, bot: Bot) -> None:
        self.session = replace(self.session, bot=bot)

    def add_fact(self, fact: Fact) -> None:
        self._facts.append(fact)

    def raise_event(
        self, payload: Payload, *, level: NotificationLevel | None = None, thread: str = "", before: int | None = None
    ) -> None:
        """Raise an event; its id is derived from the message, so a repeat is the same event.

        It is told before those of the facts from number `before` on, which followed from it.
        Orders and signals that nobody is told of are kept in tables of their own and need no event.
        """
        self._events += 1
        route = event_route(payload)
        kind, level = route.kind, route.level if level is None else level
        if level is NotificationLevel.OFF and kind in ASKED_FOR and kind not in self.context.opted_in_kinds:
            return
        bot = self.session.bot
        source = f"{bot.bot_id}:{bot.run_number}:{self.cause}:{self._events}"
        event = Event(
            event_id=EventId(hashlib.blake2b(source.encode(), digest_size=12).hexdigest()),
            topic=kind,
            level=level,
            operator_id=bot.owner,
            bot=bot_label(bot),
            account_id=bot.config.account_id,
            moment=self.context.moment,
            payload=payload,
            thread=thread,
        )
        self._facts.insert(len(self._facts) if before is None else before, EventRaised(event))

    def save_order(self, order: Order) -> None:
        """Store an order's new state, and keep it in the session while it works."""
        orders, ending = dict(self.session.orders), self.session.ending_reports
        if order.is_working:
            orders[order.intent.client_order_id] = order
        else:
            orders.pop(order.intent.client_order_id, None)
            ending = {key: report for key, report in ending.items() if key in orders}
        self.session = replace(self.session, orders=orders, ending_reports=ending)
        self._facts.append(Saved(order))

    def save_booking(self, booking: BookingResult) -> None:
        """Store a book after a fill, with the trade the fill touched."""
        best_price = None if booking.is_closed else self.session.best_price
        self.session = replace(self.session, ledger=booking.ledger, best_price=best_price)
        self._facts.append(LedgerSaved(self.session.bot.bot_id, booking.ledger))
        self._facts.append(Saved(booking.trade))

    def want_exit(self, reason: ExitReason, text: str, price: Decimal | None = None) -> None:
        """Decide to sell the position; `price` is the one it is decided at, the last one if it is None."""
        reference = self.session.last_price or self.session.ledger.position.average_entry
        wish = PendingExit(reason=reason, text=text, reference_price=reference if price is None else price)
        self.replace_bot(replace(self.session.bot, exit_wish=wish))

    def bar_order(self, intent: OrderIntent) -> None:
        """Place no order of the same tag, price and quantity again in this run."""
        barred = (intent.tag, intent.price, intent.quantity)
        self.session = replace(self.session, refused_orders=self.session.refused_orders | {barred})

    def add_command(self, command: RouterCommand) -> None:
        """Have the router do something once the facts are stored: the intent comes before the network."""
        self._commands.append(command)

    def request_cancel(self, order: Order) -> bool:
        """Ask for an order's cancel once; tell whether this call asked."""
        if order.is_cancel_wanted:
            return False
        self.save_order(replace(order, is_cancel_wanted=True, updated_at=self.context.moment))
        intent = order.intent
        self.add_command(CancelAtVenue(intent.account_id, intent.client_order_id))
        return True

    def check_draft(self, draft: OrderDraft) -> Refusal | None:
        session = self.session
        view = RiskView(
            market=session.market,
            limits=session.bot.config.limits,
            last_price=session.last_price,
            money_left=session.money_left,
            committed_value=session.committed_value,
            open_orders=len(session.orders),
            recent_orders=session.recent_orders,
            now=self.context.moment.market,
            is_blocked=self.context.is_blocked,
            has_unknown=session.has_unknown,
        )
        return check_order(draft, view, session.ledger.position.quantity)

    def place_order(
        self, draft: OrderDraft, *, valid_for: timedelta | None = None, group: str | None = None
    ) -> ClientOrderId:
        """Turn a checked draft into a stored intent that the router sends after the commit."""
        intent = self._intent(draft, valid_for, group)
        bot = replace(self.session.bot, intent_counter=self.session.bot.intent_counter + 1)
        moment = self.context.moment
        recent = tuple(time for time in self.session.recent_orders if time > moment.market - MINUTE)
        order = Order(intent=intent, status=OrderStatus.PENDING, updated_at=moment)
        orders = {**self.session.orders, intent.client_order_id: order}
        self.session = replace(self.session, bot=bot, orders=orders, recent_orders=(*recent, moment.market))
        self._facts += (IntentDecided(intent), Saved(order))
        if intent.purpose is not OrderPurpose.BARRIER:
            self.raise_event(OrderPlaced(intent=intent), thread=order_thread(intent))
        self.add_command(SendOrder(intent))
        return intent.client_order_id

    def _intent(self, draft: OrderDraft, valid_for: timedelta | None, group: str | None) -> OrderIntent:
        bot = self.session.bot
        return OrderIntent(
            client_order_id=client_order_id(bot.bot_id, bot.intent_counter + 1),
            bot_id=bot.bot_id,
            account_id=bot.config.account_id,
            symbol=bot.config.symbol,
            timeframe=bot.config.timeframe,
            side=draft.side,
            order_type=draft.order_type,
            purpose=draft.purpose,
            tag=draft.tag,
            quantity=draft.quantity,
            price=draft.price,
            reference_price=draft.reference_price,
            decision_key=DecisionKey(f"{bot.run_number}:{self.cause}:{draft.tag}"),
            reason=draft.reason,
            decided_at=self.context.moment,
            valid_until=self.context.moment.market + valid_for if valid_for else None,
            run_number=bot.run_number,
            config_version=bot.config_version,
            group=group,
        )

    def trip_control(self, refusal: Refusal) -> None:
        """Tell once that a risk control acts, until it lets something pass again."""
        if refusal.control in self.session.tripped_controls:
            return
        self.session = replace(self.session, tripped_controls=self.session.tripped_controls | {refusal.control})
        held = self.session.ledger.position.quantity
        self.raise_event(RiskTripped(control=refusal.control, text=refusal.text, stays_open=held))

    def reset_controls(self, controls: Iterable[str]) -> None:
        """Note that risk controls let something pass again: their next trip is told."""
        left = self.session.tripped_controls.difference(controls)
        if left != self.session.tripped_controls:
            self.session = replace(self.session, tripped_controls=left)

    def end_order(self, order: Order, trigger: OrderTrigger, remark: str) -> None:
        """Close an order that was canceled or expired, and tell it."""
        ended = order.apply_trigger(trigger, self.context.moment, remark)
        self.save_order(ended)
        if order.intent.purpose is not OrderPurpose.BARRIER:
            payload = OrderCanceled(
                intent=order.intent,
                filled_quantity=order.filled_quantity,
                is_expired=trigger is OrderTrigger.EXPIRE,
                remark=remark,
            )
            self.raise_event(payload, thread=order_thread(order.intent))
