"""A candle feed whose candles and prices a test hands out."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

from bot.domain.candle import Candle
from bot.domain.errors import QuarterdeckError
from bot.domain.ids import Symbol
from bot.domain.market import Series
from bot.ports.feed import CandleListener, PriceListener
from bot.ports.venue import Unsubscribe
from bot.strategy.candles import Candles
from tests.builders.recordings import START, series_of
from tests.builders.series import candles_from_rows
from tests.fakes.clock import ManualMarketClock

FIRST = START - timedelta(days=1)


class FakeFeed:
    """Knows the candles it was given; `close` closes the next one of a series and tells whoever listens.

    `history_error` is raised by the next question for history, `gate` holds those questions up while it is closed, and
    `history_lag` newest candles are not in its answers yet.
    """

    def __init__(self, clock: ManualMarketClock, *series: Series) -> None:
        self.clock = clock
        self.clock.time = FIRST
        self.gate = asyncio.Event()
        self.gate.set()
        self.history_error: Exception | None = None
        self.history_lag = 0
        self.asked: list[tuple[Series, int]] = []
        self._series = series or (series_of(),)
        self._candles: dict[Series, list[Candle]] = {one: [] for one in self._series}
        self._next: dict[Series, datetime] = dict.fromkeys(self._series, FIRST)
        self._listeners: dict[Series, list[CandleListener]] = defaultdict(list)
        self._watchers: dict[Symbol, list[PriceListener]] = defaultdict(list)
        self._last: dict[Symbol, float] = {}

    @property
    def lines(self) -> int:
        """Return how many subscriptions to candles are open."""
        return sum(map(len, self._listeners.values()))

    @property
    def price_lines(self) -> int:
        """Return how many price lines are open."""
        return sum(map(len, self._watchers.values()))

    def all_series(self) -> tuple[Series, ...]:
        return self._series

    async def history(self, series: Series, until: datetime, limit: int) -> Candles:
        self.asked.append((series, limit))
        if self.history_error is not None:
            error, self.history_error = self.history_error, None
            raise error
        await self.gate.wait()
        known = self._candles[series][: len(self._candles[series]) - self.history_lag]
        closed = [row for row in known if row.open_time + series.timeframe.duration <= until]
        return candles_from_rows(closed[-limit:])

    async def unfinished_candle(self, series: Series, until: datetime) -> Candle | None:
        return None

    def subscribe_candles(self, series: Series, listener: CandleListener) -> Unsubscribe:
        self._listeners[series].append(listener)
        return lambda: self._listeners[series].remove(listener)

    def last_price(self, symbol: Symbol) -> float | None:
        return self._last.get(symbol)

    def subscribe_price(self, symbol: Symbol, listener: PriceListener) -> Unsubscribe:
        self._watchers[symbol].append(listener)
        return lambda: self._watchers[symbol].remove(listener)

    async def wait_until_ended(self) -> None:
        await asyncio.Event().wait()

    def grow(self, count: int, price: float = 100.0, series: Series | None = None) -> None:
        """Let quiet candles pass that nobody is told of; the clock goes along."""
        for _ in range(count):
            self._append(series or self._series[0], price, 0.0)

    def rest(self, series: Series | None = None) -> None:
        """Let the time of a candle pass in which nobody trades, so that there is no candle."""
        series = series or self._series[0]
        self._next[series] += series.timeframe.duration

    def close(self, price: float = 100.0, signal: float = 0.0, series: Series | None = None) -> Candle:
        """Close the next candle; `signal` is the fraction of its volume (see tests.fakes.scripted_strategies)."""
        series = series or self._series[0]
        candle = self._append(series, price, signal)
        self.tell(candle, series)
        return candle

    def skip(self, price: float = 100.0, signal: float = 0.0, series: Series | None = None) -> Candle:
        """Close a candle that gets lost on the way."""
        return self._append(series or self._series[0], price, signal)

    def tell(self, candle: Candle, series: Series | None = None) -> None:
        """Tell of a candle, again or late."""
        series = series or self._series[0]
        for listener in tuple(self._listeners[series]):
            listener(series, candle)

    def price(self, price: float, symbol: Symbol | None = None) -> None:
        """Let the price move."""
        symbol = symbol or self._series[0].symbol
        self._last[symbol] = price
        for listener in tuple(self._watchers[symbol]):
            listener(symbol, price, self.clock.time)

    def _append(self, series: Series, price: float, signal: float) -> Candle:
        opened, duration = self._next[series], series.timeframe.duration
        self._next[series] += duration
        candle = Candle(open_time=opened, open=price, high=price, low=price, close=price, volume=1000 + signal)
        self._candles[series].append(candle)
        self.clock.time = max(self.clock.time, opened + duration)
        self._last[series.symbol] = price
        return candle


def raise_once(feed: FakeFeed, error: QuarterdeckError) -> None:
    """Let the next question for history fail."""
    feed.history_error = error
