"""Port to a venue, real or simulated."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.domain.fill import Fill
from bot.domain.ids import AccountId, ClientOrderId, VenueId, VenueOrderId
from bot.domain.market import Market, Mode
from bot.domain.order import OrderIntent, OrderStatus
from bot.ports.clock import MarketClock


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueCapabilities:
    """What a venue supports: resting stops and targets; `lookup_spacing` separates two look-ups that prove absence.

    `can_guard_beside_sells` tells that stops and targets may rest beside other sells of the same coins, which end when
    one of them fills; `dates_fills_by_candle` that the fill of a limit order carries the open of its candle, and may
    have happened at any time in it.
    """

    has_conditional_orders: bool
    lookup_spacing: timedelta
    can_guard_beside_sells: bool = False
    dates_fills_by_candle: bool = False

    def can_rest_barriers(self, *, is_plan: bool) -> bool:
        """Tell whether a bot's barriers rest at the venue; those of a plan lie beside its resting sells."""
        return self.has_conditional_orders and (self.can_guard_beside_sells or not is_plan)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReport:
    """The venue's state of an order: ACCEPTED, PARTIALLY_FILLED, FILLED, CANCELED, REJECTED or EXPIRED."""

    account_id: AccountId
    client_order_id: ClientOrderId
    venue_order_id: VenueOrderId
    status: OrderStatus
    filled_quantity: Decimal
    market_time: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FillReport:
    """An execution as reported by the venue; `sequence` counts the account's fills from 1 without gaps."""

    sequence: int
    fill: Fill


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """An account's balance in one currency: `total` = `free` + locked in orders."""

    currency: str
    total: Decimal
    free: Decimal


VenueEvent = OrderReport | FillReport
VenueListener = Callable[[VenueEvent], None]
Unsubscribe = Callable[[], None]


class Venue(Protocol):
    """A venue; every call may raise Unavailable, RateLimited or AuthFailed.

    A submit is idempotent by client order id: a second one with the same id reports the first. It accepts durably
    before it answers. Fills reach listeners after they are durable at the venue, in order, at least once (again after a
    restart through `fills`).
    """

    @property
    def venue_id(self) -> VenueId:
        """Return the venue's id, for example `recorded`."""

    @property
    def mode(self) -> Mode:
        """Return the mode of every bot here."""

    @property
    def capabilities(self) -> VenueCapabilities: ...

    @property
    def clock(self) -> MarketClock: ...

    async def markets(self) -> tuple[Market, ...]:
        """Return all markets with their rules."""

    async def open_account(self, account_id: AccountId, currency: str, deposit: Decimal) -> None:
        """Ensure that a simulated account exists, credited once with `deposit`; real venues do nothing."""

    async def reset_account(self, account_id: AccountId, deposit: Decimal) -> None:
        """Set what a simulated account holds back to `deposit`; it must have no open order. Real venues do nothing."""

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        """Place an order; raise VenueRejection, InsufficientFunds or OutcomeUnknown."""

    async def cancel_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport:
        """Cancel an order and report its final state; an order that is closed already is reported as it is.

        Raise OutcomeUnknown when the answer was lost, Unavailable when nothing was done.
        """

    async def find_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        """Look an order up; None means not found now, which alone proves nothing at a real venue."""

    async def open_orders(self, account_id: AccountId) -> tuple[OrderReport, ...]:
        """Return all orders that rest at the venue."""

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Return the account's fills after a sequence number, oldest first."""

    async def balances(self, account_id: AccountId) -> tuple[Balance, ...]: ...

    def add_listener(self, listener: VenueListener) -> Unsubscribe:
        """Call `listener` for every order and fill report of every account until it is unsubscribed."""
