"""Short stretches of the bundled recordings, with the warm-up before them."""

from adapters.data.recording import RECORDED_VENUE, Recording, bundled_recording, recording_from_candles
from bot.domain.ids import Symbol
from bot.domain.market import Series, Timeframe
from bot.strategy.candles import from_milliseconds

_BUNDLED = bundled_recording()


def a_stretch(symbol: str, timeframe: str, *, first: int, warm_up: int, length: int) -> Recording:
    """`length` candles from row `first` on are replayed, `warm_up` candles before them are history."""
    series = Series(venue=RECORDED_VENUE, symbol=Symbol(symbol), timeframe=Timeframe(timeframe))
    every = _BUNDLED.candles(series)
    candles = every.slice_rows(first - warm_up, min(first + length, len(every)))
    starts_at = from_milliseconds(int(every.time[first]))
    markets = tuple(market for market in _BUNDLED.markets if market.symbol == symbol)
    return recording_from_candles({series: candles}, markets=markets, starts_at=starts_at)


def whole(symbol: str, timeframe: str) -> Recording:
    """Everything of one bundled series, from where the bundled replay starts."""
    series = Series(venue=RECORDED_VENUE, symbol=Symbol(symbol), timeframe=Timeframe(timeframe))
    markets = tuple(market for market in _BUNDLED.markets if market.symbol == symbol)
    return recording_from_candles({series: _BUNDLED.candles(series)}, markets=markets, starts_at=_BUNDLED.starts_at)
