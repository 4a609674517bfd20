"""What a person chose for one topic was built on how they were when the command came in: the choice before was lost."""

import asyncio

from bot.domain.events import Topic
from bot.domain.people import Loudness, QuietHours
from tests.builders.people_harness import a_crew

NIGHT = QuietHours(start_minute=22 * 60, end_minute=7 * 60)


async def test_two_choices_in_one_moment_both_count() -> None:
    aboard = await a_crew()
    jonas = await aboard.welcome("jonas")
    await asyncio.gather(
        aboard.choices.set_notify(jonas, Topic.FILLS, Loudness.OFF),
        aboard.choices.set_notify(jonas, Topic.RISK, Loudness.SILENT),
        aboard.choices.set_quiet(jonas, NIGHT),
    )
    preferences = (await aboard.now(jonas)).preferences
    assert dict(preferences.notify) == {Topic.FILLS: Loudness.OFF, Topic.RISK: Loudness.SILENT}
    assert preferences.quiet == NIGHT
