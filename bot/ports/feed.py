"""Port to candles and prices."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Protocol

from bot.domain.candle import Candle
from bot.domain.ids import Symbol
from bot.domain.market import Series
from bot.ports.venue import Unsubscribe
from bot.strategy.candles import Candles

CandleListener = Callable[[Series, Candle], None]
PriceListener = Callable[[Symbol, float, datetime], None]
"""Called with a price and the market time of which it is."""


class CandleFeed(Protocol):
    """Closed candles and prices of one venue."""

    def all_series(self) -> tuple[Series, ...]: ...

    async def history(self, series: Series, until: datetime, limit: int) -> Candles:
        """Return up to `limit` closed candles whose close time is <= `until`, oldest first."""

    async def unfinished_candle(self, series: Series, until: datetime) -> Candle | None:
        """Return what was known at a time of the candle that had opened and not closed; None before its first price."""

    def subscribe_candles(self, series: Series, listener: CandleListener) -> Unsubscribe:
        """Call `listener` once for every newly closed candle, in order, without gaps on a recorded venue."""

    def last_price(self, symbol: Symbol) -> float | None:
        """Return the newest known price, None before the first."""

    def subscribe_price(self, symbol: Symbol, listener: PriceListener) -> Unsubscribe:
        """Call `listener` for every price of a symbol; the last one to unsubscribe ends the symbol's stream."""

    async def wait_until_ended(self) -> None:
        """Return when no more candles will ever come; a live feed never returns."""


WaitUntilIdle = Callable[[], Awaitable[None]]
"""Waits until everything caused by the last market event has been handled, sent and stored."""
