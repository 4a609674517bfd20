"""The candles of one series with who follows it; what was missed is repaired from history before anybody decides."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from bot.domain.candle import Candle
from bot.domain.ids import BotId
from bot.domain.instance import Parameters
from bot.domain.market import Series
from bot.engine.market_data.candle_buffer import CandleBuffer
from bot.ports.feed import CandleFeed
from bot.ports.venue import Unsubscribe
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles, to_milliseconds

logger = logging.getLogger(__name__)

EXTRA_CANDLES = 20
"""Candles kept beyond the warm-up, so that confirmations and crosses have rows before them."""

RunnableStrategy = SignalStrategy[StrategyParameters] | PlanStrategy[StrategyParameters]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class StrategyInstance:
    """What a bot wants to know of a series: its strategy with one parameter set."""

    strategy: RunnableStrategy
    key: tuple[str, Parameters]
    parameters: StrategyParameters

    @property
    def window(self) -> int:
        """Return how many candles the strategy must see."""
        return self.strategy.warm_up(self.parameters) + EXTRA_CANDLES


@dataclass(slots=True)
class SubscriberGroup:
    """The bots with one interest: what they want to know is worked out once."""

    instance: StrategyInstance
    bots: dict[BotId, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandleUpdate:
    """A candle with those kept up to it; `missed` of them came in with it."""

    candle: Candle
    close_time: datetime
    candles: Candles
    missed_count: int


@dataclass(slots=True)
class SeriesSubscription:
    """One series that is followed."""

    series: Series
    buffer: CandleBuffer
    unsubscribe: Unsubscribe
    groups: dict[tuple[str, Parameters], SubscriberGroup] = field(default_factory=dict)

    async def add_candle(self, candle: Candle, feed: CandleFeed) -> CandleUpdate | None:
        """Keep a candle; return None for an old one that was made up for already.

        Raise Unavailable, and keep nothing, if one before it was missed and history cannot be asked.
        """
        last, opened = self.buffer.last_time, to_milliseconds(candle.open_time)
        missed, duration = 0, self.series.timeframe.duration
        if last is not None and opened < last:
            return None
        if last is not None and opened > last + duration.total_seconds() * 1000:
            missed = await self._repair_gap(candle, feed, last)
        if self.buffer.last_time is None or self.buffer.last_time < opened:
            # After a repair too: venues publish a closed candle in their history some time after telling of it.
            self.buffer.append_candle(candle)
        return CandleUpdate(candle, candle.open_time + duration, self.buffer.candles(), missed)

    async def _repair_gap(self, candle: Candle, feed: CandleFeed, last: int) -> int:
        logger.warning("gap in candles repaired", extra={"series": str(self.series)})
        until = candle.open_time + self.series.timeframe.duration
        window, history = 0, None
        while history is None or window < self.buffer.window:
            # Again, if somebody who needs more has come meanwhile.
            window = self.buffer.window
            history = await feed.history(self.series, until, window)
        self.buffer.load_history(history, window)
        times = self.buffer.candles().time
        return int(np.count_nonzero((times > last) & (times < to_milliseconds(candle.open_time))))
