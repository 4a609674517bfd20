"""Backtest of signal strategies: only candles in which something can happen are visited.

Between events nothing changes: entries need an event while flat, exits an event while in, and the first touch of a
barrier is found by searching the columns.
"""

from bisect import bisect_left
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from bot.domain.barrier import BarrierLevel, GuardedPosition
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

    `is_dust` tells that what is held is less than a step, known in the row before `next_row`.
    """

    next_row: int
    order: Execution | None
    is_dust: bool = False


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
            elif end.is_dust:
                record.close_as_dust(run, end.next_row - 1)
            return end.next_row
        end = self._find_exit(entered, entry.quantity, entry.price)
        if end.order is not None:
            record.book_both_executions(run, entry, end.order)
        else:
            record.book_execution(run, entry)
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
        # Once an exit is decided its barriers are gone, whether it can be sold at once or not.
        touch = self._first_touch(entered, min(decided + 1, self._end), sellable, average_entry)
        if touch is not None:
            barrier = touch.level.barrier
            reference = touch.level.price if barrier.order_type is OrderType.STOP else None
            order = Execution(touch.row, OrderSide.SELL, sellable, touch.price, reference, barrier.reason, barrier.tag)
            return _Exit(touch.row, order)
        if decided < self._end and not sellable:
            return _Exit(decided + 1, None, is_dust=True)
        return self._sell_at_open(decided, sellable)

    def _sell_at_open(self, decided: int, quantity: Decimal) -> _Exit:
        """Sell at the open after the decision; what is too small to sell waits for a better close."""
        run, prices = self.run, self.prices
        for row in range(decided, self._end - 1):
            close = prices.close_price(row)
            if check_size(quantity, close, run.market) is None:
                due = row + 1
                price = market_fill_price(OrderSide.SELL, prices.open_price(due), run.options.slippage, run.market)
                sale = Execution(due, OrderSide.SELL, quantity, price, close, ExitReason.SIGNAL, EXIT_TAG)
                return _Exit(due, sale)
        return _Exit(self._end, None)

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

    def _first_touch(self, start: int, stop: int, quantity: Decimal, entry: Decimal) -> _Touch | None:
        """Search the candles start..stop for the first that touches a barrier of a position entered at `entry`."""
        run = self.run
        if not self._barriers:
            return None
        levels = self._levels(quantity, entry)
        stops = [float(level.price) for level in levels if level.barrier.order_type is OrderType.STOP]
        targets = [float(level.price) for level in levels if level.barrier.order_type is OrderType.TARGET]
        low, high = max(stops, default=-np.inf), min(targets, default=np.inf)
        row = _first_beyond(run, start, stop, low, high)
        if row is None:
            return None
        prices = self.prices
        bar = Bar(open=prices.open_price(row), high=prices.high_price(row), low=prices.low_price(row))
        # The entry candle's open is the entry itself; its range may touch a barrier already.
        for level in levels if row > start else ():
            price = self._rules.price_at_open(level.barrier.order_type, OrderSide.SELL, level.price, bar.open)
            if price is not None:
                return _Touch(row, level, price)
        for level in levels:
            price = self._rules.price_in_range(level.barrier.order_type, OrderSide.SELL, level.price, bar)
            if price is not None:
                return _Touch(row, level, price)
        return None

    def _levels(self, quantity: Decimal, entry: Decimal) -> list[BarrierLevel]:
        """Return the barriers that are big enough for an order."""
        market = self.run.market
        guarded = GuardedPosition(average_entry=entry, sign=1, best_price=entry)
        levels = [(barrier, barrier.level_on_tick(setting, guarded, market)) for barrier, setting in self._barriers]
        return [
            BarrierLevel(barrier, price)
            for barrier, price in levels
            if price is not None and check_size(quantity, price, market) is None
        ]


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
