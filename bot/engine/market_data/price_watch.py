"""Price watch: sorted price triggers per symbol, for barriers that do not rest at a venue.

A price costs O(log n) for n triggers. A symbol's price subscription is open only while it has triggers.
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import BotId, Symbol
from bot.domain.money import to_decimal
from bot.domain.order import OrderType
from bot.engine.trading.guards import triggered_levels
from bot.engine.trading.session import Session
from bot.ports.feed import CandleFeed
from bot.ports.venue import Unsubscribe


class Direction(StrEnum):
    """Direction from which the price must reach a trigger."""

    FALLS = "falls"
    RISES = "rises"


@dataclass(frozen=True, slots=True, order=True)
class PriceTrigger:
    """A price at which a bot's barrier is triggered, once."""

    price: Decimal
    bot_id: BotId
    tag: str
    direction: Direction = field(compare=False)


TriggerListener = Callable[[PriceTrigger, Decimal, datetime], None]
"""Called with the trigger, the price that touched it, and the market time of that price."""


@dataclass(slots=True)
class _PriceSubscription:
    falling: list[PriceTrigger]
    rising: list[PriceTrigger]
    unsubscribe: Unsubscribe


class PriceWatch:
    """Holds the bots' price triggers and reports those that a price touches, stops before targets."""

    def __init__(self, feed: CandleFeed, on_triggered: TriggerListener) -> None:
        self._feed = feed
        self._on_triggered = on_triggered
        self._subscriptions: dict[Symbol, _PriceSubscription] = {}
        self._triggers_by_bot: dict[BotId, tuple[Symbol, tuple[PriceTrigger, ...]]] = {}

    def __len__(self) -> int:
        return sum(len(one.falling) + len(one.rising) for one in self._subscriptions.values())

    @property
    def line_count(self) -> int:
        return len(self._subscriptions)

    def set_triggers(self, bot_id: BotId, symbol: Symbol, triggers: tuple[PriceTrigger, ...]) -> None:
        """Replace a bot's triggers; an empty tuple ends its watch."""
        if self._triggers_by_bot.get(bot_id, (symbol, ())) == (symbol, triggers):
            return
        self._drop(bot_id)
        if not triggers:
            return
        subscription = self._subscriptions.get(symbol)
        if subscription is None:
            subscription = _PriceSubscription([], [], self._feed.subscribe_price(symbol, self.on_price))
            self._subscriptions[symbol] = subscription
        for trigger in triggers:
            insort(subscription.falling if trigger.direction is Direction.FALLS else subscription.rising, trigger)
        self._triggers_by_bot[bot_id] = (symbol, triggers)

    def watched_tags(self, bot_id: BotId) -> frozenset[str]:
        """Return the tags of a bot's barriers whose price is watched now."""
        _, triggers = self._triggers_by_bot.get(bot_id, (None, ()))
        return frozenset(trigger.tag for trigger in triggers)

    def close(self) -> None:
        for bot_id in tuple(self._triggers_by_bot):
            self._drop(bot_id)

    def on_price(self, symbol: Symbol, price: float, at: datetime) -> None:
        """Handle a new price: report every trigger it touches."""
        subscription = self._subscriptions.get(symbol)
        if subscription is None:
            return
        exact = to_decimal(price)
        first = bisect_left(subscription.falling, exact, key=lambda trigger: trigger.price)
        last = bisect_right(subscription.rising, exact, key=lambda trigger: trigger.price)
        for trigger in (*subscription.falling[first:], *subscription.rising[:last]):
            # A bot's first trigger drops its others, so that one price never exits a position twice.
            if trigger.bot_id in self._triggers_by_bot:
                self._drop(trigger.bot_id)
                self._on_triggered(trigger, exact, at)

    def _drop(self, bot_id: BotId) -> None:
        symbol, triggers = self._triggers_by_bot.pop(bot_id, (Symbol(""), ()))
        subscription = self._subscriptions.get(symbol)
        if subscription is None:
            return
        for trigger in triggers:
            rows = subscription.falling if trigger.direction is Direction.FALLS else subscription.rising
            del rows[bisect_left(rows, trigger)]
        if not subscription.falling and not subscription.rising:
            subscription.unsubscribe()
            del self._subscriptions[symbol]


def barrier_triggers(session: Session, *, can_rest: bool = False) -> tuple[Symbol, tuple[PriceTrigger, ...]]:
    """Return the triggers of what does not rest: a long's stop waits for the price to fall, its target to rise."""
    bot, is_long = session.bot, session.ledger.position.sign > 0
    triggers = []
    for level in triggered_levels(session, can_rest=can_rest):
        falls = (level.barrier.order_type is OrderType.STOP) == is_long
        direction = Direction.FALLS if falls else Direction.RISES
        triggers.append(PriceTrigger(level.price, bot.bot_id, level.barrier.tag, direction))
    return bot.config.symbol, tuple(triggers)
