"""Bots whose stop filled inside a candle: what rests of them meets the rest of that candle only after they answered.

A stop changes what a strategy wants. So its buys below the stop wait until it has had the chance to cancel them, and
orders placed after the stop are none of that candle's.
"""

import json
from dataclasses import dataclass, field

from bot.domain.errors import Corruption
from bot.domain.ids import AccountId, BotId
from bot.engine.simulation.state_rows import VenueOrder

BotKey = tuple[AccountId, BotId]


@dataclass(slots=True)
class WaitingBots:
    """The bots that wait in the candles opened at `candle_ms`, with their account's newest order at that time."""

    candle_ms: int = 0
    newest_orders: dict[BotKey, int] = field(default_factory=dict)
    is_changed: bool = False

    def add_bot_of(self, order: VenueOrder, candle_ms: int, newest_order: int) -> None:
        """Let the bot of a stop that filled wait; bots of an earlier candle do not any more."""
        if candle_ms != self.candle_ms:
            self.candle_ms, self.newest_orders = candle_ms, {}
        self.newest_orders[bot_key(order)] = newest_order
        self.is_changed = True

    def has_any_in(self, candle_ms: int) -> bool:
        """Tell whether a bot waits in the candles opened then."""
        return candle_ms == self.candle_ms and bool(self.newest_orders)

    def has_bot_of(self, order: VenueOrder, candle_ms: int) -> bool:
        """Tell whether an order's bot waits."""
        return candle_ms == self.candle_ms and bot_key(order) in self.newest_orders

    def has_order(self, order: VenueOrder, candle_ms: int) -> bool:
        """Tell whether an order's bot waits, and the order rested already when its stop filled."""
        return candle_ms == self.candle_ms and order.number <= self.newest_orders.get(bot_key(order), 0)

    def clear(self) -> None:
        """Let no bot wait: the market begins again, and meets the same candles once more."""
        self.candle_ms, self.newest_orders, self.is_changed = 0, {}, True

    def to_text(self) -> str:
        return json.dumps([self.candle_ms, [[*bot, number] for bot, number in self.newest_orders.items()]])

    @classmethod
    def from_text(cls, text: str) -> "WaitingBots":
        """Parse the text of `to_text`; raise Corruption for anything else."""
        try:
            candle_ms, rows = json.loads(text)
            bots = {(AccountId(str(account)), BotId(str(bot))): int(number) for account, bot, number in rows}
            return cls(int(candle_ms), bots)
        except (ValueError, TypeError):
            raise Corruption(
                f"The book holds no sensible waiting bots: expected a time and bots, found {text!r}."
            ) from None


def bot_key(order: VenueOrder) -> BotKey:
    """Return what identifies an order's bot at the venue."""
    return order.account_id, order.bot_id
