"""One feed per series, shared: keeps the candles, works out each parameter set once, and tells the bots.

A missing candle is repaired from history before anybody decides on the next one.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.candle import Candle
from bot.domain.errors import StrategyError
from bot.domain.ids import BotId
from bot.domain.instance import Parameters
from bot.domain.market import Series
from bot.domain.signal import NO_SIGNAL, SignalRow
from bot.engine.activity import Activity
from bot.engine.breath import Breath
from bot.engine.candle_buffer import CandleBuffer
from bot.engine.messages import CandleClosed, Message
from bot.engine.signal_rows import newest_row, newest_rows
from bot.ports.clock import MarketClock
from bot.ports.feed import CandleFeed
from bot.ports.venue import Unsubscribe
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles, to_milliseconds

logger = logging.getLogger(__name__)

EXTRA_CANDLES = 20
"""Candles kept beyond the warm-up, so that confirmations and crosses have rows before them."""

AnyStrategy = SignalStrategy[StrategyParameters] | PlanStrategy[StrategyParameters]
Post = Callable[[BotId, Message], bool]
Broke = Callable[[BotId, Message, Exception], None]


@dataclass(frozen=True, slots=True)
class Interest:
    """What a bot wants to know of a series: its strategy with one parameter set."""

    strategy: AnyStrategy
    key: tuple[str, Parameters]
    parameters: StrategyParameters

    @property
    def window(self) -> int:
        """Return how many candles the strategy must see."""
        return self.strategy.warm_up(self.parameters) + EXTRA_CANDLES


@dataclass(frozen=True, slots=True)
class Source:
    """Where a hub's candles come from, and the clock of that venue."""

    feed: CandleFeed
    clock: MarketClock


@dataclass(slots=True)
class _Group:
    interest: Interest
    bots: dict[BotId, None] = field(default_factory=dict)


