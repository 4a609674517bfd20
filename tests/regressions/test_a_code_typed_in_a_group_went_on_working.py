"""Whoever typed `/join CODE` in a group was met with silence: the message stayed and the code worked for any reader."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness
from tests.integration.commands.test_people import invited

SETUP = "K7QM-2XVP"


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path) as opened:
        yield opened


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, is_owned=False) as opened:
        yield opened


def at_telegram(bench: ChatHarness, platform_id: str, *, is_private: bool = True) -> ScriptedPerson:
    return ScriptedPerson(
        bench.command_bus, platform_id, platform="telegram", is_private=is_private, is_slash_optional=False
    )


WORTHLESS = "Others could read that code, so it works no more; "


@pytest.mark.parametrize("line", ["/join {}", "/join@DeskBot {}", "/start join_{}", "/link {}", "/claim {}"])
async def test_an_invitation_that_a_stranger_typed_in_a_group_brings_nobody_aboard(
    bench: ChatHarness, line: str
) -> None:
    code = await invited(bench)
    here = at_telegram(bench, "77", is_private=False)
    refused = await here.ask(line.format(code))
    assert refused.headline.startswith("Refused: codes and keys are taken in private only. ")
    assert WORTHLESS in refused.headline
    assert refused.is_request_secret
    assert refused.is_private
    assert code not in refused.headline
    assert (await at_telegram(bench, "78").say(f"/join {code}")).startswith("Invalid: that code is wrong")


async def test_the_owners_hear_of_it(bench: ChatHarness) -> None:
    code = await invited(bench)
    await at_telegram(bench, "77", is_private=False).say(f"/join {code}")
    assert "⚠️ A code was typed in a group by telegram 77; it works no more." in await bench.mia.say("/logs")


async def test_a_link_code_that_its_maker_typed_in_a_group_links_nobody(bench: ChatHarness) -> None:
    code = (await bench.mia.ask("/link")).buttons[0].copy_text.rpartition(" ")[2]
    here = ScriptedPerson(bench.command_bus, "1000", is_private=False)
    refused = await here.ask(f"/link {code}")
    assert WORTHLESS in refused.headline
    assert refused.is_request_secret
    assert (await at_telegram(bench, "78").say(f"/link {code}")).startswith("Invalid: that code is wrong")


async def test_a_setup_code_typed_in_a_group_makes_nobody_the_owner_nor_does_it_after_a_restart(
    unowned: ChatHarness,
) -> None:
    await unowned.people.prepare_setup_code(SETUP)
    here = at_telegram(unowned, "77", is_private=False)
    refused = await here.ask(f"/claim {SETUP}")
    assert WORTHLESS in refused.headline
    assert "the next start of the server prints another one" in refused.headline
    reader = at_telegram(unowned, "78")
    assert (await reader.say(f"/claim {SETUP}")).startswith("Invalid: that code is wrong")
    fresh = await unowned.people.prepare_setup_code(SETUP)
    assert fresh not in (None, SETUP)
    assert (await reader.say(f"/claim {SETUP}")).startswith("Invalid: that code is wrong")
    assert (await reader.say(f"/claim {fresh}")).startswith("✅ You are the owner")


async def test_a_stranger_with_a_wrong_code_still_meets_silence_and_cannot_go_on_guessing(bench: ChatHarness) -> None:
    code = await invited(bench)
    here = at_telegram(bench, "77", is_private=False)
    for _ in range(5):
        assert await here.say("/join AAAA-AAAA") == ""
    assert await here.say(f"/join {code}") == ""
    assert (await at_telegram(bench, "78").say(f"/join {code}")).startswith("✅ Welcome")


async def test_a_line_that_nobody_else_sees_costs_no_code(bench: ChatHarness) -> None:
    code = await invited(bench)
    here = ScriptedPerson(bench.command_bus, "77", platform="discord", is_private=False)
    await bench.command_bus.pipeline.dispatch_request(replace(here.request(f"/join {code}"), is_input_hidden=True))
    assert (await at_telegram(bench, "78").say(f"/join {code}")).startswith("✅ Welcome")
