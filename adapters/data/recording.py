"""Recordings: candles of several series with their markets and the stretch that is replayed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from adapters.data.files import load_candles
from adapters.data.markets import RECORDED_MARKETS, market_for
from bot.domain.ids import Symbol, VenueId
from bot.domain.market import Market, Series, Timeframe
from bot.strategy.candles import Candles, from_milliseconds

RECORDED_VENUE = VenueId("recorded")
BUNDLED_FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Candles to replay, loaded on first use and kept; nothing before `starts_at` is replayed."""

    markets: tuple[Market, ...]
    series: tuple[Series, ...]
    starts_at: datetime
    ends_at: datetime
    load_series: Callable[[Series], Candles]
    _loaded: dict[Series, Candles] = field(default_factory=dict)

    def candles(self, series: Series) -> Candles:
        """Return all candles of a series, the same object every time."""
        known = self._loaded.get(series)
        if known is None:
            known = self._loaded[series] = self.load_series(series)
        return known


def bundled_recording() -> Recording:
    """Return the recording that ships with the product; its replay starts after a week of warm-up."""
    timeframes = (Timeframe.M5, Timeframe.H1)
    return Recording(
        markets=RECORDED_MARKETS,
        series=_sort_series(
            Series(venue=RECORDED_VENUE, symbol=market.symbol, timeframe=timeframe)
            for market in RECORDED_MARKETS
            for timeframe in timeframes
        ),
        starts_at=datetime(2024, 7, 8, tzinfo=UTC),
        ends_at=datetime(2024, 9, 6, tzinfo=UTC),
        load_series=lambda series: load_candles(bundled_path(series.symbol, series.timeframe)),
    )


def bundled_path(symbol: Symbol, timeframe: Timeframe) -> Path:
    """Return the path of a bundled candle file, whether it exists or not."""
    return BUNDLED_FOLDER / f"{symbol.replace('/', '_')}-{timeframe}.parquet"


def recording_from_candles(
    candles: Mapping[Series, Candles],
    *,
    markets: tuple[Market, ...] | None = None,
    starts_at: datetime | None = None,
) -> Recording:
    """Make a recording from candles in memory; it starts with the first candle and ends with the last close."""
    symbols = sorted({series.symbol for series in candles})
    first = min(from_milliseconds(int(rows.time[0])) for rows in candles.values())
    last = max(from_milliseconds(int(rows.time[-1])) + series.timeframe.duration for series, rows in candles.items())
    return Recording(
        markets=markets or tuple(market_for(symbol) for symbol in symbols),
        series=_sort_series(candles),
        starts_at=starts_at or first,
        ends_at=last,
        load_series=lambda series: candles[series],
    )


def _sort_series(series: Iterable[Series]) -> tuple[Series, ...]:
    return tuple(sorted(series, key=lambda one: (one.timeframe.duration, one.symbol)))
