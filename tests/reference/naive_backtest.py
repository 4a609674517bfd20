"""A backtest as dumb as possible: one candle after the other, exact decimals, no code shared with the real one."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from bot.strategy.candles import Candles


@dataclass(frozen=True, slots=True, kw_only=True)
class NaiveRules:
    tick: Decimal
    step: Decimal
    min_notional: Decimal
    fee: Decimal
    cash: Decimal
    capital: Decimal
    stake: Decimal | None = None
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None
    slippage: Decimal = Decimal(0)


@dataclass(slots=True, kw_only=True)
class NaiveTrade:
    entry_row: int
    entry_price: Decimal
    quantity: Decimal
    cost: Decimal
    fees: Decimal
    exit_row: int | None = None
    exit_price: Decimal | None = None
    profit: Decimal = Decimal(0)
    reason: str = ""


def exact(number: float) -> Decimal:
    return Decimal(repr(float(number)))


def floor(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def ceiling(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_CEILING) * step


class NaiveBacktest:
    def __init__(self, rules: NaiveRules) -> None:
        self.rules = rules
        self.cash = rules.cash
        self.earned = Decimal(0)
        self.trades: list[NaiveTrade] = []
        self.equity: list[Decimal] = []
        self.open: NaiveTrade | None = None
        self.wants_in: Decimal | None = None
        self.wants_out = ""
        self.dust = Decimal(0)
        self.dust_cost = Decimal(0)

    def run(self, candles: Candles, entries: list[int], exits: list[bool], first: int) -> None:
        for row in range(first, len(candles)):
            self.at_open(row, exact(candles.open[row]))
            self.inside(row, exact(candles.low[row]), exact(candles.high[row]))
            self.missed(row, exact(candles.low[row]), exact(candles.high[row]), exact(candles.close[row]))
            self.at_close(row, exact(candles.close[row]), is_entry=entries[row] > 0, is_exit=bool(exits[row]))

    def at_open(self, row: int, price: Decimal) -> None:
        if self.open is not None:
            stop, target = self.barriers(self.open)
            if self.wants_out:
                self.sell(row, self.slipped_down(price), self.wants_out)
            elif stop is not None and price <= stop:
                self.sell(row, self.slipped_down(price), "stop_loss")
            elif target is not None and price >= target:
                self.sell(row, price, "take_profit")
        elif self.wants_in is not None:
            self.buy(row, price, self.wants_in)
            self.begin_range(row, price)
        self.wants_in = None

    def begin_range(self, row: int, price: Decimal) -> None:
        """Meet a barrier that came with the entry at the open, and lies beyond that open already."""
        if self.open is None:
            return
        stop, target = self.barriers(self.open)
        if stop is not None and price <= stop:
            self.sell(row, self.slipped_down(price), "stop_loss")
        elif target is not None and price >= target:
            self.sell(row, price, "take_profit")

    def inside(self, row: int, low: Decimal, high: Decimal) -> None:
        if self.open is None:
            return
        stop, target = self.barriers(self.open)
        if stop is not None and low <= stop:
            self.sell(row, self.slipped_down(stop), "stop_loss")
        elif target is not None and high >= target:
            self.sell(row, target, "take_profit")

    def missed(self, row: int, low: Decimal, high: Decimal, close: Decimal) -> None:
        """Leave at the close if a barrier that was too small to be placed was reached."""
        if self.open is None or self.wants_out:
            return
        stop, target = self.levels(self.open)
        if stop is not None and self.placeable(self.open, stop) is None and low <= stop:
            self.leave(row, close, "stop_loss")
        elif target is not None and self.placeable(self.open, target) is None and high >= target:
            self.leave(row, close, "take_profit")

    def leave(self, row: int, close: Decimal, reason: str) -> None:
        """Sell at the next open; what is too small to be sold now is dust at once."""
        trade = self.open
        assert trade is not None
        if trade.quantity * close >= self.rules.min_notional:
            self.wants_out = reason
            return
        # Booked as if it were sold at the close without a fee; it stays, at that value.
        trade.exit_row, trade.exit_price, trade.reason = row + 1, close, reason
        self.dust, self.dust_cost = trade.quantity, trade.quantity * close
        trade.profit = self.dust_cost - trade.cost - trade.fees
        self.earned += trade.profit
        self.open = None

    def at_close(self, row: int, close: Decimal, *, is_entry: bool, is_exit: bool) -> None:
        if self.open is not None:
            if is_exit and not self.wants_out:
                self.leave(row, close, "signal")
        elif is_entry and not is_exit:
            self.decide(close)
        held = self.open.quantity if self.open is not None else self.dust
        self.equity.append(self.cash + held * close)

    def decide(self, close: Decimal) -> None:
        left = max(self.rules.capital + min(self.earned, Decimal(0)), Decimal(0))
        ceiling_stake = left * (1 - self.rules.fee - Decimal("0.005"))
        stake = ceiling_stake if self.rules.stake is None else min(self.rules.stake, ceiling_stake)
        quantity = floor(stake / close, self.rules.step)
        is_affordable = self.dust_cost + quantity * close * (1 + self.rules.fee) <= left
        if quantity >= self.rules.step and quantity * close >= self.rules.min_notional and is_affordable:
            self.wants_in = quantity

    def buy(self, row: int, price: Decimal, quantity: Decimal) -> None:
        if self.rules.slippage:
            price = ceiling(price * (1 + self.rules.slippage), self.rules.tick)
        unit = price * (1 + self.rules.fee)
        quantity = min(quantity, floor(self.cash / unit, self.rules.step))
        if quantity > 0:
            fee = quantity * price * self.rules.fee
            self.cash -= quantity * price + fee
            whole, cost = quantity + self.dust, quantity * price + self.dust_cost
            self.open = NaiveTrade(entry_row=row, entry_price=cost / whole, quantity=whole, cost=cost, fees=fee)
            self.trades.append(self.open)
            self.dust = self.dust_cost = Decimal(0)

    def sell(self, row: int, price: Decimal, reason: str) -> None:
        assert self.open is not None
        trade = self.open
        value = trade.quantity * price
        fee = value * self.rules.fee
        self.cash += value - fee
        trade.exit_row, trade.exit_price, trade.reason = row, price, reason
        trade.fees += fee
        trade.profit = value - trade.cost - trade.fees
        self.earned += trade.profit
        self.open, self.wants_out = None, ""

    def barriers(self, trade: NaiveTrade) -> tuple[Decimal | None, Decimal | None]:
        if self.wants_out:  # whoever leaves takes the barriers back first
            return None, None
        stop, target = self.levels(trade)
        return self.placeable(trade, stop), self.placeable(trade, target)

    def levels(self, trade: NaiveTrade) -> tuple[Decimal | None, Decimal | None]:
        stop = target = None
        if self.rules.stop_loss is not None:
            stop = floor(trade.entry_price * (1 - self.rules.stop_loss), self.rules.tick)
        if self.rules.take_profit is not None:
            target = ceiling(trade.entry_price * (1 + self.rules.take_profit), self.rules.tick)
        return stop, target

    def placeable(self, trade: NaiveTrade, level: Decimal | None) -> Decimal | None:
        """No venue takes a barrier whose value is below its minimum."""
        return level if level is not None and trade.quantity * level >= self.rules.min_notional else None

    def slipped_down(self, price: Decimal) -> Decimal:
        if not self.rules.slippage:
            return price
        return floor(price * (1 - self.rules.slippage), self.rules.tick)
