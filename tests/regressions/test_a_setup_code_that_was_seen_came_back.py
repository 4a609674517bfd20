"""Of setup codes that a group had seen only the last was remembered: the first, which the settings give, came back."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders.chat_harness import ChatHarness, a_chat_harness

GIVEN = "K7QM-2XVP"


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, is_owned=False) as opened:
        yield opened


async def test_a_code_of_the_settings_that_was_seen_never_works_again(unowned: ChatHarness) -> None:
    people = unowned.people
    assert await people.prepare_setup_code(GIVEN) == GIVEN
    assert await people.withdraw_leaked_setup_code(GIVEN)
    printed = await people.prepare_setup_code(GIVEN)
    assert printed not in (None, GIVEN)
    assert await people.withdraw_leaked_setup_code(printed or "")
    assert await people.prepare_setup_code(GIVEN) != GIVEN
