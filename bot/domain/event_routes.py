"""Where each kind of event belongs: one row a payload, so that a new event needs its row and its presenter."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.domain import events
from bot.domain.book_events import BooksDiffer, DustLeft
from bot.domain.events import BotLabel, Event, NotificationKind, NotificationLevel, Payload
from bot.domain.guard import StopLost
from bot.domain.ids import EventId, OperatorId
from bot.domain.instance import Bot
from bot.domain.moment import Moment


@dataclass(frozen=True, slots=True)
class EventRoute:
    """The kind that operators may set, the level without their choice, and whether owners are told of others' bots."""

    kind: NotificationKind
    level: NotificationLevel
    reaches_owners: bool = True


EVENT_ROUTES: Mapping[type[object], EventRoute] = {
    events.OrderFilled: EventRoute(NotificationKind.FILLS, NotificationLevel.SILENT),
    events.TradeClosed: EventRoute(NotificationKind.FILLS, NotificationLevel.SILENT),
    DustLeft: EventRoute(NotificationKind.FILLS, NotificationLevel.SILENT),
    events.OrderPlaced: EventRoute(NotificationKind.ORDERS, NotificationLevel.OFF),
    events.OrderCanceled: EventRoute(NotificationKind.ORDERS, NotificationLevel.OFF),
    events.OrderRejected: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    events.SignalRaised: EventRoute(NotificationKind.SIGNALS, NotificationLevel.OFF),
    events.BotStarted: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    events.BotPaused: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    events.BotResumed: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    events.BotStopped: EventRoute(NotificationKind.LIFE_CYCLE, NotificationLevel.SILENT),
    events.BotFailed: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    events.RiskTripped: EventRoute(NotificationKind.RISK, NotificationLevel.LOUD),
    StopLost: EventRoute(NotificationKind.RISK, NotificationLevel.LOUD),
    # Of these everybody concerned has an event of their own; owners need not be told of everybody's.
    events.PanicEngaged: EventRoute(NotificationKind.RISK, NotificationLevel.CRITICAL, reaches_owners=False),
    events.PanicLifted: EventRoute(NotificationKind.RISK, NotificationLevel.CRITICAL, reaches_owners=False),
    events.DeskRecovered: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD, reaches_owners=False),
    events.StoppedByCorruption: EventRoute(NotificationKind.ERRORS, NotificationLevel.CRITICAL),
    events.PlatformDown: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    events.PlatformBack: EventRoute(NotificationKind.ERRORS, NotificationLevel.SILENT),
    BooksDiffer: EventRoute(NotificationKind.ERRORS, NotificationLevel.LOUD),
    events.AccessChanged: EventRoute(NotificationKind.SECURITY, NotificationLevel.LOUD),
}


def event_route(payload: Payload) -> EventRoute:
    return EVENT_ROUTES[type(payload)]


def bot_label(bot: Bot) -> BotLabel:
    return BotLabel(
        bot_id=bot.bot_id,
        name=bot.name,
        mode=bot.mode,
        symbol=bot.config.symbol,
        timeframe=bot.config.timeframe,
        strategy=bot.config.strategy,
    )


def system_event(
    event_id: str, payload: Payload, operator_id: OperatorId, at: datetime, *, bot: Bot | None = None, thread: str = ""
) -> Event:
    """Return an event that happened at a time of the system's clock."""
    route = event_route(payload)
    return Event(
        event_id=EventId(event_id),
        topic=route.kind,
        level=route.level,
        operator_id=operator_id,
        bot=bot_label(bot) if bot else None,
        account_id=bot.config.account_id if bot else None,
        moment=Moment(at, at),
        payload=payload,
        thread=thread,
    )
