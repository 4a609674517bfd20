"""What the engine holds for bots: counted, so that a test can prove that all of it is released."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.engine.execution.venue_context import Place
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.retries import Retries
from bot.engine.runtime.strategy_instances import Interests
from bot.engine.runtime.venue_event_dispatch import Sorting


@dataclass(frozen=True, slots=True, kw_only=True)
class Resources:
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


def resources_of(
    places: Iterable[Place], mailboxes: Mailboxes, interests: Interests, sorting: Sorting, retries: Retries
) -> Resources:
    """Count what these hold now."""
    every = tuple(places)
    return Resources(
        series=sum(len(place.hub.series) for place in every),
        followers=sum(place.hub.bots for place in every),
        parameter_sets=len(interests),
        mailboxes=len(mailboxes),
        messages=mailboxes.backlog,
        price_lines=sum(place.price_watch.lines for place in every),
        price_triggers=sum(len(place.price_watch) for place in every),
        routers=sum(place.routers for place in every),
        router_commands=sum(place.backlog for place in every),
        known_orders=len(sorting),
        failures=len(retries),
    )
