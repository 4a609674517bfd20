"""The `CandleFeed` over a recording: history by slices without copies, listeners called by the replay."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Generic, TypeVar

import numpy as np

from adapters.data.recording import Recording
from adapters.venue.timeline import Phase, ReplayClock, ReplayPosition, Timeline
from bot.domain.errors import DataError
from bot.domain.ids import Symbol
from bot.domain.market import Series, Timeframe
from bot.ports.feed import CandleListener, PriceListener
from bot.ports.venue import Unsubscribe
from bot.strategy.candles import Candles, to_milliseconds

K = TypeVar("K")
L = TypeVar("L")


class _Listeners(Generic[K, L]):
    def __init__(self) -> None:
        self._by_key: dict[K, dict[int, L]] = {}
        self._count = 0

    def add(self, key: K, listener: L) -> Unsubscribe:
        self._count += 1
        token = self._count
        self._by_key.setdefault(key, {})[token] = listener

        def stop() -> None:
            listeners = self._by_key.get(key, {})
            listeners.pop(token, None)
            if not listeners:
                self._by_key.pop(key, None)

        return stop

    def heard(self) -> tuple[K, ...]:
        return tuple(self._by_key)

    def of(self, key: K) -> tuple[L, ...]:
        return tuple(self._by_key.get(key, {}).values())

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))


class RecordedFeed:
    """Gives candles up to the replay's clock and never beyond it."""

    def __init__(
        self,
        recording: Recording,
        *,
        timeline: Timeline,
        clock: ReplayClock,
        keep_position: Callable[[], Awaitable[None]],
    ) -> None:
        self._recording = recording
        self._timeline = timeline
        self._clock = clock
        self._keep_position = keep_position
        self._by_symbol: dict[Symbol, list[Series]] = {}
        for series in recording.series:
            self._by_symbol.setdefault(series.symbol, []).append(series)
        self._candles: _Listeners[Series, CandleListener] = _Listeners()
        self._prices: _Listeners[Symbol, PriceListener] = _Listeners()
        self._order = {series: place for place, series in enumerate(recording.series)}
        self._ended = asyncio.Event()
        # Thousands of orders ask for the same price between two steps of the clock.
        self._prices_at: ReplayPosition | None = None
        self._known_prices: dict[Symbol, float | None] = {}

    def all_series(self) -> tuple[Series, ...]:
        return self._recording.series

    async def history(self, series: Series, until: datetime, limit: int) -> Candles:
        self._check(series)
        candles = await asyncio.to_thread(self._recording.candles, series)
        # Who starts on a series has seen the clock: it must not go back behind this after a crash.
        await self._keep_position()
        newest = to_milliseconds(min(until, self._clock.now()) - series.timeframe.duration)
        stop = int(np.searchsorted(candles.time, newest, "right"))
        return candles.slice_rows(max(stop - limit, 0), stop)

    def subscribe_candles(self, series: Series, listener: CandleListener) -> Unsubscribe:
        self._check(series)
        return self._candles.add(series, listener)

    def last_price(self, symbol: Symbol) -> float | None:
        position = self._clock.position or ReplayPosition(to_milliseconds(self._recording.starts_at), Phase.CLOSE)
        if self._prices_at != position:
            self._prices_at, self._known_prices = position, {}
        if symbol not in self._known_prices:
            self._known_prices[symbol] = self._newest_price(symbol, position)
        return self._known_prices[symbol]

    def _newest_price(self, symbol: Symbol, position: ReplayPosition) -> float | None:
        newest: tuple[ReplayPosition, float] | None = None
        for series in self._by_symbol.get(symbol, ()):  # the finest first, so it wins where times are equal
            found = self._timeline.newest_price(series, position)
            if found is not None and (newest is None or found[0] > newest[0]):
                newest = found
        return None if newest is None else newest[1]

    def subscribe_price(self, symbol: Symbol, listener: PriceListener) -> Unsubscribe:
        if symbol not in self._by_symbol:
            raise DataError(f"No candles of {symbol} are recorded.")
        return self._prices.add(symbol, listener)

    async def wait_until_ended(self) -> None:
        await self._ended.wait()

    @property
    def has_ended(self) -> bool:
        """Tell whether everything was played and handled."""
        return self._ended.is_set()

    @property
    def has_listeners(self) -> bool:
        """Tell whether anybody listens."""
        return bool(self._candles) or bool(self._prices)

    @property
    def is_followed(self) -> bool:
        """Tell whether anybody follows the candles of a series."""
        return bool(self._candles)

    @property
    def listener_count(self) -> int:
        """Return how many listen to candles and prices."""
        return len(self._candles) + len(self._prices)

    def why_closed(self, symbol: Symbol, timeframe: Timeframe) -> str | None:
        """Say why no order can fill on that series, None if one can."""
        if all(series.timeframe is not timeframe for series in self._by_symbol.get(symbol, ())):
            return f"no {timeframe} candles of {symbol} are recorded"
        return None

    def is_heard_at(self, position: ReplayPosition) -> bool:
        """Tell whether somebody listens to what happens at a position."""
        if position.phase is Phase.RANGE:
            return False
        if any(
            self._happens(series, position) for symbol in self._prices.heard() for series in self._by_symbol[symbol]
        ):
            return True
        return position.phase is Phase.CLOSE and any(
            self._happens(series, position) for series in self._candles.heard()
        )

    def publish(self, position: ReplayPosition) -> None:
        """Tell prices, then closed candles, of a position; series in the recording's order."""
        if position.phase is Phase.RANGE:
            return
        for symbol in self._prices.heard():
            if any(self._happens(series, position) for series in self._by_symbol[symbol]):
                self._publish_price(symbol)
        if position.phase is Phase.CLOSE:
            for series in sorted(self._candles.heard(), key=self._order.__getitem__):
                self._publish_candle(series, position)

    def end(self) -> None:
        """Let everybody know that no candle will come any more."""
        self._ended.set()

    def begin_again(self) -> None:
        """Take the end back."""
        self._ended.clear()

    def _publish_price(self, symbol: Symbol) -> None:
        price = self.last_price(symbol)
        if price is not None:
            for listener in self._prices.of(symbol):
                listener(symbol, price)

    def _publish_candle(self, series: Series, position: ReplayPosition) -> None:
        candle = self._timeline.closing_at(series, position.milliseconds)
        if candle is not None:
            for listener in self._candles.of(series):
                listener(series, candle)

    def _happens(self, series: Series, position: ReplayPosition) -> bool:
        return self._timeline.has_candle(series, position)

    def _check(self, series: Series) -> None:
        if series not in self._order:
            raise DataError(f"No {series.timeframe} candles of {series.symbol} are recorded.")
