"""What people choose for themselves."""

from dataclasses import replace

from bot.domain.events import Topic
from bot.domain.people import Loudness, Preferences, QuietHours, Role
from tests.builders.people_harness import MIA, a_crew

NIGHT = QuietHours(start_minute=22 * 60, end_minute=7 * 60)


async def test_a_time_zone_is_kept_beside_the_rest() -> None:
    aboard = await a_crew()
    await aboard.choices.prefer(MIA, Preferences(charts="light"))
    changed = await aboard.choices.set_timezone(MIA, "Asia/Tokyo")
    assert changed == replace(MIA, timezone="Asia/Tokyo", preferences=Preferences(charts="light"))
    assert await aboard.now(MIA) == changed


async def test_a_topic_is_as_loud_as_chosen_last() -> None:
    aboard = await a_crew()
    for topic, loudness in ((Topic.FILLS, Loudness.OFF), (Topic.RISK, Loudness.ON), (Topic.FILLS, Loudness.SILENT)):
        await aboard.choices.set_notify(MIA, topic, loudness)
    notify = (await aboard.now(MIA)).preferences.notify
    assert sorted(notify) == [(Topic.FILLS, Loudness.SILENT), (Topic.RISK, Loudness.ON)]


async def test_the_usual_loudness_comes_back() -> None:
    aboard = await a_crew()
    await aboard.choices.set_notify(MIA, Topic.FILLS, Loudness.OFF)
    await aboard.choices.set_notify(MIA, Topic.RISK, Loudness.OFF)
    await aboard.choices.set_notify(MIA, Topic.FILLS, None)
    assert (await aboard.now(MIA)).preferences.notify == ((Topic.RISK, Loudness.OFF),)


async def test_quiet_hours_begin_and_end() -> None:
    aboard = await a_crew()
    await aboard.choices.set_notify(MIA, Topic.FILLS, Loudness.OFF)
    assert (await aboard.choices.set_quiet(MIA, NIGHT)).preferences.quiet == NIGHT
    ended = await aboard.choices.set_quiet(MIA, None)
    assert ended.preferences == Preferences(notify=((Topic.FILLS, Loudness.OFF),))


async def test_a_choice_gives_back_no_role_and_no_access() -> None:
    aboard = await a_crew()
    jonas = await aboard.welcome("jonas")
    await aboard.crew.change_role(jonas.operator_id, Role.VIEWER, MIA)
    await aboard.crew.remove(jonas.operator_id, MIA)
    await aboard.choices.set_timezone(jonas, "Asia/Tokyo")
    now = await aboard.now(jonas)
    assert (now.role, now.removed_at) == (Role.VIEWER, aboard.clock.now())
