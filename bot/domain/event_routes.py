"""Where each kind of event belongs: one row a payload, so that a new event needs its row and its presenter."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.events import (
    AccessChanged,
    BotFailed,
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    DeskRecovered,
    NotificationKind,
    NotificationLevel,
    OrderCanceled,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    PanicEngaged,
    PanicLifted,
    Payload,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    StoppedByCorruption,
    TradeClosed,
)


@dataclass(frozen=True, slots=True)
class EventRoute:
    """The kind that operators may set, the level without their choice, and whether owners are told of others' bots."""

    kind: NotificationKind
    level: NotificationLevel
    reaches_owners: bool = True


EVENT_ROUTES: Mapping[type[object], EventRoute] = {
    OrderFilled: EventRoute(NotificationKind.FILLS, NotificationLevel.SILENT),
    TradeClosed: EventRoute(NotificationKind.FILLS, NotificationLevel.SILENT),
    OrderPlaced: EventRoute(NotificationKind.ORDERS, NotificationLevel.OFF),
    OrderCanceled: EventRoute(NotificationKind.ORDERS, NotificationLevel.OFF),
    OrderRejected: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    SignalRaised: EventRoute(NotificationKind.SIGNALS, NotificationLevel.OFF),
    BotStarted: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    BotPaused: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    BotResumed: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    BotStopped: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    BotFailed: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    RiskTripped: EventRoute(NotificationKind.RISK, NotificationLevel.LOUD),
    PanicEngaged: EventRoute(NotificationKind.RISK, NotificationLevel.CRITICAL),
    PanicLifted: EventRoute(NotificationKind.RISK, NotificationLevel.CRITICAL),
    # After a restart each operator hears of their own bots; owners need not be told of everybody's.
    DeskRecovered: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD, reaches_owners=False),
    StoppedByCorruption: EventRoute(NotificationKind.ERRORS, NotificationLevel.CRITICAL),
    PlatformDown: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    PlatformBack: EventRoute(NotificationKind.ERRORS, NotificationLevel.SILENT),
    AccessChanged: EventRoute(NotificationKind.SECURITY, NotificationLevel.LOUD),
}


def event_route(payload: Payload) -> EventRoute:
    return EVENT_ROUTES[type(payload)]
