"""Last prices of markets, with what happened over a day and how far a day usually goes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from bot.domain.ids import Symbol, VenueId
from bot.domain.market import Market, Mode, Series
from bot.domain.money import ONE, to_decimal
from bot.ports.feed import CandleFeed
from bot.ports.venue import Venue
from bot.strategy.candles import Candles, to_milliseconds

ONE_DAY = timedelta(days=1)
DEVIATION_DAYS = 30
MIN_DEVIATION_DAYS = 5
"""Days without which no deviation is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketPrice:
    """A market's last price at a market time.

    `day_before` is the close a day earlier, `high` and `low` are those of the day since; None without such candles.
    """

    market: Market
    venue: VenueId
    mode: Mode
    last: Decimal
    at: datetime
    day_before: Decimal | None
    high: Decimal | None
    low: Decimal | None

    @property
    def change(self) -> Decimal | None:
        """Return the change over a day as a ratio."""
        return self.last / self.day_before - ONE if self.day_before else None


class MarketPriceReader:
    """Reads prices of any venue; each is that of the venue's own clock."""

    def __init__(self, venues: Mapping[VenueId, Venue], feeds: Mapping[VenueId, CandleFeed]) -> None:
        self._venues = venues
        self._feeds = feeds

    @property
    def venue_ids(self) -> tuple[VenueId, ...]:
        return tuple(self._feeds)

    def symbols(self, venue: VenueId | None = None) -> tuple[Symbol, ...]:
        """Return the symbols that have candles, of one venue or of all."""
        feeds = [feed for venue_id, feed in self._feeds.items() if venue in (None, venue_id)]
        return tuple(dict.fromkeys(series.symbol for feed in feeds for series in feed.all_series()))

    def venues_of(self, symbol: Symbol) -> tuple[VenueId, ...]:
        return tuple(venue_id for venue_id in self._feeds if symbol in self.symbols(venue_id))

    def last_price(self, symbol: Symbol, venue: VenueId | None = None) -> Decimal | None:
        """Return the last price at a venue, else at the first that has the symbol; None before the first price."""
        venues = self.venues_of(symbol) if venue is None else (venue,)
        price = self._feeds[venues[0]].last_price(symbol) if venues else None
        return None if price is None else to_decimal(price)

    async def market(self, symbol: Symbol, venue: VenueId) -> Market:
        return next(market for market in await self._venues[venue].markets() if market.symbol == symbol)

    async def read_price(self, symbol: Symbol, venue: VenueId) -> MarketPrice | None:
        """Return the price of a market with its last day, None before the first price."""
        last, now = self.last_price(symbol, venue), self._venues[venue].clock.now()
        if last is None:
            return None
        series = min(self._series(symbol, venue), key=lambda one: one.timeframe.duration)
        candles = await self._feeds[venue].history(series, now, ONE_DAY // series.timeframe.duration + 1)
        first_of_day = to_milliseconds(now - ONE_DAY)
        day = candles.slice_rows(int(np.searchsorted(candles.time, first_of_day)), len(candles))
        return MarketPrice(
            market=await self.market(symbol, venue),
            venue=venue,
            mode=self._venues[venue].mode,
            last=last,
            at=now,
            day_before=_close_at(candles, series, now - ONE_DAY),
            high=max(to_decimal(day.high.max()), last) if len(day) else None,
            low=min(to_decimal(day.low.min()), last) if len(day) else None,
        )

    async def daily_deviation(self, symbol: Symbol, venue: VenueId) -> float | None:
        """Return the standard deviation of the daily changes of the last 30 days, None with too few candles.

        A day ends at the newest closed candle and its multiples of 24 h before.
        """
        series = max(self._series(symbol, venue), key=lambda one: one.timeframe.duration)
        now, a_day = self._venues[venue].clock.now(), ONE_DAY // series.timeframe.duration
        candles = await self._feeds[venue].history(series, now, DEVIATION_DAYS * a_day + 1)
        closes = candles.close[::-1][::a_day][::-1]
        if len(closes) <= MIN_DEVIATION_DAYS:
            return None
        return float(np.std(closes[1:] / closes[:-1] - 1.0, ddof=1))

    def _series(self, symbol: Symbol, venue: VenueId) -> list[Series]:
        return [series for series in self._feeds[venue].all_series() if series.symbol == symbol]


def _close_at(candles: Candles, series: Series, moment: datetime) -> Decimal | None:
    """Return the close of the candle that closed last at a time, None if that is not among the candles."""
    newest_open = to_milliseconds(moment - series.timeframe.duration)
    row = int(np.searchsorted(candles.time, newest_open, "right")) - 1
    return None if row < 0 else to_decimal(float(candles.close[row]))
