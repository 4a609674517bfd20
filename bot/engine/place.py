"""Everything that belongs to one venue while the process runs: its hub, price watch, routers and work in flight."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.ids import AccountId, BotId, Symbol
from bot.domain.market import Market
from bot.engine.activity import Activity
from bot.engine.hub import Hub, Source
from bot.engine.messages import Message, RouterCommand
from bot.engine.price_watch import PriceWatch, Trigger
from bot.engine.router import Router
from bot.engine.tasks import TaskNest
from bot.ports.clock import Clock
from bot.ports.feed import CandleFeed
from bot.ports.venue import Venue

REQUESTS_AT_ONCE = 8


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
    """A venue with what the engine keeps for it; routers are made when an account is first used."""

    def __init__(self, venue: Venue, feed: CandleFeed, activity: Activity, markets: Mapping[Symbol, Market]) -> None:
        self.venue = venue
        self.feed = feed
        self.activity = activity
        self.markets = markets
        self._routers: dict[AccountId, Router] = {}
        self._start_router: Callable[[AccountId], Router] | None = None

    def connect(self, clock: Clock, nest: TaskNest, desk: Desk) -> None:
        """Tie the venue to the bots and start its tasks."""
        self.hub = Hub(Source(self.feed, self.venue.clock), self.activity, desk.post, desk.broke)
        self.price_watch = PriceWatch(self.feed, desk.touched)
        venue_id = self.venue.venue_id
        nest.start(self.hub.pump(), f"hub {venue_id}")
        nest.start(self.hub.mend(clock), f"gaps {venue_id}")

        def start_router(account_id: AccountId) -> Router:
            router = Router(self.venue, clock, self.activity, desk.post, desk.auth_failed)
            for number in range(REQUESTS_AT_ONCE):
                nest.start(router.work(), f"router {venue_id} {account_id} {number}")
            return router

        self._routers.clear()
        self._start_router = start_router

    def market(self, symbol: Symbol) -> Market:
        """Return a market's rules; raise InvalidInput naming some that exist."""
        market = self.markets.get(symbol)
        if market is None:
            known = ", ".join(sorted(self.markets)[:5])
            example = next(iter(sorted(self.markets)), "BTC/USDT")
            raise InvalidInput(f"no market {symbol}. Expected one of {known}, for example {example}")
        return market

    def put(self, bot_id: BotId, account_id: AccountId, command: RouterCommand) -> None:
        """Hand a command to the account's router."""
        router = self._routers.get(account_id)
        if router is None:
            if self._start_router is None:
                raise RuntimeError("the venue is not connected")
            router = self._routers[account_id] = self._start_router(account_id)
        router.put(bot_id, command)

    @property
    def backlog(self) -> int:
        """Return how many commands wait in all routers."""
        return sum(router.backlog for router in self._routers.values())
