"""What handlers may ask for by parameter name."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import TypeVar

from bot.commands.forms.form_service import FormDesk
from bot.commands.guards.code_checks import Codes
from bot.commands.guards.confirmations import Pendings
from bot.commands.guards.leaked_codes import Exposure
from bot.commands.reply.deep_links import DeepLinks
from bot.commands.spec.registry import Registry
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments
from bot.commands.text.failures import Failures
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.health.figures import DeskHealth
from bot.engine.health.platforms import PlatformBoard
from bot.engine.people.chats import Chats
from bot.engine.people.claim import People
from bot.engine.people.invitations import Invitations
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
from bot.ports.replay import Replay
from bot.strategy.registry import StrategyRegistry

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """The use cases and few ports that command handlers work with."""

    registry: Registry
    pendings: Pendings
    forms: FormDesk
    failures: Failures
    codes: Codes
    exposure: Exposure
    lifecycle: Lifecycle
    panic: Panic
    people: People
    invitations: Invitations
    crew: Crew
    chats: Chats
    choices: Choices
    sharing: Sharing
    topics: Topics
    links: DeepLinks
    board: PlatformBoard
    queries: Queries
    figures: Figures
    lists: Lists
    statistics: StatisticsReader
    journal: Journal
    balances: Balances
    explain: Explain
    pictures: Pictures
    health: DeskHealth
    charts: ChartRenderer
    strategies: StrategyRegistry
    replay: Replay | None


SERVICE_NAMES = frozenset(item.name for item in fields(Services))


async def call_with(function: Callable[..., Awaitable[T]], args: Arguments, ctx: Context, services: Services) -> T:
    """Call a handler or confirmation with what its parameters name: `args`, `ctx`, services."""
    given: dict[str, object] = {"args": args, "ctx": ctx}
    names = inspect.signature(function).parameters
    return await function(**{name: given[name] if name in given else getattr(services, name) for name in names})
