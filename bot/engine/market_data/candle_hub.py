"""Candle hub of a venue: one feed subscription and one buffer per series, shared by all its bots.

A gap is repaired from history before anybody decides on the candle after it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from bot.domain.candle import Candle
from bot.domain.errors import QuarterdeckError, StrategyError
from bot.domain.ids import BotId
from bot.domain.instance import Parameters
from bot.domain.market import Series
from bot.domain.signal import NO_SIGNAL, SignalRow
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.time_slice import TimeSlice
from bot.engine.market_data.candle_buffer import CandleBuffer
from bot.engine.market_data.series_subscription import (
    CandleUpdate,
    SeriesSubscription,
    StrategyInstance,
    SubscriberGroup,
    newest_row,
    newest_rows,
)
from bot.engine.trading.messages import CandleClosed, Message
from bot.ports.clock import Clock, MarketClock
from bot.ports.feed import CandleFeed
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles

logger = logging.getLogger(__name__)

GAP_RETRY_PAUSE = timedelta(seconds=5)
"""Pause before a candle is tried again whose gap could not be repaired."""

T = TypeVar("T")
AnySignalStrategy = SignalStrategy[StrategyParameters]
PostMessage = Callable[[BotId, Message], bool]
FailureListener = Callable[[BotId, Message, Exception], None]


class CandleHub:
    """Delivers closed candles to bots, with the signals evaluated once per series and parameter set."""

    def __init__(
        self,
        feed: CandleFeed,
        clock: MarketClock,
        in_flight: InFlight,
        post: PostMessage,
        on_failure: FailureListener,
    ) -> None:
        self._feed = feed
        self._clock = clock
        self._in_flight = in_flight
        self._post = post
        self._on_failure = on_failure
        self._subscriptions: dict[Series, SeriesSubscription] = {}
        self._series_by_bot: dict[BotId, tuple[Series, tuple[str, Parameters]]] = {}
        self._arrived: deque[tuple[Series, Candle]] = deque()
        self._wake = asyncio.Event()
        self._deferred: list[tuple[Series, Candle]] = []
        self._has_deferred = asyncio.Event()
        self.newest_close: datetime | None = None
        """Close time of the newest candle that was delivered."""
        self.is_delivering = False
        """Whether a candle is being evaluated now."""

    @property
    def series(self) -> tuple[Series, ...]:
        return tuple(self._subscriptions)

    @property
    def bot_count(self) -> int:
        return len(self._series_by_bot)

    async def subscribe_bot(self, bot_id: BotId, series: Series, instance: StrategyInstance) -> Candles:
        """Subscribe a bot to a series; return the candles so far.

        A later call with another series or parameter set replaces the bot's subscription.
        """
        window = _required_window(instance)
        subscription = self._subscriptions.get(series)
        if subscription is None or subscription.buffer.window < window:
            subscription = await self._open_subscription(series, window)
        before, now = self._series_by_bot.get(bot_id), (series, instance.key)
        subscription.groups.setdefault(instance.key, SubscriberGroup(instance)).bots[bot_id] = None
        self._series_by_bot[bot_id] = now
        # Only now: a bot whose new subscription fails keeps the old one.
        if before is not None and before != now:
            self._remove_bot(bot_id, *before)
        return subscription.buffer.candles()

    def unsubscribe_bot(self, bot_id: BotId) -> None:
        """End a bot's subscription; the last one closes the series."""
        series_and_key = self._series_by_bot.pop(bot_id, None)
        if series_and_key is not None:
            self._remove_bot(bot_id, *series_and_key)

    def close(self) -> None:
        for bot_id in tuple(self._series_by_bot):
            self.unsubscribe_bot(bot_id)

    def _remove_bot(self, bot_id: BotId, series: Series, key: tuple[str, Parameters]) -> None:
        subscription = self._subscriptions[series]
        group = subscription.groups[key]
        del group.bots[bot_id]
        if not group.bots:
            del subscription.groups[key]
        if not subscription.groups:
            subscription.unsubscribe()
            del self._subscriptions[series]

    def candles(self, series: Series) -> Candles | None:
        """Return a series' candles, None if no bot is subscribed to it."""
        subscription = self._subscriptions.get(series)
        return subscription.buffer.candles() if subscription else None

    def newest_signal(self, bot_id: BotId) -> SignalRow | None:
        """Evaluate a bot's signals on the newest candle, None without a subscription or a signal strategy."""
        return self._ask_strategy(bot_id, newest_row, None)

    def outlook(self, bot_id: BotId, *, is_flat: bool = True) -> str:
        """Return what a bot's signal strategy waits for, an empty text if it does not say."""

        def ask(strategy: AnySignalStrategy, parameters: StrategyParameters, candles: Candles) -> str:
            return (strategy.outlook if is_flat else strategy.exit_outlook)(parameters, candles)

        return self._ask_strategy(bot_id, ask, "")

    def _ask_strategy(
        self, bot_id: BotId, ask: Callable[[AnySignalStrategy, StrategyParameters, Candles], T], otherwise: T
    ) -> T:
        series_and_key = self._series_by_bot.get(bot_id)
        if series_and_key is None:
            return otherwise
        subscription = self._subscriptions[series_and_key[0]]
        instance = subscription.groups[series_and_key[1]].instance
        if not isinstance(instance.strategy, SignalStrategy):
            return otherwise
        try:
            return ask(instance.strategy, instance.parameters, subscription.buffer.candles())
        except Exception:
            logger.exception("strategy could not be asked", extra={"bot_id": bot_id})
            return otherwise

    async def deliver_candles(self) -> None:
        """Deliver arrived candles to the bots for ever."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            series, candle = self._arrived.popleft()
            try:
                await self._deliver_candle(series, candle)
            finally:
                self.is_delivering = False
                self._in_flight.end_work()

    async def retry_gaps(self, clock: Clock) -> None:
        """Retry candles whose gap could not be repaired, for ever, with pauses of the wall clock."""
        while True:
            await self._has_deferred.wait()
            await clock.sleep(GAP_RETRY_PAUSE)
            self._has_deferred.clear()
            deferred, self._deferred = self._deferred, []
            for series, candle in deferred:
                self._on_candle(series, candle)

    async def _open_subscription(self, series: Series, window: int) -> SeriesSubscription:
        history = await self._feed.history(series, self._clock.now(), window)
        subscription = self._subscriptions.get(series)
        if subscription is not None:
            # Another bot may have opened the series, with another window, while history was awaited.
            if subscription.buffer.window < window:
                subscription.buffer.load_history(history, window)
            return subscription
        close = self._feed.subscribe_candles(series, self._on_candle)
        subscription = SeriesSubscription(series, CandleBuffer(history, window), close)
        self._subscriptions[series] = subscription
        return subscription

    def _on_candle(self, series: Series, candle: Candle) -> None:
        self._in_flight.begin_work()
        self._arrived.append((series, candle))
        self._wake.set()

    async def _deliver_candle(self, series: Series, candle: Candle) -> None:
        subscription = self._subscriptions.get(series)
        if subscription is None:
            return
        try:
            update = await subscription.add_candle(candle, self._feed)
        except QuarterdeckError as error:
            logger.warning("gap in candles not repaired yet", extra={"series": str(series), "error": str(error)})
            self._deferred.append((series, candle))
            self._has_deferred.set()
            return
        if update is None:
            return
        self.newest_close = update.close_time
        self.is_delivering = True
        time_slice = TimeSlice()
        for group in tuple(subscription.groups.values()):
            message = self._message(group, update)
            if message is None:
                continue
            for bot_id in tuple(group.bots):
                if not self._post(bot_id, message):
                    # The bot was released while it subscribed.
                    self.unsubscribe_bot(bot_id)
                await time_slice.yield_if_expired()

    def _message(self, group: SubscriberGroup, update: CandleUpdate) -> CandleClosed | None:
        candle, close_time, candles = update.candle, update.close_time, update.candles
        instance = group.instance
        strategy = instance.strategy
        if isinstance(strategy, PlanStrategy):
            return CandleClosed(candle, close_time, None, candles)
        try:
            row, missed_exit = newest_rows(strategy, instance.parameters, candles, update.missed_count)
        except Exception as error:
            # A strategy is other people's code: it may break its own bots, never the hub.
            message = CandleClosed(candle, close_time, NO_SIGNAL, None)
            for bot_id in tuple(group.bots):
                self._on_failure(bot_id, message, StrategyError(describe_error(error)))
            return None
        return CandleClosed(candle, close_time, row, None, missed_exit)


def _required_window(instance: StrategyInstance) -> int:
    try:
        return instance.window
    except Exception as error:
        # The warm-up is computed by the strategy's own code too.
        raise StrategyError(describe_error(error)) from error


def describe_error(error: BaseException) -> str:
    """Describe an error of a strategy with its type and line."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{where}: {error}"
