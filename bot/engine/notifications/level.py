"""How loudly a destination is told of an event: its kind, what its person chose, quiet hours (UX.md, loudness)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.destination import Destination
from bot.domain.events import BotPaused, BotResumed, BotStarted, BotStopped, Event, Level, Topic
from bot.domain.ids import OperatorId
from bot.domain.people import Loudness, Operator
from bot.engine.notifications.last_chat import Presence

_CHOSEN = {Loudness.ON: Level.LOUD, Loudness.SILENT: Level.SILENT, Loudness.OFF: Level.OFF}


USUAL = {
    Topic.FILLS: Loudness.SILENT,
    Topic.ORDERS: Loudness.OFF,
    Topic.SIGNALS: Loudness.OFF,
    Topic.LIFE_CYCLE: Loudness.SILENT,
    Topic.RISK: Loudness.ON,
    Topic.ERRORS: Loudness.ON,
    Topic.REPORTS: Loudness.SILENT,
}
"""What people may choose, and how it is while they have not: single events of a kind may usually be louder or not."""


def chosen_loudness(person: Operator, topic: Topic) -> Loudness:
    """Return how a person is told of a topic."""
    return dict(person.preferences.notify).get(topic, USUAL[topic])


def level_at(event: Event, chat: Destination, person: Operator | None, presence: Presence, now: datetime) -> Level:
    """Return the level of an event at a destination; `person` is whose private chat it is, None for a group.

    What has to be acted on rings whatever was chosen. What somebody did is not told in the chat whose reply said it.
    """
    if event.level is Level.CRITICAL:
        return Level.CRITICAL
    by = doer(event)
    if by is not None and presence.is_here(by, chat.key):
        return Level.OFF
    level = _usual(event) if person is None else _chosen(event, person)
    if level is Level.LOUD and person is not None and _is_quiet(person, now):
        return Level.SILENT
    return level


def _usual(event: Event) -> Level:
    # A life-cycle event that is off for whoever did it is news to everybody else.
    return Level.SILENT if event.topic is Topic.LIFE_CYCLE and event.level is Level.OFF else event.level


def _chosen(event: Event, person: Operator) -> Level:
    chosen = dict(person.preferences.notify).get(event.topic)
    return _usual(event) if chosen is None else _CHOSEN[chosen]


def doer(event: Event) -> OperatorId | None:
    """Return who did what a life-cycle event tells of; None for what happened by itself."""
    match event.payload:
        case BotStarted(by=by) | BotPaused(by=by) | BotResumed(by=by) | BotStopped(by=by):
            return by
        case _:
            return None


def _is_quiet(person: Operator, now: datetime) -> bool:
    quiet = person.preferences.quiet
    return quiet is not None and quiet.covers(now.astimezone(ZoneInfo(person.timezone)).time())