@dataclass(slots=True)
class _Line:
    buffer: CandleBuffer
    close: Unsubscribe
    groups: dict[tuple[str, Parameters], _Group] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A candle with those kept up to it; `missed` of them came in with it."""

    candle: Candle
    close_time: datetime
    candles: Candles
    missed: int


class Hub:
    """All series of one venue that some bot follows."""

    def __init__(self, source: Source, activity: Activity, post: Post, on_broken: Broke) -> None:
        self._feed = source.feed
        self._clock = source.clock
        self._activity = activity
        self._post = post
        self._on_broken = on_broken
        self._lines: dict[Series, _Line] = {}
        self._of_bot: dict[BotId, tuple[Series, tuple[str, Parameters]]] = {}
        self._arrived: deque[tuple[Series, Candle]] = deque()
        self._wake = asyncio.Event()
        self._newest_close: datetime | None = None

    @property
    def series(self) -> tuple[Series, ...]:
        """Return the series that are followed now."""
        return tuple(self._lines)

    @property
    def bots(self) -> int:
        """Return how many bots follow a series here."""
        return len(self._of_bot)

    @property
    def newest_close(self) -> datetime | None:
        """Return when the newest candle handed to bots closed."""
        return self._newest_close

    async def follow(self, bot_id: BotId, series: Series, interest: Interest) -> Candles:
        """Have a bot told of every closed candle from now on; return the candles before them.

        Following again with another series or parameter set replaces the first.
        """
        window = _window_of(interest)
        line = self._lines.get(series)
        if line is None or line.buffer.window < window:
            line = await self._open(series, window)
        before, now = self._of_bot.get(bot_id), (series, interest.key)
        line.groups.setdefault(interest.key, _Group(interest)).bots[bot_id] = None
        self._of_bot[bot_id] = now
        # Only now: a bot that cannot follow the new series goes on with the old one.
        if before is not None and before != now:
            self._let_go(bot_id, *before)
        return line.buffer.candles()

    def leave(self, bot_id: BotId) -> None:
        """Stop telling a bot; a series nobody follows is let go."""
        series_and_key = self._of_bot.pop(bot_id, None)
        if series_and_key is not None:
            self._let_go(bot_id, *series_and_key)

    def _let_go(self, bot_id: BotId, series: Series, key: tuple[str, Parameters]) -> None:
        line = self._lines[series]
        group = line.groups[key]
        del group.bots[bot_id]
        if not group.bots:
            del line.groups[key]
        if not line.groups:
            line.close()
            del self._lines[series]

    def candles(self, series: Series) -> Candles | None:
        """Return the candles of a followed series."""
        line = self._lines.get(series)
        return line.buffer.candles() if line else None

    def evaluate(self, bot_id: BotId) -> SignalRow | None:
        """Work out the newest row for one bot, for people who ask why."""
        asked = self._asked(bot_id)
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
        asked = self._asked(bot_id)
        if asked is None:
            return ""
        strategy, parameters, candles = asked
        try:
            return (strategy.outlook if is_flat else strategy.exit_outlook)(parameters, candles)
        except Exception:
            logger.exception("strategy could not be asked", extra={"bot_id": bot_id})
            return ""

    def _asked(self, bot_id: BotId) -> tuple[SignalStrategy[StrategyParameters], StrategyParameters, Candles] | None:
        series_and_key = self._of_bot.get(bot_id)
        if series_and_key is None:
            return None
        line = self._lines[series_and_key[0]]
        interest = line.groups[series_and_key[1]].interest
        if not isinstance(interest.strategy, SignalStrategy):
            return None
        return interest.strategy, interest.parameters, line.buffer.candles()

    async def pump(self) -> None:
        """Hand arrived candles to the bots for ever."""
        while True:
            while not self._arrived:
                self._wake.clear()
                await self._wake.wait()
            series, candle = self._arrived.popleft()
            try:
                await self._spread(series, candle)
            finally:
                self._activity.end()

    async def _open(self, series: Series, window: int) -> _Line:
        history = await self._feed.history(series, self._clock.now(), window)
        line = self._lines.get(series)
        if line is not None:
            line.buffer.load(history, max(window, line.buffer.window))
            return line
        close = self._feed.subscribe(series, self._on_candle)
        line = _Line(CandleBuffer(history, window), close)
        self._lines[series] = line
        return line

    def _on_candle(self, series: Series, candle: Candle) -> None:
        self._activity.begin()
        self._arrived.append((series, candle))
        self._wake.set()

    async def _spread(self, series: Series, candle: Candle) -> None:
        line = self._lines.get(series)
        if line is None:
            return
        missed = await self._append(series, line, candle)
        if missed is None:
            return
        self._newest_close = candle.open_time + series.timeframe.duration
        arrival = _Arrival(candle, self._newest_close, line.buffer.candles(), missed)
        breath = Breath()
        for group in tuple(line.groups.values()):
            message = self._message(group, arrival)
            if message is None:
                continue
            for bot_id in tuple(group.bots):
                if not self._post(bot_id, message):
                    # It was released while it began to follow.
                    self.leave(bot_id)
                await breath.take()

    async def _append(self, series: Series, line: _Line, candle: Candle) -> int | None:
        """Keep a candle; return how many before it were missed, None for an old one that was made up for already."""
        opened, last = to_milliseconds(candle.open_time), line.buffer.last_time
        step = series.timeframe.duration.total_seconds() * 1000
        if last is not None and opened <= last:
            return 0 if opened == last else None
        if last is None or opened == last + step:
            line.buffer.append(candle)
            return 0
        logger.warning("gap in candles repaired", extra={"series": str(series)})
        until = candle.open_time + series.timeframe.duration
        line.buffer.load(await self._feed.history(series, until, line.buffer.window), line.buffer.window)
        return int((opened - last) // step) - 1

    def _message(self, group: _Group, arrival: _Arrival) -> CandleClosed | None:
        candle, close_time, candles = arrival.candle, arrival.close_time, arrival.candles
        interest = group.interest
        strategy = interest.strategy
        if isinstance(strategy, PlanStrategy):
            return CandleClosed(candle, close_time, None, candles)
        try:
            row, missed_exit = newest_rows(strategy, interest.parameters, candles, arrival.missed)
        except Exception as error:
            # A strategy is other people's code: it may break its own bots, never the hub.
            message = CandleClosed(candle, close_time, NO_SIGNAL, None)
            for bot_id in tuple(group.bots):
                self._on_broken(bot_id, message, StrategyError(describe(error)))
            return None
        return CandleClosed(candle, close_time, row, None, missed_exit)


def _window_of(interest: Interest) -> int:
    try:
        return interest.window
    except Exception as error:
        # How far back a strategy looks is its own code too.
        raise StrategyError(describe(error)) from error


def describe(error: BaseException) -> str:
    """Say what broke and in which line of the strategy."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" in line {trace.tb_lineno}" if trace is not None else ""
    return f"{type(error).__name__}{where}: {error}"
