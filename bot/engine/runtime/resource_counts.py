"""Counts of what the engine holds for bots, so that a test can prove that all of it is released."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.retries import Retries
from bot.engine.runtime.strategy_instances import StrategyInstances
from bot.engine.runtime.venue_event_dispatch import VenueEventDispatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCounts:
    """Counts of held resources; all are 0 while no bot needs anything."""

    series: int
    followers: int
    parameter_sets: int
    mailboxes: int
    messages: int
    price_lines: int
    price_triggers: int
    routers: int
    router_commands: int
    known_orders: int
    failures: int


def count_resources(
    venue_contexts: Iterable[VenueContext],
    mailboxes: Mailboxes,
    strategy_instances: StrategyInstances,
    dispatcher: VenueEventDispatcher,
    retries: Retries,
) -> ResourceCounts:
    every = tuple(venue_contexts)
    return ResourceCounts(
        series=sum(len(venue_context.hub.series) for venue_context in every),
        followers=sum(venue_context.hub.bot_count for venue_context in every),
        parameter_sets=len(strategy_instances),
        mailboxes=len(mailboxes),
        messages=mailboxes.backlog,
        price_lines=sum(venue_context.price_watch.line_count for venue_context in every),
        price_triggers=sum(len(venue_context.price_watch) for venue_context in every),
        routers=sum(venue_context.router_count for venue_context in every),
        router_commands=sum(venue_context.backlog for venue_context in every),
        known_orders=len(dispatcher),
        failures=len(retries),
    )
