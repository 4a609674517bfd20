"""Everything that belongs to one venue while the process runs: its hub, price watch, routers and work in flight."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.ids import AccountId, BotId, Symbol
from bot.domain.market import Market
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.execution.order_router import OrderRouter, OrderRouterDependencies
from bot.engine.market_data.candle_hub import CandleHub, CandleSource
from bot.engine.market_data.price_watch import PriceTrigger, PriceWatch
from bot.engine.trading.messages import Message, RouterCommand
from bot.ports.clock import Clock
from bot.ports.feed import CandleFeed
from bot.ports.venue import Venue


class VenueEventSink(Protocol):
    """Where a venue's happenings go: the supervisor."""

    def post_message(self, bot_id: BotId, message: Message) -> bool:
        """Put a message into a bot's mailbox."""
        ...

    def on_message_failed(self, bot_id: BotId, message: Message, error: Exception) -> None:
        """Take note of a bot that could not handle a message."""
        ...

    def on_barrier_triggered(self, trigger: PriceTrigger, price: Decimal) -> None:
        """Take note of a touched price."""
        ...

    def on_auth_failed(self, account_id: AccountId, error: str) -> None:
        """Take note of an account whose credentials are refused."""
        ...


class VenueContext:
    """A venue with what the engine keeps for it; an account has a router while it has something to do."""

    def __init__(self, venue: Venue, feed: CandleFeed, in_flight: InFlight, markets: Mapping[Symbol, Market]) -> None:
        self.venue = venue
        self.feed = feed
        self.in_flight = in_flight
        self.markets = markets
        self._routers: dict[AccountId, OrderRouter] = {}
        self._open_router: Callable[[AccountId], OrderRouter] | None = None

    def connect_engine(self, clock: Clock, task_scope: TaskScope, sink: VenueEventSink) -> None:
        """Tie the venue to the bots and start its tasks."""
        self.hub = CandleHub(
            CandleSource(self.feed, self.venue.clock), self.in_flight, sink.post_message, sink.on_message_failed
        )
        self.price_watch = PriceWatch(self.feed, sink.on_barrier_triggered)
        task_scope.start_task(self.hub.deliver_candles(), f"hub {self.venue.venue_id}")
        task_scope.start_task(self.hub.retry_gaps(clock), f"gaps {self.venue.venue_id}")

        def open_router(account_id: AccountId) -> OrderRouter:
            parts = OrderRouterDependencies(
                venue=self.venue,
                clock=clock,
                in_flight=self.in_flight,
                task_scope=task_scope,
                post_message=sink.post_message,
                on_auth_failed=sink.on_auth_failed,
                on_idle=partial(self._routers.pop, account_id),
            )
            return OrderRouter(parts, account_id)

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

    def disconnect_engine(self) -> None:
        """Hear no candles and prices and take no commands any more; the next start finds what is left to do."""
        self.hub.close()
        self.price_watch.close()
        self._open_router = None

    def enqueue_command(self, bot_id: BotId, account_id: AccountId, command: RouterCommand) -> None:
        """Hand a command to the account's router."""
        if self._open_router is None:
            return
        router = self._routers.get(account_id)
        if router is None:
            router = self._routers[account_id] = self._open_router(account_id)
        router.enqueue_command(bot_id, command)

    @property
    def router_count(self) -> int:
        """Return how many accounts have a router now."""
        return len(self._routers)

    @property
    def backlog(self) -> int:
        """Return how many commands wait in all routers."""
        return sum(router.backlog for router in self._routers.values())
