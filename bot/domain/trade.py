"""Trades, running totals and ledgers."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import BotId, Symbol, TradeId, VenueTradeId
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.position import FLAT, Position


class ExitReason(StrEnum):
    """Reason why a position was left (RISK.md); `plan` is an order, or the end, of an order plan."""

    SIGNAL = "signal"
    PLAN = "plan"
    STOP_LOSS = "stop_loss"
    TRAILING_STOP = "trailing_stop"
    TAKE_PROFIT = "take_profit"
    ROI = "roi"
    TIME_LIMIT = "time_limit"
    LIQUIDATION = "liquidation"
    MANUAL = "manual"
    FLATTEN = "flatten"
    RISK = "risk"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trade:
    """A trade, from flat to flat; values and fees in quote, `closed_at` None while open.

    `opened_by` is the fill that opened it, None for a trade stored before that was recorded. `entry_value` includes the
    cost of dust carried in from the trade before. `profit` is realised so far, fees of entries and exits included.
    `open_fees` is the part of `fees` that entering what is still held cost: it shrinks like the position's cost.
    """

    trade_id: TradeId
    bot_id: BotId
    number: int
    symbol: Symbol
    sign: int
    opened_at: Moment
    entry_quantity: Decimal
    entry_value: Decimal
    exit_quantity: Decimal = ZERO
    exit_value: Decimal = ZERO
    exit_cost: Decimal = ZERO
    fees: Decimal = ZERO
    closed_at: Moment | None = None
    exit_reason: ExitReason | None = None
    opened_by: VenueTradeId | None = None
    open_fees: Decimal = ZERO

    @property
    def entry_price(self) -> Decimal:
        return self.entry_value / self.entry_quantity

    @property
    def exit_price(self) -> Decimal | None:
        """Return the average exit price, None before the first exit fill."""
        return self.exit_value / self.exit_quantity if self.exit_quantity else None

    @property
    def profit(self) -> Decimal:
        """Return the realised profit in quote, fees included."""
        return self.sign * (self.exit_value - self.exit_cost) - self.fees


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerTotals:
    """Running totals of a bot's closed trades and all fills, in quote."""

    closed_profit: Decimal = ZERO
    fees: Decimal = ZERO
    notional: Decimal = ZERO
    fills: int = 0
    trades: int = 0
    won: int = 0
    wins_value: Decimal = ZERO
    losses_value: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Ledger:
    """A bot's position, open trade and running totals since its books were last closed.

    A position without a trade is dust: too small to be sold, its cost the value at which it was booked.
    `earlier_trades` are those of before the books were closed: numbers go on after them.
    """

    position: Position = FLAT
    trade: Trade | None = None
    totals: LedgerTotals = LedgerTotals()
    earlier_trades: int = 0

    @property
    def next_number(self) -> int:
        """Return the number of the next trade."""
        return self.earlier_trades + self.totals.trades + 1

    @property
    def dust_value(self) -> Decimal:
        """Return the value at which a rest that could not be sold was booked, 0 with an open trade."""
        return ZERO if self.trade else abs(self.position.cost)

    @property
    def usable_profit(self) -> Decimal:
        """Return realised profit without what is bound in dust: no order can be paid with that."""
        return self.realised_profit - self.dust_value

    @property
    def realised_profit(self) -> Decimal:
        """Return closed profit plus what the open trade has realised, fees paid so far included."""
        return self.totals.closed_profit + (self.trade.profit if self.trade else ZERO)

    @property
    def open_fees(self) -> Decimal:
        """Return what entering the open position cost in fees, in quote."""
        return self.trade.open_fees if self.trade else ZERO

    @property
    def closed_profit(self) -> Decimal:
        """Return the profit of everything sold: closed trades, and what partial exits of the open one earned."""
        return self.realised_profit + self.open_fees

    def open_profit(self, price: Decimal | None) -> Decimal:
        """Return (price - average entry) x quantity - fees of the open position; of dust since it was booked."""
        return (ZERO if price is None else self.position.open_profit(price)) - self.open_fees

    def total_profit(self, price: Decimal | None) -> Decimal:
        """Return closed and open profit."""
        return self.closed_profit + self.open_profit(price)


EMPTY_LEDGER = Ledger()
