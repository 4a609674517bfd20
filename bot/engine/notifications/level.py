"""Notification level of an event at a destination, from its kind, the operator's choice and quiet hours (UX.md)."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.destination import Destination
from bot.domain.events import (
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    Event,
    NotificationKind,
    NotificationLevel,
    PanicEngaged,
    PanicLifted,
)
from bot.domain.ids import OperatorId
from bot.domain.people import NotificationSetting, Operator

LastChats = dict[OperatorId, str]
"""The chat of each operator's newest command in this process: its reply has reported what they did themselves."""

_LEVEL_OF_SETTING = {
    NotificationSetting.ON: NotificationLevel.LOUD,
    NotificationSetting.SILENT: NotificationLevel.SILENT,
    NotificationSetting.OFF: NotificationLevel.OFF,
}


DEFAULT_SETTINGS = {
    NotificationKind.FILLS: NotificationSetting.SILENT,
    NotificationKind.ORDERS: NotificationSetting.OFF,
    NotificationKind.SIGNALS: NotificationSetting.OFF,
    NotificationKind.LIFE_CYCLE: NotificationSetting.SILENT,
    NotificationKind.RISK: NotificationSetting.ON,
    NotificationKind.ERRORS: NotificationSetting.ON,
    NotificationKind.REPORTS: NotificationSetting.SILENT,
}
"""Kinds that operators may set, with their defaults; single events of a kind may be louder or quieter by default."""


def chosen_setting(person: Operator, kind: NotificationKind) -> NotificationSetting:
    return dict(person.preferences.notify).get(kind, DEFAULT_SETTINGS[kind])


def delivery_level(
    event: Event, chat: Destination, person: Operator | None, last_chats: LastChats, now: datetime
) -> NotificationLevel:
    """Return an event's level at a destination; `person` is the operator of a private chat, None for a group.

    Critical events ignore settings. An event is off in the chat whose reply has already reported it to its operator,
    a panic in all of that operator's chats: nothing rings twice.
    """
    by = acting_operator(event)
    if by is not None and last_chats.get(by) == chat.key:
        return NotificationLevel.OFF
    is_panic = isinstance(event.payload, PanicEngaged | PanicLifted)
    if is_panic and person is not None and person.operator_id == by and by in last_chats:
        return NotificationLevel.OFF
    if event.level is NotificationLevel.CRITICAL:
        return NotificationLevel.CRITICAL
    level = _default_level(event)
    if person is not None and event.topic in dict(person.preferences.notify):
        level = _LEVEL_OF_SETTING[dict(person.preferences.notify)[event.topic]]
    if level is NotificationLevel.LOUD and person is not None and _is_quiet(person, now):
        return NotificationLevel.SILENT
    return level


def _default_level(event: Event) -> NotificationLevel:
    # Such a level is meant for the operator whose command caused the event; for everybody else it is new.
    is_for_one = event.topic is NotificationKind.LIFE_CYCLE and event.level is NotificationLevel.OFF
    return NotificationLevel.SILENT if is_for_one else event.level


def acting_operator(event: Event) -> OperatorId | None:
    """Return the operator whose command caused an event, None if it happened by itself."""
    payload = event.payload
    if isinstance(payload, BotStarted | BotPaused | BotResumed | BotStopped | PanicEngaged | PanicLifted):
        return payload.by
    return None


def _is_quiet(person: Operator, now: datetime) -> bool:
    quiet = person.preferences.quiet
    return quiet is not None and quiet.is_quiet_at(now.astimezone(ZoneInfo(person.timezone)).time())
