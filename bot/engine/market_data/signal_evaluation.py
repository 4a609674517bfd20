"""Evaluation of a signal strategy on its newest candles."""

from bot.domain.signal import NO_SIGNAL, SignalRow
from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles


def newest_row(
    strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters, candles: Candles
) -> SignalRow:
    """Return the signal row of the newest candle."""
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
