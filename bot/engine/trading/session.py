"""The in-memory state of one bot, frozen: a handler makes a new one, the mailbox keeps it once its facts are stored."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot.domain.barrier import NO_LEVELS, BarrierLevels, position_levels
from bot.domain.events import NotificationKind
from bot.domain.fill import Fill
from bot.domain.ids import ClientOrderId
from bot.domain.instance import Bot, BotStatus, StopPolicy
from bot.domain.market import Market
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus
from bot.domain.plan import OrderPlan
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger
from bot.engine.trading.planning import money_left
from bot.ports.venue import OrderReport
from bot.strategy.candles import Candles


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Everything a handler may look at; `orders` are the working ones by client order id.

    `plan` None means that the strategy was not asked yet, as after a restart: then its orders are left alone.
    `tripped_controls` are those whose trip was told and has not ended; `refused_orders` the wishes (tag, price,
    quantity) that the venue refused and that are not tried again in this run; `ending_reports` those of orders that
    ended with more fills than were heard of so far; `best_price` the most favourable one of the candles that closed
    since the position was opened, None before the first; `edited_at` the market time of the newest edit.
    """

    bot: Bot
    market: Market
    ledger: Ledger
    orders: Mapping[ClientOrderId, Order]
    recent_orders: tuple[datetime, ...] = ()
    last_price: Decimal | None = None
    best_price: Decimal | None = None
    last_row: SignalRow | None = None
    last_row_close: datetime | None = None
    plan: OrderPlan | None = None
    candles: Candles | None = None
    trade_fills: Mapping[str, tuple[Fill, ...]] = field(default_factory=dict)
    last_fills: Mapping[str, Fill] = field(default_factory=dict)
    stop_cancels: int = 0
    tripped_controls: frozenset[str] = frozenset()
    refused_orders: frozenset[tuple[str, Decimal | None, Decimal]] = frozenset()
    ending_reports: Mapping[ClientOrderId, OrderReport] = field(default_factory=dict)
    edited_at: datetime | None = None

    @property
    def working_quantity(self) -> Decimal:
        """Return the signed quantity that may still fill; barriers guard the position and do not count."""
        orders = (order for order in self.orders.values() if order.intent.purpose is not OrderPurpose.BARRIER)
        return sum((order.remaining_quantity * order.intent.side.sign for order in orders), ZERO)

    @property
    def has_unknown(self) -> bool:
        return any(order.status is OrderStatus.UNKNOWN for order in self.orders.values())

    @property
    def is_flat(self) -> bool:
        """Tell whether nothing that could be sold is held."""
        return self.ledger.trade is None

    @property
    def money_left(self) -> Decimal:
        """Return what the bot may use, in quote."""
        return money_left(self.bot.config.capital, self.ledger.usable_profit)

    @property
    def committed_value(self) -> Decimal:
        """Return the cost of the open position plus the value of working entries, in quote."""
        value = ZERO if self.is_flat else abs(self.ledger.position.cost)
        for order in self.orders.values():
            if order.intent.side is OrderSide.BUY:
                value += order.remaining_quantity * (order.intent.price or order.intent.reference_price)
        return value

    @property
    def levels(self) -> BarrierLevels:
        """Return the barrier prices of the open position, guarded or not."""
        barriers = self.bot.config.barriers
        return position_levels(barriers, self.ledger, self.market, self.best_price, self.last_row_close)

    @property
    def is_guarded(self) -> bool:
        """Tell whether barriers guard the position: not while it is being left, nor once a stop let it go."""
        return not self.is_flat and self.bot.config.barriers.is_any_set and self.bot.keeps_guards

    @property
    def active_levels(self) -> BarrierLevels:
        """Return the prices of the barriers that guard the position now."""
        return self.levels if self.is_guarded else NO_LEVELS

    def is_kept_by_stop(self, order: Order) -> bool:
        """Tell whether an order goes on after a stop by the bot's policy: its barriers, and what sells the position."""
        match order.intent.purpose, self.bot.stop_policy:
            case OrderPurpose.EXIT, policy:
                return policy is not StopPolicy.CANCEL
            case OrderPurpose.BARRIER, policy:
                return policy in (StopPolicy.ENTRIES, StopPolicy.HOLD)
            case OrderPurpose.PLAN, StopPolicy.ENTRIES:
                return order.intent.side.sign * self.ledger.position.quantity < 0
        return False

    @property
    def is_deciding(self) -> bool:
        """Tell whether the strategy's wishes count: running, or paused (then only exits)."""
        return self.bot.status in (BotStatus.RUNNING, BotStatus.PAUSED)

    @property
    def is_exit_stalled(self) -> bool:
        """Tell whether it wants to sell, nothing of that is under way, and no candle will make it try again."""
        is_waiting = self.bot.exit_wish is not None and not self.is_flat and not self.orders
        return is_waiting and not self.is_deciding

    @property
    def is_needed(self) -> bool:
        """Tell whether the bot still needs a mailbox: it runs, holds something or has an order out."""
        resting = self.bot.status in (BotStatus.CREATED, BotStatus.STOPPED, BotStatus.FAILED, BotStatus.DELETED)
        return not resting or not self.is_flat or bool(self.orders)

    def working_orders(self, purpose: OrderPurpose) -> tuple[Order, ...]:
        return tuple(order for order in self.orders.values() if order.intent.purpose is purpose)


Planner = Callable[[Session, Moment], OrderPlan | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerContext:
    """What a handler needs from outside itself, frozen at the time the message is handled.

    `planner` is the bot's plan strategy as a pure function; None for signal strategies. `opted_in_kinds` are the kinds
    of events, usually told to nobody, that somebody asked for.
    """

    moment: Moment
    is_blocked: bool
    can_rest_barriers: bool
    planner: Planner | None
    dates_fills_by_candle: bool = False
    opted_in_kinds: frozenset[NotificationKind] = frozenset()
