"""Services that command handlers get by parameter name."""

import inspect
from collections.abc import Awaitable, Callable
from functools import cache
from typing import TypeVar

from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.forms.edit_bot import EditBotForm
from bot.commands.forms.form_service import FormService
from bot.commands.forms.missing_words import MissingWordsForm
from bot.commands.forms.new_bot import NewBotForm
from bot.commands.guards.code_checker import CodeChecker
from bot.commands.guards.confirmations import Confirmations
from bot.commands.guards.late_commands import LateCommands
from bot.commands.notify.backtest_news import BacktestNews
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments
from bot.commands.text.failures import Failures
from bot.commands.views.card import BotCards
from bot.engine.backtest.job import BacktestRunner
from bot.engine.charts.candle_charts import CandleChartReader
from bot.engine.health.figures import HealthProvider
from bot.engine.health.platforms import PlatformHealth
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
from bot.engine.reports.book_check import BookCheck
from bot.engine.reports.bot_backtests import BotBacktests
from bot.engine.reports.curves import CurveReader
from bot.engine.reports.equity_charts import EquityChartReader
from bot.engine.reports.explanations import ExplanationReader
from bot.engine.reports.history import HistoryReader
from bot.engine.reports.market_prices import MarketPriceReader
from bot.engine.reports.period_profit import PeriodProfitReader
from bot.engine.reports.queries import Queries
from bot.engine.reports.statement import StatementReader
from bot.engine.reports.statistics import StatisticsReader
from bot.engine.runtime.engine import Engine
from bot.ports.charts import ChartRenderer
from bot.ports.storage import Reader

T = TypeVar("T")


class Services:
    """Use cases and few ports; each attribute is a service under its name."""

    def __init__(
        self,
        engine: Engine,
        charts: ChartRenderer,
        people: PeopleDependencies,
        health: HealthProvider,
        backtest_runner: BacktestRunner,
    ) -> None:
        reader, clock, contexts = engine.reader, engine.clock, engine.venue_contexts.items()
        venues = {venue_id: context.venue for venue_id, context in contexts}
        feeds = {venue_id: context.feed for venue_id, context in contexts}
        self.registry = CommandRegistry(COMMANDS_BY_SECTION)
        self.charts, self.strategies, self.health = charts, engine.strategies, health
        self.lifecycle, self.panic, self.passes = engine.lifecycle, engine.panic, engine.passes
        self.replay = next(iter(engine.replays.values()), None)
        self.queries = queries = Queries(reader, engine.supervisor, venues, feeds)
        self.cards, curves = BotCards(queries, engine.strategies), CurveReader(reader, queries)
        self.period_profits = PeriodProfitReader(curves)
        self.market_prices = MarketPriceReader(venues, feeds)
        self.history = HistoryReader(reader, queries)
        self.statistics = StatisticsReader(reader, queries, curves)
        self.book_check = BookCheck(reader, engine.writer, clock, StatementReader(reader, engine.venue_contexts))
        self.activity_log = ActivityLog(reader, queries)
        self.explanations = ExplanationReader(reader, queries)
        self.candle_charts = CandleChartReader(reader, queries)
        self.equity_charts = EquityChartReader(queries, curves, self.period_profits)
        self.bot_backtests = BotBacktests(queries, engine.strategies, backtest_runner, engine.task_scope, clock)
        self.backtest_news = BacktestNews()
        self._add_people(people, reader)
        self.platform_health = PlatformHealth(reader, engine.writer, clock)
        self.deep_links, self.failures = DeepLinks(), Failures()
        self.confirmations = Confirmations(clock)
        self.market_times = engine.market_times
        self.late_commands = LateCommands(queries, engine.market_times)
        self.code_checker = CodeChecker(clock, self.ownership, self.invitations)
        self._add_forms(engine)
        self.registry.check_services(vars(self))

    def _add_forms(self, engine: Engine) -> None:
        queries = self.queries
        forms = (
            NewBotForm(engine.lifecycle, queries, engine.strategies, self.market_prices),
            EditBotForm(queries, engine.strategies, self.market_prices),
            MissingWordsForm(self.registry, queries, self.history, self.operators),
        )
        self.forms = FormService(KeyValueStore(engine.reader, engine.writer, "form"), engine.clock, forms)

    def _add_people(self, people: PeopleDependencies, reader: Reader) -> None:
        self.ownership = Ownership(people)
        self.invitations = Invitations(people)
        self.operators = Operators(people, reader)
        self.chats = Chats(people)
        self.preference_editor = PreferenceEditor(people)
        self.sharing = Sharing(people)
        self.topics = Topics(people)


async def call_handler(
    function: Callable[..., Awaitable[T]], args: Arguments, ctx: CommandContext, services: Services
) -> T:
    """Call a handler or confirmation with the arguments its parameters name: `args`, `ctx` and services."""
    given = {**vars(services), "args": args, "ctx": ctx}
    return await function(**{name: given[name] for name in _parameter_names(function)})


@cache
def _parameter_names(function: Callable[..., object]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
