"""Backtest of signal strategies: only candles in which something can happen are visited.

Between events nothing changes: entries need an event while flat, exits an event while in, and the first touch of a
barrier is found by searching the columns.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from bot.domain.barrier import BarrierLevel, GuardedPosition
from bot.domain.matching import Bar, FillRules, market_fill_price
from bot.domain.order import OrderSide, OrderType
from bot.domain.trade import ExitReason
from bot.engine.backtest.result import BacktestRecord, BacktestRun, CandlePrices, Execution, rows_where
from bot.engine.trading.planning import (
    ENTRY_TAG,
    EXIT_TAG,
    OrderDraft,
    draft_entry,
    draft_exit,
    entry_stake,
    money_left,
)
from bot.engine.trading.risk import Refusal, RiskView, check_order, check_size
from bot.strategy.base import SignalStrategy, StrategyParameters

FIRST_SEARCH = 64
LONGEST_SEARCH = 65_536
_ANY_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Touch:
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
    trader = _Trader(run)
    row = run.first
    while True:
        index = bisect_left(entry_rows, row)
        if index == len(entry_rows) or entry_rows[index] + 1 >= len(run.candles):
            break
        row = entry_rows[index] + 1
        if trader.open_position(entry_rows[index]):
            row = trader.close_position(row, exit_rows)
    trader.record.add_open_trade()
    return trader.record


class _Trader:
    def __init__(self, run: BacktestRun) -> None:
        self.run = run
        self.record = BacktestRecord(run.cash)
        self.prices = CandlePrices(run.candles)
        self._barriers = run.config.barriers.active
        self._rules = FillRules(run.market, run.options.slippage)
        self._end = len(run.candles)

    def open_position(self, row: int) -> bool:
        """Decide on an entry event at the close of `row`; tell whether a position was opened."""
        run, record = self.run, self.record
        close = self.prices.close_price(row)
        stake = entry_stake(run.config, run.market.fee_rate, record.ledger.realised_profit)
        draft = draft_entry(stake, close, run.market, "")
        refusal = self._check(draft, close) if draft else None
        if draft is None or refusal:
            record.refusals.append(refusal.text if refusal else "the stake buys less than one step")
            return False
        opened = market_fill_price(OrderSide.BUY, self.prices.open_price(row + 1), run.options.slippage, run.market)
        quantity = record.affordable_quantity(draft.quantity, opened, run)
        if not quantity:
            record.refusals.append("the cash pays for less than one step at the next open")
            return False
        order = Execution(OrderSide.BUY, quantity, opened, close, ExitReason.SIGNAL, ENTRY_TAG)
        record.book_execution(run, row + 1, order)
        return True

    def close_position(self, entered: int, exit_rows: list[int]) -> int:
        """Find the end of the position opened in candle `entered`; return the first row that may enter again."""
        index = bisect_left(exit_rows, entered)
        decided = exit_rows[index] if index < len(exit_rows) else self._end
        # Once an exit is decided its barriers are gone, whether it can be sold at once or not.
        touch = self._first_touch(entered, min(decided + 1, self._end))
        if touch is not None:
            self._sell_at_barrier(touch)
            return touch.row
        draft, due = self._first_sellable(decided)
        if draft is not None:
            self._sell_at_open(due, draft)
        elif decided < self._end and not self._sellable_quantity():
            self.record.close_as_dust(self.run, decided)
            return decided + 1
        return due

    def _first_sellable(self, decided: int) -> tuple[OrderDraft | None, int]:
        """Return a decided exit with the candle in which it fills; one too small to sell waits for a better close."""
        for row in range(decided, self._end - 1):
            close = self.prices.close_price(row)
            draft = draft_exit(self.record.ledger.position.quantity, close, self.run.market, "")
            if draft is None:
                break
            if check_size(draft.quantity, close, self.run.market) is None:
                return draft, row + 1
        return None, self._end

    def _check(self, draft: OrderDraft, close: Decimal) -> Refusal | None:
        run, ledger = self.run, self.record.ledger
        view = RiskView(
            market=run.market,
            limits=run.config.limits,
            last_price=close,
            money_left=money_left(run.config.capital, ledger.realised_profit),
            committed_value=abs(ledger.position.cost),
            open_orders=0,
            recent_orders=(),
            # With no orders of late to count, any time will do.
            now=_ANY_TIME,
            is_blocked=False,
            has_unknown=False,
        )
        return check_order(draft, view, ledger.position.quantity)

    def _first_touch(self, start: int, stop: int) -> _Touch | None:
        """Search the candles start..stop for the first that touches a barrier."""
        run = self.run
        if not self._barriers:
            return None
        levels = self._levels()
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

    def _levels(self) -> list[BarrierLevel]:
        """Return the barriers of the open position that are big enough for an order."""
        market, entry, quantity = self.run.market, self.record.ledger.position.average_entry, self._sellable_quantity()
        guarded = GuardedPosition(average_entry=entry, sign=1, best_price=entry)
        levels = [(barrier, barrier.level_on_tick(setting, guarded, market)) for barrier, setting in self._barriers]
        return [
            BarrierLevel(barrier, price)
            for barrier, price in levels
            if price is not None and check_size(quantity, price, market) is None
        ]

    def _sellable_quantity(self) -> Decimal:
        return self.run.market.floor_quantity(self.record.ledger.position.quantity)

    def _sell_at_barrier(self, touch: _Touch) -> None:
        barrier = touch.level.barrier
        quantity = self._sellable_quantity()
        order = Execution(OrderSide.SELL, quantity, touch.price, touch.level.price, barrier.reason, barrier.tag)
        self.record.book_execution(self.run, touch.row, order)

    def _sell_at_open(self, row: int, draft: OrderDraft) -> None:
        price = market_fill_price(
            OrderSide.SELL, self.prices.open_price(row), self.run.options.slippage, self.run.market
        )
        order = Execution(OrderSide.SELL, draft.quantity, price, draft.reference_price, ExitReason.SIGNAL, EXIT_TAG)
        self.record.book_execution(self.run, row, order)


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
