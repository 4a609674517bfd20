"""Services that command handlers get by parameter name."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from functools import cache
from typing import TypeVar

from bot.commands.forms.form_service import FormService
from bot.commands.guards.code_attempts import CodeChecker
from bot.commands.guards.confirmations import Confirmations
from bot.commands.guards.leaked_codes import LeakedCodes
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments
from bot.commands.text.failures import Failures
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.health.figures import HealthProvider
from bot.engine.health.platforms import PlatformHealth
from bot.engine.people.chats import Chats
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations
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
from bot.ports.replay import Replay
from bot.strategy.registry import StrategyRegistry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Use cases and few ports that command handlers work with."""

    registry: CommandRegistry
    confirmations: Confirmations
    forms: FormService
    failures: Failures
    code_checker: CodeChecker
    leaked_codes: LeakedCodes
    lifecycle: Lifecycle
    panic: Panic
    ownership: Ownership
    invitations: Invitations
    operators: Operators
    chats: Chats
    preference_editor: PreferenceEditor
    sharing: Sharing
    topics: Topics
    deep_links: DeepLinks
    platform_health: PlatformHealth
    queries: Queries
    period_profits: PeriodProfitReader
    history: HistoryReader
    statistics: StatisticsReader
    activity_log: ActivityLog
    balances: BalanceReader
    explanations: ExplanationReader
    chart_specs: ChartSpecBuilder
    health: HealthProvider
    charts: ChartRenderer
    strategies: StrategyRegistry
    replay: Replay | None


SERVICE_NAMES = frozenset(item.name for item in fields(Services))


async def call_handler(
    function: Callable[..., Awaitable[T]], args: Arguments, ctx: CommandContext, services: Services
) -> T:
    """Call a handler or confirmation with the arguments its parameters name: `args`, `ctx` and services."""
    given: dict[str, object] = {"args": args, "ctx": ctx}
    names = _parameter_names(function)
    return await function(**{name: given[name] if name in given else getattr(services, name) for name in names})


@cache
def _parameter_names(function: Callable[..., object]) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
