"""Backtest of signal strategies: only candles in which something can happen are visited.

Between events nothing changes: entries need an event while flat, exits an event while in, and the first touch of a
barrier is found by searching the columns.
"""

from bisect import bisect_left
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from bot.domain.barrier import BarrierLevel, GuardedPosition, barrier_levels
from bot.domain.matching import Bar, FillRules, market_fill_price
from bot.domain.money import ZERO
from bot.domain.order import OrderSide, OrderType
from bot.domain.position import FLAT
from bot.domain.trade import ExitReason
from bot.engine.backtest.result import BacktestRecord, BacktestRun, CandlePrices, Execution, rows_where
from bot.engine.trading.planning import (
    ENTRY_TAG,
    EXIT_TAG,
    OrderDraft,
    draft_entry,
    entry_stake,
    money_left,
)
from bot.engine.trading.risk import Refusal, RiskView, check_order, check_size, is_plainly_allowed
from bot.strategy.base import SignalStrategy, StrategyParameters

FIRST_SEARCH = 64
LONGEST_SEARCH = 65_536
_ANY_TIME = datetime.max.replace(tzinfo=UTC)


class _Exit(NamedTuple):
    """The end of a position: the first row that may enter again, and the order that fills, if any.

    `dust_row` is the row at whose close the position was to be left and was too small to be sold.
    """

    next_row: int
    order: Execution | None = None
    dust_row: int | None = None
    reason: ExitReason = ExitReason.SIGNAL


class _Touch(NamedTuple):
    """A barrier that fills: the candle, and the price after slippage."""

    row: int
    level: BarrierLevel
    price: Decimal


def run_signals(
    run: BacktestRun, strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters
) -> BacktestRecord:
    """Trade the strategy's events over the whole history."""
    table = strategy.signals(parameters, run.candles)
    # The last row decides nothing any more: no candle follows in which an order could fill.
    exit_rows = rows_where(table.exit, run.first)
    entry_rows = rows_where((table.entry > 0) & ~table.exit, run.first)
    trader = _Trader(run, exit_rows)
    row = run.first
    while True:
        index = bisect_left(entry_rows, row)
        if index == len(entry_rows) or entry_rows[index] + 1 >= len(run.candles):
            break
        row = trader.trade_event(entry_rows[index])
        run.options.on_progress(row)
    trader.record.add_open_trade()
    return trader.record


