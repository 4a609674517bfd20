"""Puts the command ring together: the composition root gives ports and use cases, and gets a pipeline."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.commands.attempts import CodeAttempts
from bot.commands.buttons import Buttons
from bot.commands.catalog.every import EVERY_COMMAND
from bot.commands.codes import Codes
from bot.commands.completion import Completions
from bot.commands.deep_links import DeepLinks
from bot.commands.edit_script import EditScript
from bot.commands.exposure import Exposure
from bot.commands.failures import Failures
from bot.commands.fill_script import FillScript
from bot.commands.form_desk import FormDesk
from bot.commands.front_desk import FrontDesk
from bot.commands.gateway import Gateway
from bot.commands.live import LiveCards
from bot.commands.new_page_script import NewPageScript
from bot.commands.new_places import NewPlaces
from bot.commands.new_script import NewScript
from bot.commands.notifier import Notifier, NotifierParts
from bot.commands.offers import Offers
from bot.commands.pending import Pendings
from bot.commands.pipeline import Pipeline, Storage
from bot.commands.reach import Reach
from bot.commands.registry import Registry
from bot.commands.services import SERVICE_NAMES, Services
from bot.domain.ids import VenueId
from bot.engine.balances import Balances
from bot.engine.boarding import PeopleParts
from bot.engine.chart_specs import Pictures
from bot.engine.chats import Chats
from bot.engine.choices import Choices
from bot.engine.crew import Crew
from bot.engine.desk_health import DeskHealth
from bot.engine.explain import Explain
from bot.engine.figures import Figures
from bot.engine.invitations import Invitations
from bot.engine.journal import Journal
from bot.engine.lifecycle import Lifecycle
from bot.engine.lists import Lists
from bot.engine.notes import Notes
from bot.engine.panic import Panic
from bot.engine.people import People
from bot.engine.platform_board import PlatformBoard
from bot.engine.presence import Presence
from bot.engine.queries import Queries
from bot.engine.sharing import Sharing
from bot.engine.statistics import StatisticsReader
from bot.engine.topics import Topics
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
