"""Booking of fills: position, trade and totals of a ledger change together."""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from bot.domain.errors import Corruption
from bot.domain.fill import Fill
from bot.domain.ids import TradeId
from bot.domain.market import Market
from bot.domain.moment import Moment
from bot.domain.money import ROUND_HALF_EVEN, ZERO
from bot.domain.position import COST_QUANTUM, Position
from bot.domain.trade import ExitReason, Ledger, LedgerTotals, Trade


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
        totals = _add_fill_to_totals(ledger.totals, fill, fee, None)
        return BookingResult(Ledger(after, trade, totals, ledger.earlier_trades), trade, is_closed=False)
    is_closed = after.is_flat(market, fill.price) and not (rest and after.quantity)
    cost = abs(position.cost) - abs(after.cost)
    part = _ExitPart(abs(signed), cost, fee, ZERO if is_closed else after.quantity / position.quantity)
    if is_closed and after.quantity:
        # What is left is too small to be sold: it is booked as if it had been, at this price.
        part = _ExitPart(abs(position.quantity), abs(position.cost), fee, ZERO)
        after = Position(after.quantity, after.quantity * fill.price)
    trade = _reduce_trade(ledger.trade or _open_trade(ledger, fill), fill, part, reason if is_closed else None)
    totals = _add_fill_to_totals(ledger.totals, fill, fee, trade.profit if is_closed else None)
    booked = Ledger(after, None if is_closed else trade, totals, ledger.earlier_trades)
    return BookingResult(booked, trade, is_closed=is_closed)


def book_round_trip(ledger: Ledger, bought: Fill, sold: Fill, reason: ExitReason) -> BookingResult:
    """Book a buy and the sale of the same quantity with the result of booking one after the other.

    The ledger must be flat and hold no dust, and the fees be in quote; raise Corruption for anything else.
    """
    if ledger.trade or ledger.position.quantity or bought.quantity != sold.quantity:
        raise Corruption(f"{bought.trade_id} and {sold.trade_id} of {bought.bot_id} are no round trip")
    totals, number, quantity = ledger.totals, ledger.next_number, bought.quantity
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
        trades=totals.trades + 1,
        won=totals.won + (profit > 0),
        wins_value=totals.wins_value + max(profit, ZERO),
        losses_value=totals.losses_value + min(profit, ZERO),
    )
    return BookingResult(Ledger(totals=totals, earlier_trades=ledger.earlier_trades), trade, is_closed=True)


def close_as_dust(ledger: Ledger, moment: Moment, reason: ExitReason, price: Decimal) -> BookingResult:
    """Close a trade whose rest cannot be sold, as if it were sold at a price without a fee.

    The rest stays in the position with that value as its cost, and is carried into the next entry.
    """
    trade, held = ledger.trade, ledger.position
    if trade is None:
        raise Corruption("a trade that is not open cannot be closed")
    rest = Position(held.quantity, held.quantity * price)
    closed = replace(
        trade,
        exit_quantity=trade.exit_quantity + abs(held.quantity),
        exit_value=trade.exit_value + abs(rest.cost),
        exit_cost=trade.exit_cost + abs(held.cost),
        closed_at=moment,
        exit_reason=reason,
        open_fees=ZERO,
    )
    totals = _add_trade_to_totals(ledger.totals, closed.profit)
    return BookingResult(replace(ledger, position=rest, trade=None, totals=totals), closed, is_closed=True)


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
    number = ledger.next_number
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
