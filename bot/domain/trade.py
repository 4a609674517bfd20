"""Trades, running totals and the booking of fills."""

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from bot.domain.errors import Corruption
from bot.domain.fill import Fill
from bot.domain.ids import BotId, Symbol, TradeId, VenueTradeId
from bot.domain.market import Market
from bot.domain.moment import Moment
from bot.domain.money import ROUND_HALF_EVEN, ZERO
from bot.domain.position import COST_QUANTUM, FLAT, Position


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
    """A bot's position, open trade and running totals."""

    position: Position = FLAT
    trade: Trade | None = None
    totals: LedgerTotals = LedgerTotals()

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
        """Return (price - average entry) x quantity - fees of the open position, 0 while flat."""
        if self.trade is None:
            return ZERO
        return (ZERO if price is None else self.position.open_profit(price)) - self.open_fees

    def total_profit(self, price: Decimal | None) -> Decimal:
        """Return closed and open profit."""
        return self.closed_profit + self.open_profit(price)


EMPTY_LEDGER = Ledger()


@dataclass(frozen=True, slots=True)
class BookingResult:
    """A ledger after one fill, with the trade the fill touched, and whether it closed it."""

    ledger: Ledger
    trade: Trade
    is_closed: bool


def book_fill(ledger: Ledger, fill: Fill, market: Market, reason: ExitReason, rest: Decimal = ZERO) -> BookingResult:
    """Book one fill: position, trade and totals change together.

    `reason` is stored if the fill closes the trade. Fees in base lower the quantity received and are valued at the
    fill's price. `rest` is what the fill's order may still fill: dust that it goes on selling keeps the trade open.
    Raise Corruption if more was sold than is held: spot bots never do.
    """
    in_base = fill.fee_currency == market.base
    fee = fill.fee * fill.price if in_base else fill.fee
    side, position = fill.side.sign, ledger.position
    signed = fill.quantity * side
    if in_base:
        signed -= fill.fee
    is_entry = position.sign in (0, side)
    after = position.add_quantity(signed, fill.price) if is_entry else position.reduce_quantity(signed)
    if after.quantity < 0:
        raise Corruption(f"fill {fill.trade_id} of {fill.bot_id} sells {fill.quantity}, held {position.quantity}")
    if is_entry:
        trade = _increase_trade(ledger, fill, abs(signed), fee)
        return BookingResult(
            Ledger(after, trade, _add_fill_to_totals(ledger.totals, fill, fee, None)), trade, is_closed=False
        )
    is_closed = after.is_flat(market, fill.price) and not (rest and after.quantity)
    cost = abs(position.cost) - abs(after.cost)
    part = _ExitPart(abs(signed), cost, fee, ZERO if is_closed else after.quantity / position.quantity)
    trade = _reduce_trade(ledger.trade or _open_trade(ledger, fill), fill, part, reason if is_closed else None)
    totals = _add_fill_to_totals(ledger.totals, fill, fee, trade.profit if is_closed else None)
    return BookingResult(Ledger(after, None if is_closed else trade, totals), trade, is_closed=is_closed)


def book_round_trip(ledger: Ledger, bought: Fill, sold: Fill, reason: ExitReason) -> BookingResult:
    """Book a buy and the sale of the same quantity with the result of booking one after the other.

    The ledger must be flat and hold no dust, and the fees be in quote; raise Corruption for anything else.
    """
    if ledger.trade or ledger.position.quantity or bought.quantity != sold.quantity:
        raise Corruption(f"{bought.trade_id} and {sold.trade_id} of {bought.bot_id} are no round trip")
    totals, number, quantity = ledger.totals, ledger.totals.trades + 1, bought.quantity
    paid, received, fees = quantity * bought.price, quantity * sold.price, bought.fee + sold.fee
    trade = Trade(
        trade_id=TradeId(f"{bought.bot_id}-{number}"),
        bot_id=bought.bot_id,
        number=number,
        symbol=bought.symbol,
        sign=1,
        opened_at=bought.moment,
        entry_quantity=quantity,
        entry_value=paid,
        exit_quantity=quantity,
        exit_value=received,
        exit_cost=paid,
        fees=fees,
        closed_at=sold.moment,
        exit_reason=reason,
        opened_by=bought.trade_id,
    )
    profit = received - paid - fees
    totals = LedgerTotals(
        closed_profit=totals.closed_profit + profit,
        fees=totals.fees + fees,
        notional=totals.notional + paid + received,
        fills=totals.fills + 2,
        trades=number,
        won=totals.won + (profit > 0),
        wins_value=totals.wins_value + max(profit, ZERO),
        losses_value=totals.losses_value + min(profit, ZERO),
    )
    return BookingResult(Ledger(totals=totals), trade, is_closed=True)


