"""The host of all bots in this process: opens mailboxes, ties bots to venues, and releases what nothing needs."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.errors import QuarterdeckError, Refused, Unavailable
from bot.domain.ids import AccountId, BotId, VenueId, failure_reference
from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus, StopPolicy
from bot.domain.moment import Moment
from bot.domain.signal import NO_SIGNAL
from bot.engine.concurrency.task_scope import task_nest
from bot.engine.execution.venue_context import Place
from bot.engine.market_data.barrier_triggers import triggers_of
from bot.engine.market_data.candle_hub import describe
from bot.engine.market_data.price_watch import Trigger
from bot.engine.notifications.opt_in import Earshot
from bot.engine.runtime.bot_views import bot_view
from bot.engine.runtime.holdings import Holdings
from bot.engine.runtime.late_fills import Strays
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.resource_counts import Resources, resources_of
from bot.engine.runtime.retries import TRIES, Retries
from bot.engine.runtime.session_loading import load_session
from bot.engine.runtime.strategy_instances import Interests
from bot.engine.runtime.venue_event_dispatch import Sorting
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.dispatch import handle
from bot.engine.trading.messages import (
    BarrierTouched,
    BotBroke,
    Commanded,
    FillReported,
    MarketEnded,
    Message,
    RunBegan,
    Settle,
)
from bot.engine.trading.on_market_end import is_concerned
from bot.engine.trading.session import Session, Surroundings
from bot.ports.clock import Clock
from bot.ports.host import ApplyConfig, BotHolding, BotView, Control, StopBot
from bot.ports.storage import Reader, Writer
from bot.ports.venue import VenueEvent
from bot.strategy.candles import Candles
from bot.strategy.registry import StrategyRegistry

logger = logging.getLogger(__name__)

WORKERS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the supervisor works with; `is_blocked` is the kill switch."""

    reader: Reader
    writer: Writer
    clock: Clock
    places: Mapping[VenueId, Place]
    strategies: StrategyRegistry
    is_blocked: Callable[[Bot], bool]
    earshot: Earshot = field(default_factory=Earshot)


