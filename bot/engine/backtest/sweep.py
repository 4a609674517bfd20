"""The float kernel of parameter sweeps: the trades of a signal strategy in the backtest's order of events.

Money is float here and nothing but trades comes out; a test proves them equal to the exact backtest's. Fees are in
quote, fills have no slippage, and no exit is too small to be sold.
"""

from bisect import bisect_left
from dataclasses import dataclass
from math import floor, inf

from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.engine.backtest.result import rows_where
from bot.engine.trading.planning import RESERVE
from bot.strategy.base import SignalTable
from bot.strategy.candles import Candles, Floats

# What is a multiple of a step on paper may miss it by rounding.
SLACK = 1e-9
FIRST_SEARCH = 64
LONGEST_SEARCH = 65_536


@dataclass(frozen=True, slots=True)
class SweepTrade:
    """One trade; `exit_row` is -1 while it is open, its profit then counts the entry's fee only."""

    entry_row: int
    exit_row: int
    quantity: float
    entry_price: float
    exit_price: float
    profit: float


@dataclass(slots=True)
class _Rules:
    fee: float
    step: float
    tick: float
    min_quantity: float
    min_notional: float
    capital: float
    stake: float
    stop_loss: float
    take_profit: float

    def quantity(self, close: float, earned: float) -> float:
        ceiling = max(self.capital + min(earned, 0.0), 0.0) * (1 - self.fee - float(RESERVE))
        size = floor(min(self.stake, ceiling) / close / self.step + SLACK) * self.step
        return size if size >= self.min_quantity * (1 - SLACK) and size * close >= self.min_notional else 0.0

    def affordable_quantity(self, quantity: float, price: float, cash: float) -> float:
        unit = price * (1 + self.fee)
        return quantity if quantity * unit <= cash else floor(max(cash, 0.0) / unit / self.step + SLACK) * self.step

    def levels(self, entry: float) -> tuple[float, float]:
        # The division by the inverse tick gives the float nearest to the decimal that a price on the tick is.
        parts = round(1 / self.tick)
        stop = floor(entry * (1 - self.stop_loss) * parts + SLACK * parts) / parts if self.stop_loss else -inf
        target = -floor(-entry * (1 + self.take_profit) * parts + SLACK * parts) / parts if self.take_profit else inf
        return stop, target


def run_sweep(config: BotConfig, market: Market, candles: Candles, table: SignalTable, first: int) -> list[SweepTrade]:
    """Trade a signal table with `config.capital` as cash, deciding from row `first` on."""
    rules = _make_rules(config, market)
    entries = rows_where((table.entry > 0) & ~table.exit, first)
    exits = rows_where(table.exit, first)
    opens, closes, end = candles.open, candles.close, len(candles)
    trades: list[SweepTrade] = []
    earned, row, index = 0.0, first, 0
    while True:
        index = bisect_left(entries, row, index)
        if index == len(entries) or entries[index] + 1 >= end:
            return trades
        row = entries[index] + 1
        price = float(opens[row])
        cash = rules.capital + earned
        quantity = rules.affordable_quantity(rules.quantity(float(closes[row - 1]), earned), price, cash)
        if not quantity:
            continue
        decided = bisect_left(exits, row)
        due = min(exits[decided] + 1, end) if decided < len(exits) else end
        left, exit_price = _find_exit(rules, candles, row, due, price)
        is_open = left >= end
        value = 0.0 if is_open else quantity * exit_price
        fees = (quantity * price + value) * rules.fee
        profit = -fees if is_open else value - quantity * price - fees
        earned += profit
        trades.append(SweepTrade(row, -1 if is_open else left, quantity, price, exit_price, profit))
        row = left


def _make_rules(config: BotConfig, market: Market) -> _Rules:
    return _Rules(
        fee=float(market.fee_rate),
        step=float(market.step),
        tick=float(market.tick),
        min_quantity=float(market.min_quantity),
        min_notional=float(market.min_notional),
        capital=float(config.capital),
        stake=inf if config.stake is None else float(config.stake),
        stop_loss=float(config.barriers.stop_loss or 0),
        take_profit=float(config.barriers.take_profit or 0),
    )


def _find_exit(rules: _Rules, candles: Candles, start: int, due: int, entry: float) -> tuple[int, float]:
    stop, target = rules.levels(entry)
    row = -1
    if stop > -inf or target < inf:
        row = _first_beyond(candles.low, candles.high, (start, due), (stop, target))
    if row < 0:
        return due, float(candles.open[due]) if due < len(candles) else 0.0
    opened = float(candles.open[row])
    if row > start and (opened <= stop or opened >= target):
        return row, opened
    return row, stop if candles.low[row] <= stop else target


def _first_beyond(low: Floats, high: Floats, rows: tuple[int, int], levels: tuple[float, float]) -> int:
    start, stop = rows
    size = FIRST_SEARCH
    while start < stop:
        end = min(start + size, stop)
        beyond = (low[start:end] <= levels[0]) | (high[start:end] >= levels[1])
        found = int(beyond.argmax())
        if beyond[found]:
            return start + found
        start, size = end, min(size * 4, LONGEST_SEARCH)
    return -1
