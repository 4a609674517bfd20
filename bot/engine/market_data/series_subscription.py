"""Subscription to one series: its candles and the bots that follow it; gaps are repaired from history."""

import logging
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np

from bot.domain.candle import Candle
from bot.domain.ids import BotId
from bot.domain.instance import Parameters
from bot.domain.market import Series
from bot.domain.signal import NO_SIGNAL, SignalRow
from bot.engine.market_data.candle_buffer import CandleBuffer
from bot.ports.feed import CandleFeed
from bot.ports.venue import Unsubscribe
from bot.strategy.base import PlanStrategy, SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles, to_milliseconds

logger = logging.getLogger(__name__)

EXTRA_CANDLES = 20
"""Candles kept beyond the warm-up, so that confirmations and crosses have rows before them."""

RunnableStrategy = SignalStrategy[StrategyParameters] | PlanStrategy[StrategyParameters]


@dataclass(frozen=True, slots=True, weakref_slot=True)
class StrategyInstance:
    """A strategy with one parameter set; bots with the same `key` share its evaluation."""

    strategy: RunnableStrategy
    key: tuple[str, Parameters]
    parameters: StrategyParameters

    @property
    def window(self) -> int:
        """Return the number of candles that the strategy must see."""
        return self.strategy.warm_up(self.parameters) + EXTRA_CANDLES


@dataclass(slots=True)
class SubscriberGroup:
    """The bots that share a strategy instance."""

    instance: StrategyInstance
    bots: dict[BotId, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CandleUpdate:
    """A new candle with the candles up to it; `missed_count` of those were missed and came with it."""

    candle: Candle
    close_time: datetime
    candles: Candles
    missed_count: int


@dataclass(slots=True)
class SeriesSubscription:
    """A subscribed series with its buffer and the groups of bots."""

    series: Series
    buffer: CandleBuffer
    unsubscribe: Unsubscribe
    groups: dict[tuple[str, Parameters], SubscriberGroup] = field(default_factory=dict)

    async def add_candle(self, candle: Candle, feed: CandleFeed) -> CandleUpdate | None:
        """Add a candle; return None for one that a repaired gap already brought.

        Raise Unavailable, and add nothing, if a candle before it is missing and history cannot be read.
        """
        last, opened = self.buffer.last_time, to_milliseconds(candle.open_time)
        missed, duration = 0, self.series.timeframe.duration
        if last is not None and opened < last:
            return None
        if last is not None and opened > last + duration.total_seconds() * 1000:
            missed = await self._repair_gap(candle, feed, last)
        if self.buffer.last_time is None or self.buffer.last_time < opened:
            # After a repair too: a venue's history holds a closed candle some time after its stream has sent it.
            self.buffer.append_candle(candle)
        return CandleUpdate(candle, candle.open_time + duration, self.buffer.candles(), missed)

    async def _repair_gap(self, candle: Candle, feed: CandleFeed, last: int) -> int:
        logger.warning("gap in candles repaired", extra={"series": str(self.series)})
        until = candle.open_time + self.series.timeframe.duration
        window, history = 0, None
        while history is None or window < self.buffer.window:
            # Again if a bot that needs a longer window has subscribed meanwhile.
            window = self.buffer.window
            history = await feed.history(self.series, until, window)
        self.buffer.load_history(history, window)
        times = self.buffer.candles().time
        return int(np.count_nonzero((times > last) & (times < to_milliseconds(candle.open_time))))


def newest_row(
    strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters, candles: Candles
) -> SignalRow:
    return newest_rows(strategy, parameters, candles, missed_count=0)[0]


def newest_rows(
    strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters, candles: Candles, missed_count: int
) -> tuple[SignalRow, SignalRow | None]:
    """Return the newest candle's signal row, and that of the first exit among the `missed_count` candles before it."""
    if not len(candles):
        return NO_SIGNAL, None
    signals = strategy.signals(parameters, candles)
    last = len(candles) - 1
    exits = (index for index in range(max(last - missed_count, 0), last) if signals.exit[index])
    first = next(exits, None)
    return _row(signals, last), None if first is None else _row(signals, first)


def _row(signals: SignalTable, index: int) -> SignalRow:
    features = tuple((name, float(column[index])) for name, column in signals.features.items())
    entry, is_exit = int(signals.entry[index]), bool(signals.exit[index])
    template = signals.exit_reason if is_exit else signals.entry_reason if entry else ""
    return SignalRow(entry, is_exit, template.format(**dict(features)), features)
