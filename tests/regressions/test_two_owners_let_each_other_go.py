"""Two owners who took each other's role in one moment left a desk that nobody owned, and changes undid each other."""

import asyncio

from bot.domain.errors import Refused
from bot.domain.people import Preferences, Role
from tests.builders.people_harness import MIA, a_people_harness


async def test_one_owner_stays_when_two_demote_each_other() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    results = await asyncio.gather(
        aboard.operators.change_role(anna.operator_id, Role.TRADER, MIA),
        aboard.operators.change_role(MIA.operator_id, Role.TRADER, anna),
        return_exceptions=True,
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Refused]
    assert await aboard.people.has_owner()


async def test_one_owner_stays_when_two_remove_each_other() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    results = await asyncio.gather(
        aboard.operators.remove_operator(anna.operator_id, MIA),
        aboard.operators.remove_operator(MIA.operator_id, anna),
        return_exceptions=True,
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Refused]
    assert await aboard.people.has_owner()


async def test_who_is_removed_while_their_role_changes_stays_removed() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await asyncio.gather(
        aboard.operators.remove_operator(jonas.operator_id, MIA),
        aboard.operators.change_role(jonas.operator_id, Role.VIEWER, MIA),
        return_exceptions=True,
    )
    assert (await aboard.now(jonas)).removed_at == aboard.clock.now()


async def test_a_choice_made_while_the_role_changes_leaves_both() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await asyncio.gather(
        aboard.operators.change_role(jonas.operator_id, Role.VIEWER, MIA),
        aboard.preference_editor.save_preferences(jonas, Preferences(charts="light")),
    )
    now = await aboard.now(jonas)
    assert (now.role, now.preferences.charts) == (Role.VIEWER, "light")
