"""Everything that belongs to one venue while the process runs: its hub, price watch, routers and work in flight."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.ids import AccountId, BotId, Symbol
from bot.domain.market import Market
from bot.engine.concurrency.in_flight import Activity
from bot.engine.concurrency.task_scope import TaskNest
from bot.engine.execution.order_router import Router, RouterParts
from bot.engine.market_data.candle_hub import Hub, Source
from bot.engine.market_data.price_watch import PriceWatch, Trigger
from bot.engine.trading.messages import Message, RouterCommand
from bot.ports.clock import Clock
from bot.ports.feed import CandleFeed
from bot.ports.venue import Venue


class Desk(Protocol):
    """Where a venue's happenings go: the supervisor."""

    def post(self, bot_id: BotId, message: Message) -> bool:
        """Put a message into a bot's mailbox."""
        ...

    def broke(self, bot_id: BotId, message: Message, error: Exception) -> None:
        """Take note of a bot that could not handle a message."""
        ...

    def touched(self, trigger: Trigger, price: Decimal) -> None:
        """Take note of a touched price."""
        ...

    def auth_failed(self, account_id: AccountId, error: str) -> None:
        """Take note of an account whose credentials are refused."""
        ...


class Place:
    """A venue with what the engine keeps for it; an account has a router while it has something to do."""

    def __init__(self, venue: Venue, feed: CandleFeed, activity: Activity, markets: Mapping[Symbol, Market]) -> None:
        self.venue = venue
        self.feed = feed
        self.activity = activity
        self.markets = markets
        self._routers: dict[AccountId, Router] = {}
        self._open_router: Callable[[AccountId], Router] | None = None

    def connect(self, clock: Clock, nest: TaskNest, desk: Desk) -> None:
        """Tie the venue to the bots and start its tasks."""
        self.hub = Hub(Source(self.feed, self.venue.clock), self.activity, desk.post, desk.broke)
        self.price_watch = PriceWatch(self.feed, desk.touched)
        nest.start(self.hub.pump(), f"hub {self.venue.venue_id}")
        nest.start(self.hub.mend(clock), f"gaps {self.venue.venue_id}")

        def open_router(account_id: AccountId) -> Router:
            parts = RouterParts(
                venue=self.venue,
                clock=clock,
                activity=self.activity,
                nest=nest,
                post=desk.post,
                alarm=desk.auth_failed,
                on_idle=partial(self._routers.pop, account_id),
            )
            return Router(parts, account_id)

        self._routers.clear()
        self._open_router = open_router

    def market(self, symbol: Symbol) -> Market:
        """Return a market's rules; raise InvalidInput naming some that exist."""
        market = self.markets.get(symbol)
        if market is None:
            known = ", ".join(sorted(self.markets)[:5])
            example = next(iter(sorted(self.markets)), "BTC/USDT")
            raise InvalidInput(f"no market {symbol}. Expected one of {known}, for example {example}")
        return market

    def disconnect(self) -> None:
        """Hear no candles and prices and take no commands any more; the next start finds what is left to do."""
        self.hub.close()
        self.price_watch.close()
        self._open_router = None

    def put(self, bot_id: BotId, account_id: AccountId, command: RouterCommand) -> None:
        """Hand a command to the account's router."""
        if self._open_router is None:
            return
        router = self._routers.get(account_id)
        if router is None:
            router = self._routers[account_id] = self._open_router(account_id)
        router.put(bot_id, command)

    @property
    def routers(self) -> int:
        """Return how many accounts have a router now."""
        return len(self._routers)

    @property
    def backlog(self) -> int:
        """Return how many commands wait in all routers."""
        return sum(router.backlog for router in self._routers.values())
