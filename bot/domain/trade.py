"""Trades, running totals and the booking of fills: from flat to flat again."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from bot.domain.errors import Corruption
from bot.domain.fill import Fill
from bot.domain.ids import BotId, Symbol, TradeId
from bot.domain.market import Market
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.position import FLAT, Position


class ExitReason(StrEnum):
    """Why a position was left (RISK.md)."""

    SIGNAL = "signal"
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
    """Everything between flat and flat; values in quote, fees in quote, `closed_at` None while open.

    `entry_value` holds the cost of dust carried in from the trade before. `profit` is realised so far, fees of
    entries and exits included.
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

    @property
    def entry_price(self) -> Decimal:
        """Return the average entry price."""
        return self.entry_value / self.entry_quantity

    @property
    def exit_price(self) -> Decimal | None:
        """Return the average exit price, None before the first exit fill."""
        return self.exit_value / self.exit_quantity if self.exit_quantity else None

    @property
    def profit(self) -> Decimal:
        """Return the realised profit in quote, fees included."""
        return self.sign * (self.exit_value - self.exit_cost) - self.fees

    @property
    def profit_ratio(self) -> Decimal:
        """Return the profit as a share of the entry's cost."""
        return self.profit / self.entry_value if self.entry_value else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Running totals of a bot over its closed trades and all fills, in quote."""

    closed_profit: Decimal = ZERO
    fees: Decimal = ZERO
    notional: Decimal = ZERO
    fills: int = 0
    trades: int = 0
    won: int = 0
    wins_value: Decimal = ZERO
    losses_value: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Book:
    """What a bot owns and has earned."""

    position: Position = FLAT
    trade: Trade | None = None
    totals: Totals = Totals()

    @property
    def realised(self) -> Decimal:
        """Return closed profit plus what the open trade has realised, fees paid so far included."""
        return self.totals.closed_profit + (self.trade.profit if self.trade else ZERO)


@dataclass(frozen=True, slots=True)
class Booked:
    """A book after one fill, with the trade the fill touched, and whether it closed it."""

    book: Book
    trade: Trade
    is_closed: bool


def book_fill(book: Book, fill: Fill, market: Market, reason: ExitReason) -> Booked:
    """Book one fill: position, trade and totals move together.

    `reason` is kept if the fill closes the trade. Fees in base lower the quantity received and are valued at the fill's
    price. A fill that would turn a long into a short raises Corruption: spot bots never sell what they do not hold.
    """
    in_base = fill.fee_currency == market.base
    fee = fill.fee * fill.price if in_base else fill.fee
    signed = fill.quantity * fill.side.sign
    if in_base:
        signed -= fill.fee
    position = book.position
    is_entry = position.sign in (0, fill.side.sign)
    trade = book.trade or _opened(book, fill)
    if is_entry:
        after = position.added(signed, fill.price)
        trade = replace(
            trade,
            entry_quantity=trade.entry_quantity + abs(signed),
            entry_value=trade.entry_value + abs(signed) * fill.price,
            fees=trade.fees + fee,
        )
    else:
        after = position.reduced(signed)
        if after.sign == -position.sign:
            raise Corruption(f"fill {fill.trade_id} of {fill.bot_id} sells {fill.quantity}, held {position.quantity}")
        trade = replace(
            trade,
            exit_quantity=trade.exit_quantity + abs(signed),
            exit_value=trade.exit_value + abs(signed) * fill.price,
            exit_cost=trade.exit_cost + abs(position.cost) - abs(after.cost),
            fees=trade.fees + fee,
        )
    totals = _counted(book.totals, fill, fee)
    if is_entry or not after.is_flat(market, fill.price):
        return Booked(Book(after, trade, totals), trade, is_closed=False)
    trade = replace(trade, closed_at=fill.moment, exit_reason=reason)
    return Booked(Book(after, None, _closed(totals, trade)), trade, is_closed=True)


def _opened(book: Book, fill: Fill) -> Trade:
    number = book.totals.trades + 1
    return Trade(
        trade_id=TradeId(f"{fill.bot_id}-{number}"),
        bot_id=fill.bot_id,
        number=number,
        symbol=fill.symbol,
        sign=book.position.sign or fill.side.sign,
        opened_at=fill.moment,
        entry_quantity=abs(book.position.quantity),
        entry_value=abs(book.position.cost),
    )


def _counted(totals: Totals, fill: Fill, fee: Decimal) -> Totals:
    return replace(
        totals,
        fees=totals.fees + fee,
        notional=totals.notional + fill.quantity * fill.price,
        fills=totals.fills + 1,
    )


def _closed(totals: Totals, trade: Trade) -> Totals:
    profit = trade.profit
    return replace(
        totals,
        closed_profit=totals.closed_profit + profit,
        trades=totals.trades + 1,
        won=totals.won + (profit > 0),
        wins_value=totals.wins_value + max(profit, ZERO),
        losses_value=totals.losses_value + min(profit, ZERO),
    )