def close_as_dust(ledger: Ledger, moment: Moment, reason: ExitReason) -> BookingResult:
    """Close a trade whose rest cannot be sold; the rest is carried into the next entry."""
    if ledger.trade is None:
        raise Corruption("a trade that is not open cannot be closed")
    trade = replace(ledger.trade, closed_at=moment, exit_reason=reason, open_fees=ZERO)
    return BookingResult(
        Ledger(ledger.position, None, _add_trade_to_totals(ledger.totals, trade.profit)), trade, is_closed=True
    )


class _ExitPart(NamedTuple):
    quantity: Decimal
    cost: Decimal
    fee: Decimal
    share_left: Decimal


def _reduce_trade(trade: Trade, fill: Fill, part: _ExitPart, reason: ExitReason | None) -> Trade:
    # Constructed directly, like the totals below: dataclasses.replace costs a backtest a quarter of its time.
    return Trade(
        trade_id=trade.trade_id,
        bot_id=trade.bot_id,
        number=trade.number,
        symbol=trade.symbol,
        sign=trade.sign,
        opened_at=trade.opened_at,
        entry_quantity=trade.entry_quantity,
        entry_value=trade.entry_value,
        exit_quantity=trade.exit_quantity + part.quantity,
        exit_value=trade.exit_value + part.quantity * fill.price,
        exit_cost=trade.exit_cost + part.cost,
        fees=trade.fees + part.fee,
        closed_at=fill.moment if reason else None,
        exit_reason=reason,
        opened_by=trade.opened_by,
        open_fees=(trade.open_fees * part.share_left).quantize(COST_QUANTUM, rounding=ROUND_HALF_EVEN),
    )


def _increase_trade(ledger: Ledger, fill: Fill, quantity: Decimal, fee: Decimal) -> Trade:
    value = quantity * fill.price
    if ledger.trade is None:
        return _open_trade(ledger, fill, quantity, value, fee)
    return replace(
        ledger.trade,
        entry_quantity=ledger.trade.entry_quantity + quantity,
        entry_value=ledger.trade.entry_value + value,
        fees=ledger.trade.fees + fee,
        open_fees=ledger.trade.open_fees + fee,
    )


def _open_trade(
    ledger: Ledger, fill: Fill, quantity: Decimal = ZERO, value: Decimal = ZERO, fee: Decimal = ZERO
) -> Trade:
    number = ledger.totals.trades + 1
    return Trade(
        trade_id=TradeId(f"{fill.bot_id}-{number}"),
        bot_id=fill.bot_id,
        number=number,
        symbol=fill.symbol,
        sign=ledger.position.sign or fill.side.sign,
        opened_at=fill.moment,
        entry_quantity=abs(ledger.position.quantity) + quantity,
        entry_value=abs(ledger.position.cost) + value,
        fees=fee,
        opened_by=fill.trade_id,
        open_fees=fee,
    )


def _add_fill_to_totals(totals: LedgerTotals, fill: Fill, fee: Decimal, closed_profit: Decimal | None) -> LedgerTotals:
    counted = LedgerTotals(
        closed_profit=totals.closed_profit,
        fees=totals.fees + fee,
        notional=totals.notional + fill.quantity * fill.price,
        fills=totals.fills + 1,
        trades=totals.trades,
        won=totals.won,
        wins_value=totals.wins_value,
        losses_value=totals.losses_value,
    )
    return counted if closed_profit is None else _add_trade_to_totals(counted, closed_profit)


def _add_trade_to_totals(totals: LedgerTotals, profit: Decimal) -> LedgerTotals:
    return LedgerTotals(
        closed_profit=totals.closed_profit + profit,
        fees=totals.fees,
        notional=totals.notional,
        fills=totals.fills,
        trades=totals.trades + 1,
        won=totals.won + (profit > 0),
        wins_value=totals.wins_value + max(profit, ZERO),
        losses_value=totals.losses_value + min(profit, ZERO),
    )
