"""Engine's context of a venue: its candle hub, price watch, order routers and work in flight."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from bot.domain.errors import InvalidInput
from bot.domain.ids import AccountId, BotId, Symbol
from bot.domain.market import Market
from bot.domain.money import to_decimal
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.execution.order_router import OrderRouter, OrderRouterDependencies
from bot.engine.market_data.candle_hub import CandleHub
from bot.engine.market_data.price_watch import PriceTrigger, PriceWatch
from bot.engine.trading.messages import Message, RouterCommand
from bot.ports.clock import Clock
from bot.ports.feed import CandleFeed
from bot.ports.replay import Replay
from bot.ports.venue import Venue


class VenueEventSink(Protocol):
    """Receiver of what happens at a venue: the supervisor."""

    def post_message(self, bot_id: BotId, message: Message) -> bool:
        """Put a message into a bot's mailbox; return False if the bot is not loaded."""

    def on_message_failed(self, bot_id: BotId, message: Message, error: Exception) -> None:
        """Handle the failure of a bot to take a message."""

    def on_barrier_triggered(self, trigger: PriceTrigger, price: Decimal, at: datetime) -> None:
        """Handle a watched price that was touched."""

    def on_auth_failed(self, account_id: AccountId, error: str) -> None:
        """Handle refused credentials of an account."""


class VenueContext:
    """A venue with its feed, markets, hub, price watch and one order router per account that has commands.

    `replay` is the control of its clock, if the venue is a recorded one.
    """

    def __init__(
        self,
        venue: Venue,
        feed: CandleFeed,
        in_flight: InFlight,
        markets: Mapping[Symbol, Market],
        replay: Replay | None = None,
    ) -> None:
        self.venue = venue
        self.feed = feed
        self.in_flight = in_flight
        self.markets = markets
        self.replay = replay
        self._routers: dict[AccountId, OrderRouter] = {}
        self._router_dependencies: OrderRouterDependencies | None = None

    def connect_engine(self, clock: Clock, task_scope: TaskScope, sink: VenueEventSink) -> None:
        """Connect the venue to the supervisor and start the hub's tasks."""
        self.hub = CandleHub(self.feed, self.venue.clock, self.in_flight, sink.post_message, sink.on_message_failed)
        self.price_watch = PriceWatch(self.feed, sink.on_barrier_triggered)
        task_scope.start_task(self.hub.deliver_candles(), f"hub {self.venue.venue_id}")
        task_scope.start_task(self.hub.retry_gaps(clock), f"gaps {self.venue.venue_id}")
        self._routers.clear()
        self._router_dependencies = OrderRouterDependencies(
            venue=self.venue,
            clock=clock,
            in_flight=self.in_flight,
            task_scope=task_scope,
            post_message=sink.post_message,
            on_auth_failed=sink.on_auth_failed,
            on_idle=self._routers.pop,
        )

    def market(self, symbol: Symbol) -> Market:
        """Return a market's rules; raise InvalidInput naming markets that exist."""
        market = self.markets.get(symbol)
        if market is None:
            known = tuple(sorted(self.markets)[:5])
            raise InvalidInput("market-unknown-here", typed=symbol, known=known, near=(*known, "BTC/USDT")[0])
        return market

    def last_price(self, symbol: Symbol) -> Decimal | None:
        """Return a market's last price, None before the first."""
        price = self.feed.last_price(symbol)
        return None if price is None else to_decimal(price)

    def disconnect_engine(self) -> None:
        """Stop listening to candles and prices and ignore commands; the next start finds unfinished ones in storage."""
        self.hub.close()
        self.price_watch.close()
        self._router_dependencies = None

    def enqueue_command(self, bot_id: BotId, account_id: AccountId, command: RouterCommand) -> None:
        """Enqueue a command at the account's order router, which is created on demand."""
        if self._router_dependencies is None:
            return
        if account_id not in self._routers:
            self._routers[account_id] = OrderRouter(self._router_dependencies, account_id)
        self._routers[account_id].enqueue_command(bot_id, command)

    @property
    def router_count(self) -> int:
        return len(self._routers)

    @property
    def backlog(self) -> int:
        """Return the number of commands that wait in all routers."""
        return sum(router.backlog for router in self._routers.values())


async def load_venue_context(
    venue: Venue, feed: CandleFeed, in_flight: InFlight, replay: Replay | None = None
) -> VenueContext:
    markets = {market.symbol: market for market in await venue.markets()}
    return VenueContext(venue, feed, in_flight, markets, replay)
