"""What handlers may ask for by parameter name."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, fields
from typing import TypeVar

from bot.commands.codes import Codes
from bot.commands.deep_links import DeepLinks
from bot.commands.exposure import Exposure
from bot.commands.failures import Failures
from bot.commands.form_desk import FormDesk
from bot.commands.pending import Pendings
from bot.commands.registry import Registry
from bot.commands.request import Context
from bot.commands.spec import Arguments
from bot.engine.balances import Balances
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
from bot.engine.panic import Panic
from bot.engine.people import People
from bot.engine.platform_board import PlatformBoard
from bot.engine.queries import Queries
from bot.engine.sharing import Sharing
from bot.engine.statistics import StatisticsReader
from bot.engine.topics import Topics
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
