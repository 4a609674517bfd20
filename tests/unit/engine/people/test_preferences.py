"""What people choose for themselves."""

from dataclasses import replace

from bot.domain.events import NotificationKind
from bot.domain.people import NotificationSetting, Preferences, QuietHours, Role
from tests.builders.people_harness import MIA, a_people_harness

NIGHT = QuietHours(start_minute=22 * 60, end_minute=7 * 60)


async def test_a_time_zone_is_kept_beside_the_rest() -> None:
    aboard = await a_people_harness()
    await aboard.preference_editor.save_preferences(MIA, Preferences(charts="light"))
    changed = await aboard.preference_editor.set_timezone(MIA, "Asia/Tokyo")
    assert changed == replace(MIA, timezone="Asia/Tokyo", preferences=Preferences(charts="light"))
    assert await aboard.now(MIA) == changed


async def test_a_topic_is_as_loud_as_chosen_last() -> None:
    aboard = await a_people_harness()
    for topic, loudness in (
        (NotificationKind.FILLS, NotificationSetting.OFF),
        (NotificationKind.RISK, NotificationSetting.ON),
        (NotificationKind.FILLS, NotificationSetting.SILENT),
    ):
        await aboard.preference_editor.set_notification(MIA, topic, loudness)
    notify = (await aboard.now(MIA)).preferences.notify
    assert sorted(notify) == [
        (NotificationKind.FILLS, NotificationSetting.SILENT),
        (NotificationKind.RISK, NotificationSetting.ON),
    ]


async def test_the_usual_loudness_comes_back() -> None:
    aboard = await a_people_harness()
    await aboard.preference_editor.set_notification(MIA, NotificationKind.FILLS, NotificationSetting.OFF)
    await aboard.preference_editor.set_notification(MIA, NotificationKind.RISK, NotificationSetting.OFF)
    await aboard.preference_editor.set_notification(MIA, NotificationKind.FILLS, None)
    assert (await aboard.now(MIA)).preferences.notify == ((NotificationKind.RISK, NotificationSetting.OFF),)


async def test_quiet_hours_begin_and_end() -> None:
    aboard = await a_people_harness()
    await aboard.preference_editor.set_notification(MIA, NotificationKind.FILLS, NotificationSetting.OFF)
    assert (await aboard.preference_editor.set_quiet_hours(MIA, NIGHT)).preferences.quiet == NIGHT
    ended = await aboard.preference_editor.set_quiet_hours(MIA, None)
    assert ended.preferences == Preferences(notify=((NotificationKind.FILLS, NotificationSetting.OFF),))


async def test_a_choice_gives_back_no_role_and_no_access() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.operators.change_role(jonas.operator_id, Role.VIEWER, MIA)
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    await aboard.preference_editor.set_timezone(jonas, "Asia/Tokyo")
    now = await aboard.now(jonas)
    assert (now.role, now.removed_at) == (Role.VIEWER, aboard.clock.now())