class Supervisor:
    """Implements `BotHost` for one process."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self.places = means.places
        self.interests = Interests(means.strategies)
        self.mailboxes = Mailboxes(
            means.writer, self._handle, self._committed, self.broke, on_discarded=self._release_if_done
        )
        self._holdings = Holdings(self.mailboxes, means.reader, means.places)
        self._retries = Retries(means.clock, self.mailboxes.post)
        self._loading = asyncio.Lock()
        self._strays = Strays(means.reader, self._bring)
        self._sorting = Sorting(self.mailboxes, self._strays)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the workers while the block lasts; what is in flight at its end is found again at the next start."""
        async with task_nest() as nest:
            self._retries.connect(nest)
            for number in range(WORKERS):
                nest.start(self.mailboxes.work(), f"mailbox worker {number}")
            nest.start(self._strays.serve(), "stray fills")
            for place in self.places.values():
                place.connect(self._means.clock, nest, self)
            unsubscribes = [place.venue.listen(self._listener(place)) for place in self.places.values()]
            try:
                yield
            finally:
                for unsubscribe in unsubscribes:
                    unsubscribe()
                for place in self.places.values():
                    place.disconnect()

    async def start(self, bot_id: BotId) -> BotView:
        """Bring a bot that is `starting` to `running`; one that cannot warm up becomes `failed`."""
        session = await self.opened(bot_id)
        try:
            candles = await self.follow(session)
        except QuarterdeckError as error:
            await self.mailboxes.ask(bot_id, _broken(bot_id, str(error), 1))
        else:
            await self.mailboxes.ask(bot_id, RunBegan(is_new_run=True, candles=candles))
        return await self.view(bot_id)

    async def control(self, bot_id: BotId, command: Control) -> BotView:
        """Hand a command to the bot's mailbox, loading the bot if it has none."""
        opened = await self.opened(bot_id)
        try:
            _refuse_deleted(opened.bot)
            session = await self.mailboxes.ask(bot_id, Commanded(command))
        except QuarterdeckError:
            self._release_if_done(bot_id)
            raise
        if isinstance(command, ApplyConfig) and session.is_deciding:
            await self.follow(session)
        return self._view(session)

    async def view(self, bot_id: BotId) -> BotView:
        """Return what can be seen of a bot."""
        session = self.mailboxes.session(bot_id) or await self._loaded(bot_id)
        _refuse_deleted(session.bot)
        return self._view(session)

    def _view(self, session: Session) -> BotView:
        is_plan = self.interests.planner(session.bot.config) is not None
        return bot_view(session, self.places[session.bot.venue], is_plan=is_plan)

    async def holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        """Return what each of many bots holds now."""
        return await self._holdings.of(bots)

    def resources(self) -> Resources:
        """Count what is held for bots now."""
        return resources_of(self.places.values(), self.mailboxes, self.interests, self._sorting, self._retries)

    async def opened(self, bot_id: BotId) -> Session:
        """Return the bot's session, opening its mailbox if it has none."""
        async with self._loading:
            session = self.mailboxes.session(bot_id)
            if session is None:
                session = await self._loaded(bot_id)
                self.open(session)
            return session

    def open(self, session: Session) -> None:
        """Open a mailbox for a loaded session."""
        self._sorting.opened(session)
        place = self.places[session.bot.venue]
        self.mailboxes.open(session, place.activity)
        self._watch_prices(session, place)

    async def follow(self, session: Session) -> Candles:
        """Have a bot told of its series' candles; return those before them."""
        bot = session.bot
        return await self.places[bot.venue].hub.follow(bot.bot_id, bot.series, self.interests.of(bot.config))

    def market_ended(self, venue_id: VenueId, remark: str) -> None:
        """Stop every active bot of a venue that will have no other price; may be said again and again."""
        for session in self.mailboxes.sessions():
            if session.bot.venue == venue_id and is_concerned(session):
                self.mailboxes.post(session.bot.bot_id, MarketEnded(remark))

    @property
    def is_deciding(self) -> bool:
        """Tell whether bots are deciding on candles now."""
        return self.mailboxes.is_deciding or any(place.hub.is_spreading for place in self.places.values())

    def fills_known(self, account_id: AccountId, sequence: int) -> None:
        """Note that an account's fills up to a sequence number have been told to their bots."""
        self._sorting.fills_known(account_id, sequence)

    def post(self, bot_id: BotId, message: Message) -> bool:
        """Put a message into a bot's mailbox."""
        return self.mailboxes.post(bot_id, message)

    def broke(self, bot_id: BotId, message: Message, error: Exception) -> None:
        """Try a bot's message again a few times, then fail the bot; a failing failure is left to the log."""
        if isinstance(message, Commanded) and message.command.by is not None:
            # Whoever commanded has been told.
            return
        if isinstance(error, Unavailable):
            self._retries.wait_for_storage(bot_id, message)
            return
        if isinstance(message, BotBroke):
            return
        tries = self._retries.failed(bot_id, message)
        if tries >= TRIES:
            self._retries.forget(bot_id)
            text = str(error) if isinstance(error, QuarterdeckError) else describe(error)
            self.mailboxes.post(bot_id, _broken(bot_id, text, tries))

    def give_up(self, bot_id: BotId, error: QuarterdeckError) -> None:
        """Fail a bot that cannot run."""
        self.mailboxes.post(bot_id, _broken(bot_id, str(error), 1))

    def touched(self, trigger: Trigger, price: Decimal) -> None:
        """Tell a bot that its barrier's price was reached."""
        self.mailboxes.post(trigger.bot_id, BarrierTouched(trigger.tag, price))

    def auth_failed(self, account_id: AccountId, error: str) -> None:
        """Stop the bots of an account whose credentials are refused."""
        for session in self.mailboxes.sessions():
            if session.bot.config.account_id == account_id:
                self._stop(session.bot, error)

    def _stop(self, bot: Bot, remark: str) -> None:
        if bot.status not in ACTIVE_STATUSES or bot.status is BotStatus.STOPPING:
            return
        command_id = f"system-{self._means.clock.now().timestamp()}"
        command = StopBot(by=None, command_id=command_id, policy=StopPolicy.ENTRIES, remark=remark)
        self.mailboxes.post(bot.bot_id, Commanded(command))

    async def _loaded(self, bot_id: BotId) -> Session:
        bot = await self._means.reader.bot(bot_id)
        if bot is None:
            raise Refused("there is no such bot. See /bots")
        market = self.places[bot.venue].market(bot.config.symbol)
        is_plan = self.interests.planner(bot.config) is not None
        return await load_session(self._means.reader, bot, market, is_plan=is_plan)

    def _handle(self, session: Session, message: Message) -> Outcome:
        bot = session.bot
        place = self.places[bot.venue]
        if isinstance(message, FillReported) and not _knows_order(session, message):
            self._strays.put(message.report, place.activity)
            return Outcome(session, (), ())
        venue = place.venue
        around = Surroundings(
            moment=Moment(venue.clock.now(), self._means.clock.now()),
            is_blocked=self._means.is_blocked(bot),
            has_conditional_orders=venue.capabilities.has_conditional_orders,
            planner=self.interests.planner(bot.config),
            wanted=self._means.earshot.wanted(bot),
        )
        return handle(session, message, around)

    def _committed(self, before: Session, outcome: Outcome) -> None:
        session = outcome.session
        bot = session.bot
        place = self.places[bot.venue]
        self._sorting.changed(before, session)
        for command in outcome.commands:
            place.put(bot.bot_id, bot.config.account_id, command)
        self._watch_prices(session, place)
        if bot.status not in ACTIVE_STATUSES:
            place.hub.leave(bot.bot_id)
        if session.last_row_close != before.last_row_close and session.last_row is not NO_SIGNAL:
            # A fresh candle was decided on, so the failures before it were not the last word.
            self._retries.forget(bot.bot_id)
        if session.is_left_to_sell:
            self._retries.try_to_sell(bot.bot_id, Settle(f"sell-{bot.intent_counter}"))
        self._release_if_done(bot.bot_id)

    def _watch_prices(self, session: Session, place: Place) -> None:
        # Also without barriers: an edit may have taken away those that are watched.
        rests_at_venue = place.venue.capabilities.has_conditional_orders
        if not rests_at_venue or self.interests.planner(session.bot.config) is not None:
            place.price_watch.watch(session.bot.bot_id, *triggers_of(session))

    def _release_if_done(self, bot_id: BotId) -> None:
        session = self.mailboxes.session(bot_id)
        if session is not None and not session.is_needed and self.mailboxes.close_if_empty(bot_id):
            self._retries.forget(bot_id)

    def _listener(self, place: Place) -> Callable[[VenueEvent], None]:
        def on_event(event: VenueEvent) -> None:
            self._sorting.sort(event, place)

        return on_event

    async def _bring(self, bot_id: BotId, message: Message) -> Session:
        await self.opened(bot_id)
        return await self.mailboxes.ask(bot_id, message)


def _knows_order(session: Session, message: FillReported) -> bool:
    return message.order is not None or message.report.fill.client_order_id in session.orders


def _refuse_deleted(bot: Bot) -> None:
    if bot.status is BotStatus.DELETED:
        raise Refused("that bot was deleted. See /bots")


def _broken(bot_id: BotId, error: str, tries: int) -> BotBroke:
    return BotBroke(error, failure_reference(f"{bot_id}:{error}:{tries}"), tries)