class _Trader:
    def __init__(self, run: BacktestRun, exit_rows: list[int]) -> None:
        self.run = run
        self.record = BacktestRecord(run.cash, run.options.reserve)
        self.prices = CandlePrices(run.candles)
        self._exit_rows = exit_rows
        self._barriers = run.config.barriers.active
        self._rules = FillRules(run.market, run.options.slippage)
        self._end = len(run.candles)

    def trade_event(self, decided: int) -> int:
        """Trade an entry event at the close of `decided` to its end; return the first row that may enter again."""
        run, record, entered = self.run, self.record, decided + 1
        entry = self._decide_entry(decided)
        if entry is None:
            return entered
        if run.options.is_fee_in_base or record.ledger.position.quantity:
            # Quantities that are off the step, or dust of the trade before: fill by fill.
            position = record.book_execution(run, entry).ledger.position
            end = self._find_exit(entered, run.market.floor_quantity(position.quantity), position.average_entry)
            if end.order is not None:
                record.book_execution(run, end.order)
        else:
            end = self._find_exit(entered, entry.quantity, entry.price)
            if end.order is not None:
                record.book_both_executions(run, entry, end.order)
            else:
                record.book_execution(run, entry)
        if end.dust_row is not None:
            record.close_as_dust(run, end.dust_row, end.reason)
        return end.next_row

    def _decide_entry(self, row: int) -> Execution | None:
        """Decide on an entry event at the close of `row`; return the order as it fills at the next open."""
        run, record = self.run, self.record
        close = self.prices.close_price(row)
        realised = record.ledger.usable_profit
        stake = entry_stake(run.config, run.market.fee_rate, realised)
        planned = run.market.floor_quantity(stake / close)
        left = money_left(run.config.capital, realised)
        is_flat = record.ledger.position is FLAT
        if not (is_flat and is_plainly_allowed(planned, close, left, run.market, run.config.limits)):
            draft = draft_entry(stake, close, run.market, "")
            refusal = self._check(draft, close) if draft else None
            if draft is None or refusal:
                record.refusals.append(refusal.text if refusal else "the stake buys less than one step")
                return None
        opened = market_fill_price(OrderSide.BUY, self.prices.open_price(row + 1), run.options.slippage, run.market)
        quantity = record.affordable_quantity(planned, opened, run)
        if not quantity:
            record.refusals.append("the cash pays for less than one step at the next open")
            return None
        return Execution(row + 1, OrderSide.BUY, quantity, opened, close, ExitReason.SIGNAL, ENTRY_TAG)

    def _find_exit(self, entered: int, sellable: Decimal, average_entry: Decimal) -> _Exit:
        """Find the end of a position opened in candle `entered`; `sellable` is its quantity in whole steps."""
        index = bisect_left(self._exit_rows, entered)
        decided = self._exit_rows[index] if index < len(self._exit_rows) else self._end
        if not self._barriers:
            return self._leave_at_close(decided, sellable, ExitReason.SIGNAL)
        levels, too_small = self._levels(sellable, average_entry)
        # Once an exit is decided its barriers are gone, whether it can be sold at once or not.
        stop = min(decided + 1, self._end)
        # What is too small for an order is judged when its candle has closed, before the signal of that close.
        row = self._first_reached(entered, stop, too_small)
        touch = self._first_touch(entered, stop if row is None else row + 1, levels)
        if touch is not None:
            barrier = touch.level.barrier
            reference = touch.level.price if barrier.order_type is OrderType.STOP else None
            order = Execution(touch.row, OrderSide.SELL, sellable, touch.price, reference, barrier.reason, barrier.tag)
            return _Exit(touch.row, order)
        if row is not None:
            return self._leave_at_close(row, sellable, self._reached_at(row, too_small).barrier.reason)
        return self._leave_at_close(decided, sellable, ExitReason.SIGNAL)

    def _leave_at_close(self, row: int, quantity: Decimal, reason: ExitReason) -> _Exit:
        """Sell at the open after the close of `row`; what is too small to be sold then is dust at once."""
        run, prices, due = self.run, self.prices, row + 1
        if row >= self._end:
            return _Exit(self._end)
        close = prices.close_price(row)
        if not quantity or check_size(quantity, close, run.market) is not None:
            return _Exit(row if reason is not ExitReason.SIGNAL else due, dust_row=row, reason=reason)
        if due >= self._end:
            return _Exit(self._end)
        price = market_fill_price(OrderSide.SELL, prices.open_price(due), run.options.slippage, run.market)
        return _Exit(due, Execution(due, OrderSide.SELL, quantity, price, close, reason, EXIT_TAG))

    def _check(self, draft: OrderDraft, close: Decimal) -> Refusal | None:
        run, ledger = self.run, self.record.ledger
        view = RiskView(
            market=run.market,
            limits=run.config.limits,
            last_price=close,
            money_left=money_left(run.config.capital, ledger.usable_profit),
            committed_value=ZERO if ledger.trade is None else abs(ledger.position.cost),
            open_orders=0,
            recent_orders=(),
            # With no orders of late to count, any time will do.
            now=_ANY_TIME,
            is_blocked=False,
            has_unknown=False,
        )
        return check_order(draft, view, ledger.position.quantity)

    def _first_touch(self, start: int, stop: int, levels: list[BarrierLevel]) -> _Touch | None:
        """Search the candles start..stop for the first that fills one of the barriers."""
        row = self._first_reached(start, stop, levels)
        if row is None:
            return None
        prices = self.prices
        bar = Bar(open=prices.open_price(row), high=prices.high_price(row), low=prices.low_price(row))
        # In the entry candle, too: dust or slippage may have put a barrier beyond the open, where its range begins.
        for level in levels:
            price = self._rules.price_at_open(level.barrier.order_type, OrderSide.SELL, level.price, bar.open)
            if price is not None:
                return _Touch(row, level, price)
        for level in levels:
            price = self._rules.price_in_range(level.barrier.order_type, OrderSide.SELL, level.price, bar)
            if price is not None:
                return _Touch(row, level, price)
        return None

    def _first_reached(self, start: int, stop: int, levels: list[BarrierLevel]) -> int | None:
        if not levels:
            return None
        stops = [float(level.price) for level in levels if level.barrier.order_type is OrderType.STOP]
        targets = [float(level.price) for level in levels if level.barrier.order_type is OrderType.TARGET]
        return _first_beyond(self.run, start, stop, max(stops, default=-np.inf), min(targets, default=np.inf))

    def _reached_at(self, row: int, levels: list[BarrierLevel]) -> BarrierLevel:
        low, high = self.prices.low_price(row), self.prices.high_price(row)
        return next(
            level
            for level in levels
            if level.barrier.is_touched(low if level.barrier.order_type is OrderType.STOP else high, level.price, 1)
        )

    def _levels(self, quantity: Decimal, entry: Decimal) -> tuple[list[BarrierLevel], list[BarrierLevel]]:
        """Return the barriers that are big enough for an order, and those that are not."""
        market = self.run.market
        guarded = GuardedPosition(average_entry=entry, sign=1, best_price=entry)
        levels = barrier_levels(self.run.config.barriers, guarded, market).rows
        placed = [level for level in levels if check_size(quantity, level.price, market) is None]
        return placed, [level for level in levels if level not in placed]


def _first_beyond(run: BacktestRun, start: int, stop: int, low: float, high: float) -> int | None:
    size = FIRST_SEARCH
    while start < stop:
        end = min(start + size, stop)
        beyond = (run.candles.low[start:end] <= low) | (run.candles.high[start:end] >= high)
        found = int(beyond.argmax())
        if beyond[found]:
            return start + found
        start, size = end, min(size * 4, LONGEST_SEARCH)
    return None
