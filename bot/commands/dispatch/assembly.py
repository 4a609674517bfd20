"""Puts the command ring together: the composition root gives ports and use cases, and gets a pipeline."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.commands.catalog.all_commands import EVERY_COMMAND
from bot.commands.dispatch.gateway_context import FrontDesk
from bot.commands.dispatch.pipeline import Pipeline, Storage
from bot.commands.dispatch.services import SERVICE_NAMES, Services
from bot.commands.forms.edit_bot import EditScript
from bot.commands.forms.form_service import FormDesk
from bot.commands.forms.missing_words import FillScript
from bot.commands.forms.new_bot import NewScript
from bot.commands.forms.new_bot_choices import NewPlaces
from bot.commands.forms.new_bot_page import NewPageScript
from bot.commands.guards.code_attempts import CodeAttempts
from bot.commands.guards.code_checks import Codes
from bot.commands.guards.confirmations import Pendings
from bot.commands.guards.leaked_codes import Exposure
from bot.commands.notify.gateway import Gateway
from bot.commands.notify.live_messages import LiveCards
from bot.commands.notify.notifier import Notifier, NotifierParts
from bot.commands.reply.buttons import Buttons
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.button_permissions import Reach
from bot.commands.spec.choice_sources import Offers
from bot.commands.spec.completion import Completions
from bot.commands.spec.registry import Registry
from bot.commands.text.failures import Failures
from bot.domain.ids import VenueId
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.health.figures import DeskHealth
from bot.engine.health.platforms import PlatformBoard
from bot.engine.notifications.last_chat import Presence
from bot.engine.people.chats import Chats
from bot.engine.people.claim import People
from bot.engine.people.invitations import Invitations
from bot.engine.people.key_values import Notes
from bot.engine.people.onboarding import PeopleParts
from bot.engine.people.operators import Crew
from bot.engine.people.preferences import Choices
from bot.engine.people.sharing import Sharing
from bot.engine.people.topics import Topics
from bot.engine.reports.activity_log import Journal
from bot.engine.reports.balances import Balances
from bot.engine.reports.chart_specs import Pictures
from bot.engine.reports.explanations import Explain
from bot.engine.reports.history import Lists
from bot.engine.reports.period_profit import Figures
from bot.engine.reports.queries import Queries
from bot.engine.reports.statistics import StatisticsReader
from bot.ports.charts import ChartRenderer
from bot.ports.clock import Clock
from bot.ports.feed import CandleFeed
from bot.ports.host import BotHost
from bot.ports.replay import Replay
from bot.ports.storage import Reader, Writer
from bot.ports.venue import Venue
from bot.strategy.registry import StrategyRegistry


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskParts:
    """Everything the command ring needs from outside."""

    reader: Reader
    writer: Writer
    clock: Clock
    host: BotHost
    venues: Mapping[VenueId, Venue]
    feeds: Mapping[VenueId, CandleFeed]
    charts: ChartRenderer
    strategies: StrategyRegistry
    lifecycle: Lifecycle
    panic: Panic
    people: PeopleParts
    health: DeskHealth
    replay: Replay | None


class Desk:
    """The command ring of one process."""

    def __init__(self, parts: DeskParts) -> None:
        self._parts = parts
        self.presence = Presence()
        self.registry = Registry(EVERY_COMMAND, SERVICE_NAMES)
        self.queries = Queries(parts.reader, parts.host, parts.venues, parts.feeds)
        self.board = PlatformBoard(parts.reader, parts.writer, parts.clock)
        self._crew = Crew(parts.people, parts.reader)
        offers = Offers(self.registry, self.queries, self._crew, parts.strategies)
        self._completions = Completions(self.registry, self.queries, offers, parts.strategies)
        self.services = self._services()
        self.pipeline = Pipeline(self.services, Storage(parts.reader, parts.writer), parts.clock, self.presence)
        self.live = LiveCards(self.pipeline.look, Notes(parts.reader, parts.writer, "live"), parts.clock)

    def notifier(self, gateways: tuple[Gateway, ...]) -> Notifier:
        """Make the notifier that the relay tells events to."""
        return Notifier(
            gateways,
            NotifierParts(
                reader=self._parts.reader,
                queries=self.queries,
                pictures=self.services.pictures,
                charts=self._parts.charts,
                board=self.board,
                reach=Reach(self.registry, self.queries),
            ),
        )

    def front(self, platform: str) -> FrontDesk:
        """Return the desk as the gateway of a platform sees it."""
        parts = self._parts
        return FrontDesk(
            pipeline=self.pipeline,
            registry=self.registry,
            people=self.services.people,
            chats=self.services.chats,
            buttons=Buttons(parts.reader, parts.writer, parts.clock),
            live=self.live,
            links=self.services.links,
            board=self.board,
            completions=self._completions,
            notes=Notes(parts.reader, parts.writer, platform),
            clock=parts.clock,
        )

    def completer(self, platform: str, platform_id: str) -> Callable[[str], Awaitable[tuple[str, ...]]]:
        """Make what completes the lines of one person."""

        async def complete(line: str) -> tuple[str, ...]:
            return await self._completions.of(line, await self.services.people.known(platform, platform_id))

        return complete

    def _services(self) -> Services:
        parts = self._parts
        balances = Balances(parts.reader, self.queries)
        people, invitations = People(parts.people), Invitations(parts.people)
        attempts = CodeAttempts(parts.clock)
        figures = Figures(parts.reader, self.queries)
        return Services(
            registry=self.registry,
            pendings=Pendings(parts.clock),
            forms=self._forms(balances),
            failures=Failures(parts.clock),
            codes=Codes(attempts, people),
            exposure=Exposure(attempts, people, invitations),
            lifecycle=parts.lifecycle,
            panic=parts.panic,
            people=people,
            invitations=invitations,
            crew=self._crew,
            chats=Chats(parts.people),
            choices=Choices(parts.people),
            sharing=Sharing(parts.people),
            topics=Topics(parts.people),
            links=DeepLinks(),
            board=self.board,
            queries=self.queries,
            figures=figures,
            lists=Lists(parts.reader, self.queries),
            statistics=StatisticsReader(parts.reader, self.queries, figures),
            journal=Journal(parts.reader, self.queries),
            balances=balances,
            explain=Explain(parts.reader, self.queries),
            pictures=Pictures(parts.reader, self.queries, figures),
            health=parts.health,
            charts=parts.charts,
            strategies=parts.strategies,
            replay=parts.replay,
        )

    def _forms(self, balances: Balances) -> FormDesk:
        parts = self._parts
        steps = NewScript(parts.lifecycle, self.queries, balances, parts.strategies)
        scripts = (
            steps,
            NewPageScript(steps, parts.lifecycle, NewPlaces(self.queries, parts.strategies)),
            EditScript(self.queries, parts.strategies),
            FillScript(self.registry, self.queries, Lists(parts.reader, self.queries), self._crew),
        )
        return FormDesk(reader=parts.reader, writer=parts.writer, clock=parts.clock, scripts=scripts)
