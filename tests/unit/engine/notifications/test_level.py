"""How loudly each destination is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.events import BotStarted, Event, NotificationKind, NotificationLevel
from bot.domain.ids import OperatorId
from bot.domain.people import NotificationSetting, Operator, Preferences, QuietHours
from bot.engine.notifications.level import LastChats, delivery_level
from tests.builders import facts as a

CHAT = a.a_destination("telegram:1")
GROUP = replace(a.a_destination("telegram:-1"), kind=DestinationKind.GROUP)
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 1, 5, 0, tzinfo=UTC)
NIGHT = QuietHours(start_minute=23 * 60, end_minute=7 * 60)


def an_event(level: NotificationLevel, topic: NotificationKind = NotificationKind.ERRORS) -> Event:
    return replace(a.an_event(), level=level, topic=topic)


def a_person(
    *notify: tuple[NotificationKind, NotificationSetting], quiet: QuietHours | None = None, timezone: str = "UTC"
) -> Operator:
    return replace(a.an_operator(), timezone=timezone, preferences=Preferences(notify=notify, quiet=quiet))


def heard(event: Event, person: Operator | None, now: datetime = NOON) -> NotificationLevel:
    return delivery_level(event, CHAT if person else GROUP, person, LastChats(), now)


@pytest.mark.parametrize(
    "level", [NotificationLevel.SILENT, NotificationLevel.LOUD, NotificationLevel.OFF, NotificationLevel.CRITICAL]
)
def test_without_a_choice_an_event_is_as_loud_as_its_kind(level: NotificationLevel) -> None:
    assert heard(an_event(level), a_person()) is level


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (NotificationSetting.ON, NotificationLevel.LOUD),
        (NotificationSetting.SILENT, NotificationLevel.SILENT),
        (NotificationSetting.OFF, NotificationLevel.OFF),
    ],
)
def test_a_choice_counts_for_its_topic_alone(chosen: NotificationSetting, expected: NotificationLevel) -> None:
    person = a_person((NotificationKind.FILLS, chosen))
    assert heard(an_event(NotificationLevel.SILENT, NotificationKind.FILLS), person) is expected
    assert heard(an_event(NotificationLevel.SILENT, NotificationKind.ORDERS), person) is NotificationLevel.SILENT


def test_what_has_to_be_acted_on_rings_whatever_was_chosen() -> None:
    person = a_person((NotificationKind.RISK, NotificationSetting.OFF), quiet=NIGHT)
    assert (
        heard(an_event(NotificationLevel.CRITICAL, NotificationKind.RISK), person, MIDNIGHT)
        is NotificationLevel.CRITICAL
    )


def test_nothing_rings_in_quiet_hours_of_the_persons_own_zone() -> None:
    assert heard(an_event(NotificationLevel.LOUD), a_person(quiet=NIGHT), MIDNIGHT) is NotificationLevel.SILENT
    assert heard(an_event(NotificationLevel.LOUD), a_person(quiet=NIGHT), NOON) is NotificationLevel.LOUD
    assert (
        heard(an_event(NotificationLevel.LOUD), a_person(quiet=NIGHT, timezone="Asia/Tokyo"), MIDNIGHT)
        is NotificationLevel.LOUD
    )


@pytest.mark.parametrize(("start", "end"), [(540, 1020), (1380, 420)])
def test_quiet_hours_begin_at_their_start_and_end_before_their_end(start: int, end: int) -> None:
    hours = QuietHours(start_minute=start, end_minute=end)
    within = [
        minute
        for minute in range(1440)
        if hours.is_quiet_at(datetime(2026, 1, 1, minute // 60, minute % 60).time())  # noqa: DTZ001 - a local time of day
    ]
    assert len(within) == (end - start) % 1440
    assert start in within
    assert end not in within


def test_what_somebody_did_is_not_told_where_the_reply_said_it() -> None:
    event = replace(
        an_event(NotificationLevel.OFF, NotificationKind.LIFE_CYCLE), payload=BotStarted(by=OperatorId("mia"))
    )
    presence = LastChats()
    presence[OperatorId("mia")] = "discord:1"
    assert delivery_level(event, CHAT, a_person(), presence, NOON) is NotificationLevel.SILENT
    presence[OperatorId("mia")] = CHAT.key
    assert delivery_level(event, CHAT, a_person(), presence, NOON) is NotificationLevel.OFF
    assert (
        delivery_level(event, a.a_destination("telegram:2", operator="jonas"), a_person(), presence, NOON)
        is NotificationLevel.SILENT
    )
    presence[OperatorId("mia")] = GROUP.key
    assert delivery_level(event, GROUP, None, presence, NOON) is NotificationLevel.OFF


def test_a_group_has_no_quiet_hours_and_no_choices() -> None:
    assert heard(an_event(NotificationLevel.LOUD), None, MIDNIGHT) is NotificationLevel.LOUD
