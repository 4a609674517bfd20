"""What a simulated venue stores, one frozen record per kind of row."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.ids import AccountId, BotId, ClientOrderId, Symbol, VenueOrderId
from bot.domain.market import Timeframe
from bot.domain.money import ZERO
from bot.domain.order import OrderSide, OrderStatus, OrderType
from bot.ports.venue import FillReport, OrderReport

OPEN_STATUSES = frozenset({OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED})

OrderKey = tuple[AccountId, ClientOrderId]
SeriesKey = tuple[Symbol, Timeframe]


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueOrder:
    """An order as the venue keeps it.

    `number` counts the account's orders from 1. `lock_unit` is how much of `lock_currency` one unit of the remaining
    quantity locks. `candle_filled` is what was filled within the candle opened at `candle_ms`. A stop that was touched
    but not filled whole is triggered: the rest goes at market.
    """

    account_id: AccountId
    client_order_id: ClientOrderId
    bot_id: BotId
    number: int
    symbol: Symbol
    timeframe: Timeframe
    side: OrderSide
    order_type: OrderType
    quantity: Decimal
    price: Decimal | None
    group: str | None
    lock_currency: str
    lock_unit: Decimal
    status: OrderStatus
    market_time: datetime
    filled: Decimal = ZERO
    remark: str = ""
    candle_ms: int = 0
    candle_filled: Decimal = ZERO
    is_triggered: bool = False

    @property
    def key(self) -> OrderKey:
        """Return what identifies the order at the venue."""
        return self.account_id, self.client_order_id

    @property
    def remaining(self) -> Decimal:
        """Return the quantity not filled yet."""
        return self.quantity - self.filled

    @property
    def is_open(self) -> bool:
        """Tell whether the order can still fill."""
        return self.status in OPEN_STATUSES

    @property
    def report(self) -> OrderReport:
        """Return what the venue says of the order."""
        return OrderReport(
            account_id=self.account_id,
            client_order_id=self.client_order_id,
            venue_order_id=VenueOrderId(f"r-{self.account_id}-o{self.number}"),
            status=self.status,
            filled_quantity=self.filled,
            market_time=self.market_time,
            remark=self.remark,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueAccount:
    """An account with what it holds, by currency, and how many orders and fills it had."""

    account_id: AccountId
    currency: str
    order_count: int
    fill_count: int
    totals: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanges:
    """What one transaction stores: the new state of everything that changed, and new fills."""

    accounts: tuple[VenueAccount, ...] = ()
    orders: tuple[VenueOrder, ...] = ()
    fills: tuple[FillReport, ...] = ()
    key_values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StateSnapshot:
    """Everything that is loaded from a book file."""

    accounts: tuple[VenueAccount, ...]
    orders: tuple[VenueOrder, ...]
    key_values: tuple[tuple[str, str], ...]
