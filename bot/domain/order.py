"""Orders: intents, life-cycle table, and what is known of them at the venue."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import IllegalTransition
from bot.domain.ids import (
    AccountId,
    BotId,
    ClientOrderId,
    DecisionKey,
    Reference,
    Symbol,
    VenueOrderId,
    order_reference,
)
from bot.domain.market import Timeframe
from bot.domain.moment import Moment
from bot.domain.money import ZERO


class OrderSide(StrEnum):
    """Buy or sell."""

    BUY = "buy"
    SELL = "sell"

    @property
    def sign(self) -> int:
        """Return +1 for buy and -1 for sell."""
        return 1 if self is OrderSide.BUY else -1


class OrderType(StrEnum):
    """How an order fills: at market, at a limit, when a stop is touched, or when a profit target is touched."""

    MARKET = "market"
    LIMIT = "limit"
    STOP = "stop"
    TARGET = "target"


CONDITIONAL_ORDER_TYPES = frozenset({OrderType.STOP, OrderType.TARGET})
"""Orders that wait for a price to be touched."""


class OrderPurpose(StrEnum):
    """Reason why a bot sent an order."""

    ENTRY = "entry"
    EXIT = "exit"
    BARRIER = "barrier"
    PLAN = "plan"


class OrderStatus(StrEnum):
    """Status of an order in its life-cycle."""

    PENDING = "pending"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    PARTIALLY_FILLED = "partially_filled"
    FILLED = "filled"
    CANCELED = "canceled"
    REJECTED = "rejected"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class OrderTrigger(StrEnum):
    """What happened to an order."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    FILL_PART = "fill_part"
    FILL_ALL = "fill_all"
    CANCEL = "cancel"
    REJECT = "reject"
    EXPIRE = "expire"
    LOSE_ANSWER = "lose_answer"


_S, _H = OrderStatus, OrderTrigger

RESTING_STATUSES = frozenset({_S.ACCEPTED, _S.PARTIALLY_FILLED})
UNANSWERED_STATUSES = frozenset({_S.PENDING, _S.SUBMITTED, _S.UNKNOWN})
WORKING_STATUSES = RESTING_STATUSES | UNANSWERED_STATUSES

_OUTCOMES = (
    # Unknown: proven absent and still valid, so sent again with the same client order id.
    (_H.SUBMIT, _S.SUBMITTED, {_S.PENDING, _S.UNKNOWN}),
    # Pending: the answer to a submit can arrive before the router has reported that it was sent.
    (_H.ACCEPT, _S.ACCEPTED, UNANSWERED_STATUSES),
    (_H.LOSE_ANSWER, _S.UNKNOWN, {_S.PENDING, _S.SUBMITTED}),
    # Accepted: some venues acknowledge first and reject in the matching engine.
    (_H.REJECT, _S.REJECTED, {*UNANSWERED_STATUSES, _S.ACCEPTED}),
    # "Rejected" that the venue later fills: seen when a gateway in front of the venue timed out.
    (_H.FILL_PART, _S.PARTIALLY_FILLED, WORKING_STATUSES | {_S.REJECTED}),
    # A fill that crossed a cancel on the wire is real: the venue is right.
    (_H.FILL_PART, _S.CANCELED, {_S.CANCELED}),
    (_H.FILL_PART, _S.EXPIRED, {_S.EXPIRED}),
    (_H.FILL_ALL, _S.FILLED, WORKING_STATUSES | {_S.CANCELED, _S.EXPIRED, _S.REJECTED}),
    (_H.CANCEL, _S.CANCELED, WORKING_STATUSES),
    (_H.EXPIRE, _S.EXPIRED, WORKING_STATUSES),
)
"""What happens, the status after it, and the statuses in which it may happen."""
ORDER_TRANSITIONS = {(before, trigger): after for trigger, after, befores in _OUTCOMES for before in befores}


def advance_order_status(status: OrderStatus, trigger: OrderTrigger) -> OrderStatus:
    """Return the status after a trigger; raise IllegalTransition if the table has no such pair."""
    try:
        return ORDER_TRANSITIONS[status, trigger]
    except KeyError:
        raise IllegalTransition(f"an order that is {status} cannot {trigger}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderIntent:
    """A decided order: committed before it is sent, never changed afterwards.

    `decision_key` is unique per bot and stops repeats. `group` ties orders of which the first fill cancels the rest.
    `timeframe` tells a simulated venue which candles to match against; real venues ignore it. `reference_price` is the
    price at decision, from which slippage is measured.
    """

    client_order_id: ClientOrderId
    bot_id: BotId
    account_id: AccountId
    symbol: Symbol
    timeframe: Timeframe
    side: OrderSide
    order_type: OrderType
    purpose: OrderPurpose
    tag: str
    quantity: Decimal
    price: Decimal | None
    reference_price: Decimal
    decision_key: DecisionKey
    reason: str
    decided_at: Moment
    valid_until: datetime | None
    run_number: int
    config_version: int
    group: str | None = None

    @property
    def reference(self) -> Reference:
        return order_reference(self.client_order_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order intent with its status and fills at the venue."""

    intent: OrderIntent
    status: OrderStatus
    updated_at: Moment
    venue_order_id: VenueOrderId | None = None
    filled_quantity: Decimal = ZERO
    filled_value: Decimal = ZERO
    is_cancel_wanted: bool = False
    remark: str = ""

    @property
    def is_working(self) -> bool:
        """Return whether the order may still fill, as far as we know."""
        return self.status in WORKING_STATUSES

    @property
    def remaining_quantity(self) -> Decimal:
        return self.intent.quantity - self.filled_quantity

    @property
    def average_price(self) -> Decimal | None:
        """Return the average price of the fills, None before the first."""
        return self.filled_value / self.filled_quantity if self.filled_quantity else None

    def apply_trigger(self, trigger: OrderTrigger, moment: Moment, remark: str = "") -> "Order":
        """Return the order after a trigger; raise IllegalTransition if its status does not allow it."""
        status = advance_order_status(self.status, trigger)
        return replace(self, status=status, updated_at=moment, remark=remark or self.remark)

    def apply_fill(self, quantity: Decimal, price: Decimal, moment: Moment) -> "Order":
        filled = self.filled_quantity + quantity
        happening = OrderTrigger.FILL_ALL if filled >= self.intent.quantity else OrderTrigger.FILL_PART
        return replace(
            self,
            status=advance_order_status(self.status, happening),
            filled_quantity=filled,
            filled_value=self.filled_value + quantity * price,
            updated_at=moment,
        )
