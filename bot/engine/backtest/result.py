"""What a backtest is given and what comes out of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

import numpy as np

from bot.domain.booking import BookingResult, book_fill, book_round_trip, close_as_dust
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import BotId, ClientOrderId, VenueTradeId
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.metrics import Metrics
from bot.domain.moment import Moment
from bot.domain.money import ONE, ZERO, to_decimal
from bot.domain.order import OrderSide
from bot.domain.plan import PlanRounds
from bot.domain.trade import ExitReason, Ledger, Trade
from bot.engine.performance.curve import ProfitCurve
from bot.strategy.candles import Bools, Candles, Floats, Times, from_milliseconds

BACKTEST_BOT = BotId("backtest")


OnProgress = Callable[[int], None]
"""Called with the number of a candle that was played, now and then."""


def ignore_progress(row: int) -> None:
    """Take no notice of how far a backtest is."""
    del row


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestOptions:
    """From when to trade, and how the simulated venue fills: slippage of market orders and stops, fees of buys.

    `reserve` is money of the account besides the bot's: with it the account pays for what costs more than was decided.
    """

    trade_from: datetime | None = None
    slippage: Decimal = ZERO
    is_fee_in_base: bool = False
    reserve: Decimal = ZERO
    on_progress: OnProgress = ignore_progress


@dataclass(frozen=True, kw_only=True)
class BacktestRun:
    """One backtest: `first` is the first row that may decide, `cash` the money at the start, in quote."""

    config: BotConfig
    market: Market
    candles: Candles
    cash: Decimal
    first: int
    options: BacktestOptions

    @cached_property
    def duration_milliseconds(self) -> int:
        """Return the length of a candle."""
        return round(self.config.timeframe.duration.total_seconds() * 1000)

    def open_time(self, row: int) -> datetime:
        """Return when a candle opened."""
        return from_milliseconds(int(self.candles.time[row]))

    def close_time(self, row: int) -> datetime:
        """Return when a candle closed."""
        return from_milliseconds(int(self.candles.time[row]) + self.duration_milliseconds)


@dataclass(slots=True)
class BacktestRecord:
    """What happened so far; the running backtest is its only writer.

    `rows`, `cash_after` and `quantity_after` have one entry a fill, for the equity; so has `references`, the price that
    the fill may slip from, None for a limit or target.
    """

    cash: Decimal
    reserve: Decimal = ZERO
    ledger: Ledger = field(default_factory=Ledger)
    fills: list[Fill] = field(default_factory=list)
    trades: list[Trade] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    references: list[Decimal | None] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    cash_after: list[float] = field(default_factory=list)
    quantity_after: list[float] = field(default_factory=list)
    plan_rounds: PlanRounds | None = None

    @property
    def round_profit(self) -> Decimal | None:
        """Return what a plan's finished rounds have earned; None for a signal strategy or a plan without rounds."""
        plan, trade = self.plan_rounds, self.ledger.trade
        if plan is None or not plan.title:
            return None
        earned = plan.earned(trade.sign, trade.symbol.partition("/")[0]) if trade else ZERO
        return self.ledger.totals.closed_profit + earned

    def affordable_quantity(self, quantity: Decimal, price: Decimal, run: BacktestRun) -> Decimal:
        """Return how much of a buy the cash pays for, as a simulated venue would fill it."""
        unit = price if run.options.is_fee_in_base else price * (ONE + run.market.fee_rate)
        money = self.cash + self.reserve
        if quantity * unit <= money:
            return quantity
        return run.market.floor_quantity(max(money, ZERO) / unit)

    def book_execution(self, run: BacktestRun, order: "Execution") -> BookingResult:
        """Book the fill of an order."""
        fill = _fill(run, order, len(self.fills) + 1)
        booking = book_fill(self.ledger, fill, run.market, order.reason)
        self.ledger = booking.ledger
        value = fill.price * fill.quantity
        paid = ZERO if fill.fee_currency == run.market.base else fill.fee
        self.cash += -value - paid if fill.side is OrderSide.BUY else value - paid
        self.fills.append(fill)
        self.references.append(order.reference)
        self.rows.append(order.row)
        self.cash_after.append(float(self.cash))
        held = booking.ledger.position.quantity
        self.quantity_after.append(float(held) if held else 0.0)
        if booking.is_closed:
            self.trades.append(booking.trade)
        return booking

    def book_both_executions(self, run: BacktestRun, buy: "Execution", sale: "Execution") -> None:
        """Book a buy and the sale of all of it, from flat and with fees in quote.

        The same as two calls of `book_execution`, without the ledger in between: half of a long backtest's time.
        """
        number = len(self.fills) + 1
        bought, sold = _fill(run, buy, number), _fill(run, sale, number + 1)
        booking = book_round_trip(self.ledger, bought, sold, sale.reason)
        self.ledger, trade = booking.ledger, booking.trade
        between = self.cash - trade.entry_value - bought.fee
        self.cash = between + trade.exit_value - sold.fee
        self.fills += (bought, sold)
        self.references += (buy.reference, sale.reference)
        self.rows += (buy.row, sale.row)
        self.cash_after += (float(between), float(self.cash))
        self.quantity_after += (float(bought.quantity), 0.0)
        self.trades.append(trade)

    def close_as_dust(self, run: BacktestRun, row: int, reason: ExitReason) -> None:
        """Close the open trade at the close of candle `row`: what is held is too little to be sold."""
        at = run.close_time(row)
        price = to_decimal(float(run.candles.close[row]))
        booking = close_as_dust(self.ledger, Moment(at, at), reason, price)
        self.ledger = booking.ledger
        self.trades.append(booking.trade)

    def add_open_trade(self) -> None:
        """Keep the trade that is still open as the last one."""
        if self.ledger.trade is not None:
            self.trades.append(self.ledger.trade)


