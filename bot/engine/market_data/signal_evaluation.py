"""Single rows of what a signal strategy says of its candles."""

from bot.domain.signal import NO_SIGNAL, SignalRow
from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles


def newest_row(
    strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters, candles: Candles
) -> SignalRow:
    """Return the signals of the newest candle with its features and the reason of its event."""
    return newest_rows(strategy, parameters, candles, missed_count=0)[0]


def newest_rows(
    strategy: SignalStrategy[StrategyParameters], parameters: StrategyParameters, candles: Candles, missed_count: int
) -> tuple[SignalRow, SignalRow | None]:
    """Return the newest candle's signals, and those of the first exit among the `missed` candles before it."""
    if not len(candles):
        return NO_SIGNAL, None
    table = strategy.signals(parameters, candles)
    last = len(candles) - 1
    exits = (index for index in range(max(last - missed_count, 0), last) if table.exit[index])
    first = next(exits, None)
    return _row(table, last), None if first is None else _row(table, first)


def _row(table: SignalTable, index: int) -> SignalRow:
    features = tuple((name, float(column[index])) for name, column in table.features.items())
    entry, is_exit = int(table.entry[index]), bool(table.exit[index])
    template = table.exit_reason if is_exit else table.entry_reason if entry else ""
    return SignalRow(entry, is_exit, template.format(**dict(features)), features)
