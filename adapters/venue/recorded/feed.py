"""Candle feed of a recording: history as slices without copies, listeners called by the replay."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Generic, TypeVar

import numpy as np

from adapters.data.recording import Recording
from adapters.venue.recorded.timeline import ReplayClock, ReplayPhase, ReplayPosition, Timeline
from bot.domain.candle import Candle
from bot.domain.errors import DataError
from bot.domain.ids import Symbol
from bot.domain.market import Series, Timeframe
from bot.ports.feed import CandleListener, PriceListener
from bot.ports.venue import Unsubscribe
from bot.strategy.candles import Candles, to_milliseconds

K = TypeVar("K")
L = TypeVar("L")


class _ListenerMap(Generic[K, L]):
    def __init__(self) -> None:
        self._by_key: dict[K, dict[int, L]] = {}
        self._count = 0

    def add_listener(self, key: K, listener: L) -> Unsubscribe:
        self._count += 1
        token = self._count
        self._by_key.setdefault(key, {})[token] = listener

        def stop() -> None:
            listeners = self._by_key.get(key, {})
            listeners.pop(token, None)
            if not listeners:
                self._by_key.pop(key, None)

        return stop

    def subscribed_keys(self) -> tuple[K, ...]:
        return tuple(self._by_key)

    def listeners_for(self, key: K) -> tuple[L, ...]:
        return tuple(self._by_key.get(key, {}).values())

    def __bool__(self) -> bool:
        return bool(self._by_key)

    def __len__(self) -> int:
        return sum(map(len, self._by_key.values()))


class RecordedFeed:
    """Gives candles up to the replay's clock and never beyond it."""

    def __init__(self, recording: Recording, save_position: Callable[[], Awaitable[None]]) -> None:
        self.recording, self.timeline = recording, Timeline(recording)
        self.clock = ReplayClock(recording.starts_at)
        self._save_position = save_position
        self._by_symbol: dict[Symbol, list[Series]] = {}
        for series in recording.series:
            self._by_symbol.setdefault(series.symbol, []).append(series)
        self._candle_listeners: _ListenerMap[Series, CandleListener] = _ListenerMap()
        self._price_listeners: _ListenerMap[Symbol, PriceListener] = _ListenerMap()
        self._series_order = {series: place for place, series in enumerate(recording.series)}
        self._ended = asyncio.Event()
        # Cached, since thousands of orders need the same price between two steps of the clock.
        self._known_prices_at: ReplayPosition | None = None
        self._known_prices: dict[Symbol, float | None] = {}

    def all_series(self) -> tuple[Series, ...]:
        return self.recording.series

    async def history(self, series: Series, until: datetime, limit: int) -> Candles:
        self._check_series(series)
        candles = await asyncio.to_thread(self.recording.candles, series)
        # The caller has seen the clock now: after a crash it must not go back behind this.
        await self._save_position()
        newest = to_milliseconds(min(until, self.clock.now()) - series.timeframe.duration)
        stop = int(np.searchsorted(candles.time, newest, "right"))
        return candles.slice_rows(max(stop - limit, 0), stop)

    async def unfinished_candle(self, series: Series, until: datetime) -> Candle | None:
        self._check_series(series)
        await asyncio.to_thread(self.recording.candles, series)
        position = min(self.timeline.last_position_at(to_milliseconds(until)), self._position)
        finer = [one for one in self._by_symbol[series.symbol] if one.timeframe.duration < series.timeframe.duration]
        return self.timeline.unfinished_candle(series, finer, position)

    def subscribe_candles(self, series: Series, listener: CandleListener) -> Unsubscribe:
        self._check_series(series)
        return self._candle_listeners.add_listener(series, listener)

    @property
    def _position(self) -> ReplayPosition:
        return self.clock.position or ReplayPosition(to_milliseconds(self.recording.starts_at), ReplayPhase.CLOSE)

    def last_price(self, symbol: Symbol) -> float | None:
        position = self._position
        if self._known_prices_at != position:
            self._known_prices_at, self._known_prices = position, {}
        if symbol not in self._known_prices:
            self._known_prices[symbol] = self._newest_price(symbol, position)
        return self._known_prices[symbol]

    def _newest_price(self, symbol: Symbol, position: ReplayPosition) -> float | None:
        newest: tuple[ReplayPosition, float] | None = None
        for series in self._by_symbol.get(symbol, ()):  # the finest first, so it wins where times are equal
            found = self.timeline.newest_price(series, position)
            if found is not None and (newest is None or found[0] > newest[0]):
                newest = found
        return None if newest is None else newest[1]

    def subscribe_price(self, symbol: Symbol, listener: PriceListener) -> Unsubscribe:
        if symbol not in self._by_symbol:
            raise DataError(f"No candles of {symbol} are recorded.")
        return self._price_listeners.add_listener(symbol, listener)

    async def wait_until_ended(self) -> None:
        await self._ended.wait()

    @property
    def has_ended(self) -> bool:
        """Return whether everything was played and handled."""
        return self._ended.is_set()

    @property
    def has_listeners(self) -> bool:
        return bool(self._candle_listeners) or bool(self._price_listeners)

    @property
    def has_candle_listeners(self) -> bool:
        return bool(self._candle_listeners)

    @property
    def listener_count(self) -> int:
        """Return the number of listeners to candles and prices."""
        return len(self._candle_listeners) + len(self._price_listeners)

    def closed_reason(self, symbol: Symbol, timeframe: Timeframe) -> str | None:
        """Return why no order can fill on a series, None if one can."""
        if all(series.timeframe is not timeframe for series in self._by_symbol.get(symbol, ())):
            return f"no {timeframe} candles of {symbol} are recorded"
        return None

    def has_listeners_at(self, position: ReplayPosition) -> bool:
        """Return whether a listener would be called at a position."""
        return any(True for _ in self._publications(position))

    def publish_position(self, position: ReplayPosition) -> None:
        """Publish the prices, then the closed candles of a position, series in the recording's order."""
        for publish in self._publications(position):
            publish()

    def mark_ended(self) -> None:
        """End `wait_until_ended`: no candle will come any more."""
        self._ended.set()

    def clear_ended(self) -> None:
        self._ended.clear()

    def _publications(self, position: ReplayPosition) -> Iterator[Callable[[], None]]:
        if position.phase >= ReplayPhase.RANGE:
            return
        for symbol in self._price_listeners.subscribed_keys():
            if any(self.timeline.has_candle(series, position) for series in self._by_symbol[symbol]):
                yield partial(self._publish_price, symbol)
        if position.phase is ReplayPhase.CLOSE:
            for series in sorted(self._candle_listeners.subscribed_keys(), key=self._series_order.__getitem__):
                if self.timeline.has_candle(series, position):
                    yield partial(self._publish_candle, series, position)

    def _publish_price(self, symbol: Symbol) -> None:
        price = self.last_price(symbol)
        if price is not None:
            for listener in self._price_listeners.listeners_for(symbol):
                listener(symbol, price, self.clock.now())

    def _publish_candle(self, series: Series, position: ReplayPosition) -> None:
        candle = self.timeline.candle_closing_at(series, position.milliseconds)
        if candle is not None:
            for listener in self._candle_listeners.listeners_for(series):
                listener(series, candle)

    def _check_series(self, series: Series) -> None:
        if series not in self._series_order:
            raise DataError(f"No {series.timeframe} candles of {series.symbol} are recorded.")
