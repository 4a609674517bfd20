"""One feed per series, shared: keeps the candles, works out each parameter set once, and tells the bots.

A missing candle is repaired from history before anybody decides on the next one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

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
)
from bot.engine.market_data.signal_evaluation import newest_row, newest_rows
from bot.engine.trading.messages import CandleClosed, Message
from bot.ports.clock import Clock, MarketClock
from bot.ports.feed import CandleFeed
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles

logger = logging.getLogger(__name__)

GAP_RETRY_PAUSE = timedelta(seconds=5)
"""How long a candle waits whose gap could not be repaired."""

PostMessage = Callable[[BotId, Message], bool]
FailureListener = Callable[[BotId, Message, Exception], None]


@dataclass(frozen=True, slots=True)
class CandleSource:
    """Where a hub's candles come from, and the clock of that venue."""

    feed: CandleFeed
    clock: MarketClock


class CandleHub:
    """All series of one venue that some bot follows."""

    def __init__(
        self, source: CandleSource, in_flight: InFlight, post: PostMessage, on_failure: FailureListener
    ) -> None:
        self._feed = source.feed
        self._clock = source.clock
        self._in_flight = in_flight
        self._post = post
        self._on_failure = on_failure
        self._subscriptions: dict[Series, SeriesSubscription] = {}
        self._series_by_bot: dict[BotId, tuple[Series, tuple[str, Parameters]]] = {}
        self._arrived: deque[tuple[Series, Candle]] = deque()
        self._wake = asyncio.Event()
        self._deferred: list[tuple[Series, Candle]] = []
        self._has_deferred = asyncio.Event()
        self._newest_close: datetime | None = None
        self._is_delivering = False

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the series that are followed now."""
        return tuple(self._subscriptions)

    @property
    def bot_count(self) -> int:
        """Return how many bots follow a series here."""
        return len(self._series_by_bot)

    @property
    def is_delivering(self) -> bool:
        """Tell whether candles are being evaluated now."""
        return self._is_delivering

    @property
    def newest_close(self) -> datetime | None:
        """Return when the newest candle handed to bots closed."""
        return self._newest_close

    async def subscribe_bot(self, bot_id: BotId, series: Series, instance: StrategyInstance) -> Candles:
        """Have a bot told of every closed candle from now on; return the candles before them.

        Following again with another series or parameter set replaces the first.
        """
        window = _required_window(instance)
        line = self._subscriptions.get(series)
        if line is None or line.buffer.window < window:
            line = await self._open_subscription(series, window)
        before, now = self._series_by_bot.get(bot_id), (series, instance.key)
        line.groups.setdefault(instance.key, SubscriberGroup(instance)).bots[bot_id] = None
        self._series_by_bot[bot_id] = now
        # Only now: a bot that cannot follow the new series goes on with the old one.
        if before is not None and before != now:
            self._remove_bot(bot_id, *before)
        return line.buffer.candles()

    def unsubscribe_bot(self, bot_id: BotId) -> None:
        """Stop telling a bot; a series nobody follows is let go."""
        series_and_key = self._series_by_bot.pop(bot_id, None)
        if series_and_key is not None:
            self._remove_bot(bot_id, *series_and_key)

    def close(self) -> None:
        """Let every series go."""
        for bot_id in tuple(self._series_by_bot):
            self.unsubscribe_bot(bot_id)

    def _remove_bot(self, bot_id: BotId, series: Series, key: tuple[str, Parameters]) -> None:
        line = self._subscriptions[series]
        group = line.groups[key]
        del group.bots[bot_id]
        if not group.bots:
            del line.groups[key]
        if not line.groups:
            line.unsubscribe()
            del self._subscriptions[series]

    def candles(self, series: Series) -> Candles | None:
        """Return the candles of a followed series."""
        line = self._subscriptions.get(series)
        return line.buffer.candles() if line else None

    def newest_signal(self, bot_id: BotId) -> SignalRow | None:
        """Work out the newest row for one bot, for people who ask why."""
        asked = self._signal_inputs(bot_id)
        if asked is None:
            return None
        strategy, parameters, candles = asked
        try:
            return newest_row(strategy, parameters, candles)
        except Exception:
            logger.exception("strategy could not be asked", extra={"bot_id": bot_id})
            return None

    def outlook(self, bot_id: BotId, *, is_flat: bool = True) -> str:
        """Return what one bot's signal strategy waits for, an empty string if it has nothing to say."""
        asked = self._signal_inputs(bot_id)
        if asked is None:
            return ""
        strategy, parameters, candles = asked
        try:
            return (strategy.outlook if is_flat else strategy.exit_outlook)(parameters, candles)
        except Exception:
            logger.exception("strategy could not be asked", extra={"bot_id": bot_id})
            return ""

    def _signal_inputs(
        self, bot_id: BotId
    ) -> tuple[SignalStrategy[StrategyParameters], StrategyParameters, Candles] | None:
        series_and_key = self._series_by_bot.get(bot_id)
        if series_and_key is None:
            return None
        line = self._subscriptions[series_and_key[0]]
        instance = line.groups[series_and_key[1]].instance
        if not isinstance(instance.strategy, SignalStrategy):
            return None
        return instance.strategy, instance.parameters, line.buffer.candles()

    async def deliver_candles(self) -> None:
        """Hand arrived candles to the bots for ever."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            series, candle = self._arrived.popleft()
            try:
                await self._deliver_candle(series, candle)
            finally:
                self._is_delivering = False
                self._in_flight.end_work()

    async def retry_gaps(self, clock: Clock) -> None:
        """Bring candles whose gap could not be repaired again after a pause, for ever; the market does not wait."""
        while True:
            await self._has_deferred.wait()
            await clock.sleep(GAP_RETRY_PAUSE)
            self._has_deferred.clear()
            torn, self._deferred = self._deferred, []
            for series, candle in torn:
                self._on_candle(series, candle)

    async def _open_subscription(self, series: Series, window: int) -> SeriesSubscription:
        history = await self._feed.history(series, self._clock.now(), window)
        line = self._subscriptions.get(series)
        if line is not None:
            # Somebody else may have asked for more meanwhile.
            if line.buffer.window < window:
                line.buffer.load_history(history, window)
            return line
        close = self._feed.subscribe_candles(series, self._on_candle)
        line = SeriesSubscription(series, CandleBuffer(history, window), close)
        self._subscriptions[series] = line
        return line

    def _on_candle(self, series: Series, candle: Candle) -> None:
        self._in_flight.begin_work()
        self._arrived.append((series, candle))
        self._wake.set()

    async def _deliver_candle(self, series: Series, candle: Candle) -> None:
        line = self._subscriptions.get(series)
        if line is None:
            return
        try:
            arrival = await line.add_candle(candle, self._feed)
        except QuarterdeckError as error:
            logger.warning("gap in candles not repaired yet", extra={"series": str(series), "error": str(error)})
            self._deferred.append((series, candle))
            self._has_deferred.set()
            return
        if arrival is None:
            return
        self._newest_close = arrival.close_time
        self._is_delivering = True
        time_slice = TimeSlice()
        for group in tuple(line.groups.values()):
            message = self._message(group, arrival)
            if message is None:
                continue
            for bot_id in tuple(group.bots):
                if not self._post(bot_id, message):
                    # It was released while it began to follow.
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
        # How far back a strategy looks is its own code too.
        raise StrategyError(describe_error(error)) from error


def describe_error(error: BaseException) -> str:
    """Say what broke and in which line of the strategy."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{where}: {error}"
