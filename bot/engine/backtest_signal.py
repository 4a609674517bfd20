"""Backtest of signal strategies: only candles in which something can happen are visited.

Between events nothing changes: entries need an event while flat, exits an event while in, and the first touch of a
barrier is found by searching the columns.
"""

from bisect import bisect_left
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from bot.domain.barrier import barrier_levels
from bot.domain.matching import market_fill_price
from bot.domain.money import ZERO
from bot.domain.order import OrderSide, OrderType
from bot.domain.trade import ExitReason
from bot.engine.backtest_result import Execution, Journal, Prices, Run, rows_where
from bot.engine.planning import (
    ENTRY_TAG,
    EXIT_TAG,
    STOP_TAG,
    TARGET_TAG,
    Draft,
    draft_entry,
    draft_exit,
    entry_stake,
    money_left,
)
from bot.engine.risk import Refusal, RiskView, check_order
from bot.strategy.base import SignalStrategy, StrategyParameters

FIRST_SEARCH = 64
LONGEST_SEARCH = 65_536


@dataclass(frozen=True, slots=True)
class _Touch:
    """A barrier that fills: the candle, its kind, and the price before slippage."""

    row: int
    order_type: OrderType
    price: Decimal


def run_signals(run: Run, strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters) -> Journal:
    """Trade the strategy's events over the whole history."""
    table = strategy.signals(parameters, run.candles)
    # The last row decides nothing any more: no candle follows in which an order could fill.
    exit_rows = rows_where(table.exit, run.first)
    entry_rows = rows_where((table.entry > 0) & ~table.exit, run.first)
    trader = _Trader(run)
    row = run.first
    while True:
        index = bisect_left(entry_rows, row)
        if index == len(entry_rows) or entry_rows[index] + 1 >= len(run.candles):
            break
        row = entry_rows[index] + 1
        if trader.enter(entry_rows[index]):
            row = trader.leave(row, exit_rows)
    trader.journal.finish()
    return trader.journal


class _Trader:
    def __init__(self, run: Run) -> None:
        self.run = run
        self.journal = Journal(run.cash)
        self.prices = Prices(run.candles)
        self._end = len(run.candles)

    def enter(self, row: int) -> bool:
        """Decide on an entry event at the close of `row`; tell whether a position was opened."""
        run, journal = self.run, self.journal
        close = self.prices.close(row)
        stake = entry_stake(run.config, run.market.fee_rate, journal.book.realised)
        draft = draft_entry(stake, close, run.market, "")
        refusal = self._check(draft, row, close) if draft else None
        if draft is None or refusal:
            journal.refusals.append(refusal.text if refusal else "the stake buys less than one step")
            return False
        opened = market_fill_price(OrderSide.BUY, self.prices.open(row + 1), run.options.slippage, run.market)
        quantity = journal.affordable(draft.quantity, opened, run)
        if not quantity:
            journal.refusals.append("the cash pays for less than one step at the next open")
            return False
        order = Execution(OrderSide.BUY, quantity, opened, close, ExitReason.SIGNAL, ENTRY_TAG)
        journal.execute(run, row + 1, order)
        return True

    def leave(self, entered: int, exit_rows: list[int]) -> int:
        """Find the end of the position opened in candle `entered`; return the first row that may enter again."""
        index = bisect_left(exit_rows, entered)
        decided = exit_rows[index] if index < len(exit_rows) else self._end
        due = self._first_sellable(decided)
        touch = self._first_touch(entered, min(due, self._end))
        if touch is not None:
            self._sell_at_barrier(touch)
            return touch.row
        if due < self._end:
            self._sell_at_open(due, self.prices.close(due - 1))
            return due
        return self._end

    def _first_sellable(self, decided: int) -> int:
        """Return the candle at whose open a decided exit fills; one refused as too small waits for a better close."""
        for row in range(decided, self._end - 1):
            close = self.prices.close(row)
            draft = draft_exit(self.journal.book.position.quantity, close, self.run.market, "")
            if draft and self._check(draft, row, close) is None:
                return row + 1
        return self._end

    def _check(self, draft: Draft, row: int, close: Decimal) -> Refusal | None:
        run, book = self.run, self.journal.book
        held = book.position.quantity if book.trade else ZERO
        view = RiskView(
            market=run.market,
            limits=run.config.limits,
            last_price=close,
            money_left=money_left(run.config.capital, book.realised),
            committed=book.position.cost if book.trade else ZERO,
            open_orders=0,
            recent_orders=(),
            now=run.close_time(row),
            is_blocked=False,
            has_unknown=False,
        )
        return check_order(draft, view, held)

    def _first_touch(self, start: int, stop: int) -> _Touch | None:
        """Search the candles start..stop for the first that touches a barrier."""
        run = self.run
        if not run.config.barriers.is_any_set:
            return None
        levels = barrier_levels(run.config.barriers, self.journal.book.position.average_entry, 1, run.market)
        low = -np.inf if levels.stop is None else float(levels.stop)
        high = np.inf if levels.target is None else float(levels.target)
        row = _first_beyond(run, start, stop, low, high)
        if row is None:
            return None
        opened = self.prices.open(row)
        # At the open both kinds may be due at once only in the entry candle; inside a candle the stop comes first.
        if levels.stop is not None and run.candles.low[row] <= low and not (row > start and opened >= high):
            return _Touch(row, OrderType.STOP, min(levels.stop, opened))
        if levels.target is None:
            raise AssertionError("a touch is of the stop or of the target")
        return _Touch(row, OrderType.TARGET, max(levels.target, opened))

    def _sell_at_barrier(self, touch: _Touch) -> None:
        is_stop = touch.order_type is OrderType.STOP
        price = touch.price
        if is_stop:
            price = market_fill_price(OrderSide.SELL, price, self.run.options.slippage, self.run.market)
        reason, tag = (ExitReason.STOP_LOSS, STOP_TAG) if is_stop else (ExitReason.TAKE_PROFIT, TARGET_TAG)
        quantity = self.run.market.floor_quantity(self.journal.book.position.quantity)
        order = Execution(OrderSide.SELL, quantity, price, touch.price, reason, tag)
        self.journal.execute(self.run, touch.row, order)

    def _sell_at_open(self, row: int, reference: Decimal) -> None:
        price = market_fill_price(OrderSide.SELL, self.prices.open(row), self.run.options.slippage, self.run.market)
        quantity = self.run.market.floor_quantity(self.journal.book.position.quantity)
        order = Execution(OrderSide.SELL, quantity, price, reference, ExitReason.SIGNAL, EXIT_TAG)
        self.journal.execute(self.run, row, order)


def _first_beyond(run: Run, start: int, stop: int, low: float, high: float) -> int | None:
    size = FIRST_SEARCH
    while start < stop:
        end = min(start + size, stop)
        beyond = (run.candles.low[start:end] <= low) | (run.candles.high[start:end] >= high)
        found = int(beyond.argmax())
        if beyond[found]:
            return start + found
        start, size = end, min(size * 4, LONGEST_SEARCH)
    return None
