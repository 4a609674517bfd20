"""Watched prices: sorted triggers per symbol, for barriers that do not rest at a venue.

A price costs O(log n) whatever the number of triggers; only touched ones are told. A symbol's price line is open
only while somebody watches it.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import BotId, Symbol
from bot.domain.money import to_decimal
from bot.ports.feed import CandleFeed
from bot.ports.venue import Unsubscribe


class Direction(StrEnum):
    """Whether a trigger waits for the price to fall to it or to rise to it."""

    FALLS = "falls"
    RISES = "rises"


@dataclass(frozen=True, slots=True, order=True)
class PriceTrigger:
    """A price that a bot wants to be told of, once."""

    price: Decimal
    bot_id: BotId
    tag: str
    direction: Direction = field(compare=False)


TriggerListener = Callable[[PriceTrigger, Decimal], None]


@dataclass(slots=True)
class _PriceSubscription:
    falling: list[PriceTrigger]
    rising: list[PriceTrigger]
    unsubscribe: Unsubscribe


class PriceWatch:
    """Holds triggers and tells the touched ones, stops before targets."""

    def __init__(self, feed: CandleFeed, on_triggered: TriggerListener) -> None:
        self._feed = feed
        self._on_triggered = on_triggered
        self._subscriptions: dict[Symbol, _PriceSubscription] = {}
        self._triggers_by_bot: dict[BotId, tuple[Symbol, tuple[PriceTrigger, ...]]] = {}

    def __len__(self) -> int:
        return sum(len(line.falling) + len(line.rising) for line in self._subscriptions.values())

    @property
    def line_count(self) -> int:
        """Return how many price lines are open."""
        return len(self._subscriptions)

    def set_triggers(self, bot_id: BotId, symbol: Symbol, triggers: tuple[PriceTrigger, ...]) -> None:
        """Make `triggers` the bot's only ones; none ends its watch."""
        if self._triggers_by_bot.get(bot_id, (symbol, ())) == (symbol, triggers):
            return
        self._drop(bot_id)
        if not triggers:
            return
        line = self._subscriptions.get(symbol)
        if line is None:
            line = _PriceSubscription([], [], self._feed.subscribe_price(symbol, self.on_price))
            self._subscriptions[symbol] = line
        for trigger in triggers:
            insort(line.falling if trigger.direction is Direction.FALLS else line.rising, trigger)
        self._triggers_by_bot[bot_id] = (symbol, triggers)

    def close(self) -> None:
        """Let every price go."""
        for bot_id in tuple(self._triggers_by_bot):
            self._drop(bot_id)

    def on_price(self, symbol: Symbol, price: float) -> None:
        """Take a new price and tell every trigger it touches."""
        line = self._subscriptions.get(symbol)
        if line is None:
            return
        exact = to_decimal(price)
        first = bisect_left(line.falling, exact, key=lambda trigger: trigger.price)
        last = bisect_right(line.rising, exact, key=lambda trigger: trigger.price)
        for trigger in (*line.falling[first:], *line.rising[:last]):
            if trigger.bot_id in self._triggers_by_bot:
                self._drop(trigger.bot_id)
                self._on_triggered(trigger, exact)

    def _drop(self, bot_id: BotId) -> None:
        symbol, triggers = self._triggers_by_bot.pop(bot_id, (Symbol(""), ()))
        line = self._subscriptions.get(symbol)
        if line is None:
            return
        for trigger in triggers:
            rows = line.falling if trigger.direction is Direction.FALLS else line.rising
            del rows[bisect_left(rows, trigger)]
        if not line.falling and not line.rising:
            line.unsubscribe()
            del self._subscriptions[symbol]
