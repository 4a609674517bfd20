"""Questions before dangerous commands."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.people import Role
from tests.builders.chat_driver import market
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness


@pytest.fixture
async def holding(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    """Give a desk whose only bot runs and holds something."""
    async with a_chat_harness(tmp_path, market()) as opened:
        await opened.made()
        await opened.mia.say("/run alpha")
        await opened.engine.play_to_end()
        yield opened


def code_in(text: str) -> str:
    found = re.search(r"yes ([A-Z0-9]{4})", text)
    assert found, text
    return found[1]


async def test_deleting_asks_and_works_once_with_its_code(bench: ChatHarness) -> None:
    await bench.made()
    asked = await bench.mia.say("/delete alpha")
    assert asked.startswith("⏹️ alpha · PRACTICE · delete it?")
    code = code_in(asked)
    assert await bench.mia.say(f"yes {code}") == "✅ alpha · PRACTICE · deleted."
    assert await bench.mia.say(f"yes {code}") == "Refused: this question was answered already; nothing is done twice."
    assert (await bench.mia.say("/bots")).startswith("Fleet · no bots yet")


async def test_a_question_expires_after_a_minute(bench: ChatHarness) -> None:
    await bench.made()
    code = code_in(await bench.mia.say("/delete alpha"))
    bench.clock.advance(timedelta(seconds=61))
    assert await bench.mia.say(f"yes {code}") == (
        "Refused: this question has expired. Send /delete alpha (alpha (PRACTICE)) again."
    )
    assert (await bench.mia.say("/bot alpha")).startswith("⏹️ alpha")


async def test_only_the_person_who_was_asked_can_answer(bench: ChatHarness) -> None:
    await bench.made()
    code = code_in(await bench.mia.say("/delete alpha"))
    jonas = await bench.somebody("jonas", Role.OWNER)
    assert await jonas.say(f"/yes {code}") == "Refused: only mia can answer for alpha (PRACTICE)."


async def test_no_drops_the_question(bench: ChatHarness) -> None:
    await bench.made()
    code = code_in(await bench.mia.say("/delete alpha"))
    assert await bench.mia.say(f"no {code}") == "Canceled: /delete alpha was not carried out."
    assert (await bench.mia.say(f"yes {code}")).startswith("Refused:")
    assert await bench.mia.say("no") == "Nothing waits for an answer."


async def test_a_pipe_wants_the_code_and_a_terminal_takes_a_plain_yes(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/delete alpha")
    assert (await bench.mia.say("yes")).startswith("Invalid: yes needs its code here.")
    terminal = ScriptedPerson(bench.command_bus, "1000", is_terminal=True)
    asked = await terminal.ask("/delete alpha")
    assert [button.label for button in asked.buttons] == ["Back", "Delete"]
    assert await terminal.say("yes") == "✅ alpha · PRACTICE · deleted."


async def test_a_double_tap_is_not_taken(bench: ChatHarness) -> None:
    await bench.made()
    phone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False, is_tap=True)
    await phone.say("/delete alpha")
    assert (await phone.press("Delete")).startswith("Refused: that came within a second of its question")
    await phone.say("/delete alpha")
    bench.clock.advance(timedelta(seconds=1))
    assert await phone.press("Delete") == "✅ alpha · PRACTICE · deleted."


async def test_a_renamed_bot_is_still_the_one_that_was_asked_about(bench: ChatHarness) -> None:
    await bench.made()
    code = code_in(await bench.mia.say("/delete alpha"))
    await bench.mia.say("/rename alpha beta")
    assert await bench.mia.say(f"yes {code}") == "✅ beta · PRACTICE · deleted."


async def test_nothing_waits_for_a_yes_out_of_the_blue(bench: ChatHarness) -> None:
    assert await bench.mia.say("/yes") == (
        "Invalid: nothing waits for an answer. Expected a command, for example /bots"
    )
    assert (await bench.mia.say("yes ABCD")).startswith("Invalid: there is no question with that code.")


async def test_a_panic_that_keeps_positions_does_not_sell_them_later(holding: ChatHarness) -> None:
    bench = holding
    sell = code_in(await bench.mia.say("/panic scope=all"))
    done = await bench.mia.say(f"no {sell}")
    assert done.startswith("🚨 Panic · all stopped 12:00:00 by mia")
    assert (await bench.mia.say(f"yes {sell}")).startswith("Refused: this question was answered already")
    assert (await bench.mia.say("/run alpha")).startswith("Refused: alpha (PRACTICE) is blocked by panic")
    assert (await bench.mia.say("/unlock")).startswith("✅ Panic lifted")
    # Its market has ended; nothing else is in its way.
    assert (await bench.mia.say("/run alpha")).startswith("Refused: alpha (PRACTICE) cannot run: the recording has")


async def test_a_policy_given_with_a_panic_is_checked_and_kept_while_its_scope_is_asked_for(
    holding: ChatHarness,
) -> None:
    bench = holding
    assert (await bench.mia.say("/panic policy=sell")) == (
        "Invalid: no policy sell. Expected cancel or flatten, for example /panic scope=all policy=cancel"
    )
    terminal = ScriptedPerson(bench.command_bus, "1000", is_terminal=True)
    await bench.somebody("jonas", Role.TRADER)
    await terminal.say("/panic policy=flatten")
    assert [button.label for button in terminal.replies[-1].buttons] == ["Keep them", "Sell them now"]