class Execution(NamedTuple):
    """An order at the moment it fills, inside candle `row`.

    `reference` is the price it may slip from, `reason` is kept if it closes. A tuple, since tens of thousands are made
    a second.
    """

    row: int
    side: OrderSide
    quantity: Decimal
    price: Decimal
    reference: Decimal | None
    reason: ExitReason
    tag: str
    liquidity: Liquidity = Liquidity.TAKER


def _fill(run: BacktestRun, order: Execution, number: int) -> Fill:
    in_base = run.options.is_fee_in_base and order.side is OrderSide.BUY
    fee = order.quantity * run.market.fee_rate
    at = from_milliseconds(int(run.candles.time[order.row]))
    return Fill(
        account_id=run.config.account_id,
        bot_id=BACKTEST_BOT,
        client_order_id=ClientOrderId(f"{order.tag}:{number}"),
        trade_id=VenueTradeId(str(number)),
        symbol=run.market.symbol,
        side=order.side,
        price=order.price,
        quantity=order.quantity,
        fee=fee if in_base else fee * order.price,
        fee_currency=run.market.base if in_base else run.market.quote,
        liquidity=order.liquidity,
        moment=Moment(at, at),
    )


@dataclass(frozen=True, slots=True)
class DataGap:
    """A stretch without candles, from the close of the one before to the open of the one after."""

    begins_at: datetime
    ends_at: datetime

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.begins_at


def find_gaps(times: Times, duration: timedelta) -> tuple[DataGap, ...]:
    """Return the stretches in which candles of a duration are missing, by the opens of those that are there."""
    length = round(duration.total_seconds() * 1000)
    rows = np.flatnonzero(np.diff(times) > length)
    begins, ends = (times[rows] + length).tolist(), times[rows + 1].tolist()
    return tuple(map(DataGap, map(from_milliseconds, begins), map(from_milliseconds, ends)))


@dataclass(frozen=True, slots=True, kw_only=True)
class BacktestResult:
    """What a backtest did: trades (the last may be open), fills, and equity in quote at each close from row `first`.

    `cash` is what the figures are shares of, `reserve` the account's money besides. `plan_rounds` is None for a signal
    strategy, `round_profit` for one without rounds, too.
    """

    config: BotConfig
    market: Market
    cash: Decimal
    reserve: Decimal
    candles: Candles
    first: int
    trades: tuple[Trade, ...]
    fills: tuple[Fill, ...]
    refusals: tuple[str, ...]
    curve: ProfitCurve
    equity: Floats
    metrics: Metrics
    plan_rounds: PlanRounds | None
    round_profit: Decimal | None
    seconds: float

    @property
    def started_at(self) -> datetime:
        """Return the open of the first candle that could be traded on."""
        return from_milliseconds(int(self.candles.time[self.first]))

    @property
    def ended_at(self) -> datetime:
        """Return the open of the last candle."""
        return from_milliseconds(int(self.candles.time[-1]))

    @property
    def close_times(self) -> Times:
        """Return when the candles from row `first` on closed, in Unix milliseconds: the times of `equity`."""
        closes: Times = self.candles.time[self.first :] + round(self.config.timeframe.duration.total_seconds() * 1000)
        return closes

    @property
    def gaps(self) -> tuple[DataGap, ...]:
        """Return the holes in the candles, those of the warm-up too."""
        return find_gaps(self.candles.time, self.config.timeframe.duration)


class CandlePrices:
    """Prices of candles as exact decimals, made when they are needed."""

    def __init__(self, candles: Candles) -> None:
        self._candles = candles

    def open_price(self, row: int) -> Decimal:
        return to_decimal(self._candles.open.item(row))

    def close_price(self, row: int) -> Decimal:
        return to_decimal(self._candles.close.item(row))

    def high_price(self, row: int) -> Decimal:
        return to_decimal(self._candles.high.item(row))

    def low_price(self, row: int) -> Decimal:
        return to_decimal(self._candles.low.item(row))


def rows_where(flags: Bools, first: int) -> list[int]:
    """Return the rows from `first` on in which a flag is set."""
    rows = np.flatnonzero(flags)
    found: list[int] = rows[rows >= first].tolist()
    return found
