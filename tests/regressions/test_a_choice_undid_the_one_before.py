"""What a person chose for one topic was built on how they were when the command came in: the choice before was lost."""

import asyncio

from bot.domain.events import NotificationKind
from bot.domain.people import NotificationSetting, QuietHours
from tests.builders.people_harness import a_people_harness

NIGHT = QuietHours(start_minute=22 * 60, end_minute=7 * 60)


async def test_two_choices_in_one_moment_both_count() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await asyncio.gather(
        aboard.preference_editor.set_notification(jonas, NotificationKind.FILLS, NotificationSetting.OFF),
        aboard.preference_editor.set_notification(jonas, NotificationKind.RISK, NotificationSetting.SILENT),
        aboard.preference_editor.set_quiet_hours(jonas, NIGHT),
    )
    preferences = (await aboard.now(jonas)).preferences
    assert dict(preferences.notify) == {
        NotificationKind.FILLS: NotificationSetting.OFF,
        NotificationKind.RISK: NotificationSetting.SILENT,
    }
    assert preferences.quiet == NIGHT
