"""What the engine holds for bots: counted, so that a test can prove that all of it is released."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.execution.venue_context import VenueContext
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.retries import Retries
from bot.engine.runtime.strategy_instances import StrategyInstances
from bot.engine.runtime.venue_event_dispatch import VenueEventDispatcher


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceCounts:
    """Counts of what is held; all are 0 while no bot needs anything."""

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
    """Count what these hold now."""
    every = tuple(venue_contexts)
    return ResourceCounts(
        series=sum(len(place.hub.series) for place in every),
        followers=sum(place.hub.bot_count for place in every),
        parameter_sets=len(strategy_instances),
        mailboxes=len(mailboxes),
        messages=mailboxes.backlog,
        price_lines=sum(place.price_watch.line_count for place in every),
        price_triggers=sum(len(place.price_watch) for place in every),
        routers=sum(place.router_count for place in every),
        router_commands=sum(place.backlog for place in every),
        known_orders=len(dispatcher),
        failures=len(retries),
    )
