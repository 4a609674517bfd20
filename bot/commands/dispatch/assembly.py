"""Assembly of the command ring: the composition root passes ports and use cases and gets a pipeline."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.commands.catalog.all_commands import ALL_COMMANDS
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.pipeline import AuditStorage, Pipeline
from bot.commands.dispatch.services import SERVICE_NAMES, Services
from bot.commands.forms.edit_bot import EditBotForm
from bot.commands.forms.form_service import FormService
from bot.commands.forms.missing_words import MissingWordsForm
from bot.commands.forms.new_bot import NewBotForm
from bot.commands.guards.code_attempts import CodeAttempts, CodeChecker
from bot.commands.guards.confirmations import Confirmations
from bot.commands.guards.leaked_codes import LeakedCodes
from bot.commands.notify.gateway import Gateway
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.notify.notifier import ChatNotifier, ChatNotifierDependencies
from bot.commands.reply.buttons import ButtonCodec
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.button_permissions import ButtonPermissions
from bot.commands.spec.choice_sources import ChoiceLookup
from bot.commands.spec.completion import LineCompleter
from bot.commands.spec.registry import CommandRegistry
from bot.commands.text.failures import Failures
from bot.domain.ids import VenueId
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.health.figures import HealthProvider
from bot.engine.health.platforms import PlatformHealth
from bot.engine.notifications.last_chat import LastChats
from bot.engine.people.chats import Chats
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations
from bot.engine.people.key_values import KeyValueStore
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.people.operators import Operators
from bot.engine.people.preferences import PreferenceEditor
from bot.engine.people.sharing import Sharing
from bot.engine.people.topics import Topics
from bot.engine.reports.activity_log import ActivityLog
from bot.engine.reports.balances import BalanceReader
from bot.engine.reports.chart_specs import ChartSpecBuilder
from bot.engine.reports.explanations import ExplanationReader
from bot.engine.reports.history import HistoryReader
from bot.engine.reports.period_profit import PeriodProfitReader
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
class CommandBusDependencies:
    """Ports and use cases that the command ring needs."""

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
    people: PeopleDependencies
    health: HealthProvider
    replay: Replay | None


class CommandBus:
    """The command ring of the process: registry, services, pipeline and live messages."""

    def __init__(self, dependencies: CommandBusDependencies) -> None:
        self._dependencies = dependencies
        self.last_chats = LastChats()
        self.registry = CommandRegistry(ALL_COMMANDS, SERVICE_NAMES)
        self.queries = Queries(dependencies.reader, dependencies.host, dependencies.venues, dependencies.feeds)
        self.platform_health = PlatformHealth(dependencies.reader, dependencies.writer, dependencies.clock)
        self._operators = Operators(dependencies.people, dependencies.reader)
        choices = ChoiceLookup(self.registry, self.queries, self._operators, dependencies.strategies)
        self._line_completer = LineCompleter(self.registry, self.queries, choices, dependencies.strategies)
        self.services = self._build_services()
        self.pipeline = Pipeline(
            self.services, AuditStorage(dependencies.reader, dependencies.writer), dependencies.clock, self.last_chats
        )
        self.live_messages = LiveMessages(
            self.pipeline.refresh_reply,
            KeyValueStore(dependencies.reader, dependencies.writer, "live"),
            dependencies.clock,
        )

    def build_notifier(self, gateways: tuple[Gateway, ...]) -> ChatNotifier:
        """Build the notifier through which the relay delivers events."""
        return ChatNotifier(
            gateways,
            ChatNotifierDependencies(
                reader=self._dependencies.reader,
                queries=self.queries,
                chart_specs=self.services.chart_specs,
                charts=self._dependencies.charts,
                platform_health=self.platform_health,
                button_permissions=ButtonPermissions(self.registry, self.queries),
            ),
        )

    def build_gateway_context(self, platform: str) -> GatewayContext:
        """Return what the gateway of a platform works with."""
        dependencies = self._dependencies
        return GatewayContext(
            pipeline=self.pipeline,
            registry=self.registry,
            ownership=self.services.ownership,
            chats=self.services.chats,
            button_codec=ButtonCodec(dependencies.reader, dependencies.writer, dependencies.clock),
            live_messages=self.live_messages,
            deep_links=self.services.deep_links,
            platform_health=self.platform_health,
            line_completer=self._line_completer,
            key_value_store=KeyValueStore(dependencies.reader, dependencies.writer, platform),
            clock=dependencies.clock,
        )

    def build_completer(self, platform: str, platform_id: str) -> Callable[[str], Awaitable[tuple[str, ...]]]:
        """Build the function that completes the command lines of one sender."""

        async def complete(line: str) -> tuple[str, ...]:
            return await self._line_completer.complete_line(
                line, await self.services.ownership.operator_by_identity(platform, platform_id)
            )

        return complete

    def _build_services(self) -> Services:
        dependencies = self._dependencies
        balances = BalanceReader(dependencies.reader, self.queries)
        ownership, invitations = Ownership(dependencies.people), Invitations(dependencies.people)
        attempts = CodeAttempts(dependencies.clock)
        period_profits = PeriodProfitReader(dependencies.reader, self.queries)
        return Services(
            registry=self.registry,
            confirmations=Confirmations(dependencies.clock),
            forms=self._build_forms(balances),
            failures=Failures(dependencies.clock),
            code_checker=CodeChecker(attempts, ownership),
            leaked_codes=LeakedCodes(attempts, ownership, invitations),
            lifecycle=dependencies.lifecycle,
            panic=dependencies.panic,
            ownership=ownership,
            invitations=invitations,
            operators=self._operators,
            chats=Chats(dependencies.people),
            preference_editor=PreferenceEditor(dependencies.people),
            sharing=Sharing(dependencies.people),
            topics=Topics(dependencies.people),
            deep_links=DeepLinks(),
            platform_health=self.platform_health,
            queries=self.queries,
            period_profits=period_profits,
            history=HistoryReader(dependencies.reader, self.queries),
            statistics=StatisticsReader(dependencies.reader, self.queries, period_profits),
            activity_log=ActivityLog(dependencies.reader, self.queries),
            balances=balances,
            explanations=ExplanationReader(dependencies.reader, self.queries),
            chart_specs=ChartSpecBuilder(dependencies.reader, self.queries, period_profits),
            health=dependencies.health,
            charts=dependencies.charts,
            strategies=dependencies.strategies,
            replay=dependencies.replay,
        )

    def _build_forms(self, balances: BalanceReader) -> FormService:
        dependencies = self._dependencies
        definitions = (
            NewBotForm(dependencies.lifecycle, self.queries, balances, dependencies.strategies),
            EditBotForm(self.queries, dependencies.strategies),
            MissingWordsForm(
                self.registry, self.queries, HistoryReader(dependencies.reader, self.queries), self._operators
            ),
        )
        return FormService(
            reader=dependencies.reader, writer=dependencies.writer, clock=dependencies.clock, definitions=definitions
        )
