"""A trial with several people: panic asked without need, viewers were told to create, accounts came twice."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.domain.people import Role
from tests.builders.chat_driver import market
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness
from tests.integration.commands.test_confirming import code_in


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, market()) as opened:
        yield opened


async def joined(bench: ChatHarness) -> ScriptedPerson:
    """Let a trader aboard who has an account, as whoever joins has."""
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", await bench.mia.say("/invite trader"))
    assert found
    jonas = ScriptedPerson(bench.command_bus, "77", platform="telegram")
    assert "linked as trader" in await jonas.say(f"/join {found[0]}")
    return jonas


def labels(person: ScriptedPerson) -> list[str]:
    return [button.label for button in person.replies[-1].buttons]


@pytest.mark.parametrize("policy", ["", " policy=cancel", " policy=flatten"])
async def test_a_panic_without_positions_does_not_ask_what_to_do_with_them(bench: ChatHarness, policy: str) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    assert (await bench.mia.say(f"/panic scope=all{policy}")).startswith("🚨 Panic · all stopped ")


async def test_a_panic_with_positions_asks_what_to_do_with_them(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    asked = await bench.mia.say("/panic scope=all")
    assert "And the positions?" in asked
    assert "Sell them now: send yes " in asked


async def test_a_panic_of_ones_own_bots_does_not_say_that_all_is_stopped(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    done = await bench.mia.say("/panic scope=mine policy=cancel")
    assert done.startswith("🚨 Panic · bots of mia stopped 12:00:00 by mia")
    done = await bench.mia.say("/panic scope=practice policy=cancel")
    assert done.startswith("🚨 Panic · account practice stopped 12:00:00")


async def test_a_trader_is_not_offered_to_stop_everything(bench: ChatHarness) -> None:
    jonas = await bench.somebody("jonas", Role.TRADER)
    assert (await jonas.say("/panic")).startswith("🚨 Panic · bots of jonas stopped")
    assert [state.scope for state in bench.engine.panic.states()] == ["jonas"]
    assert await jonas.say("/panic scope=all") == (
        "Refused: only an owner can stop everything; jonas is a trader. Use /panic scope=mine"
    )


async def test_accounts_of_the_same_name_are_listed_once_in_a_refusal(bench: ChatHarness) -> None:
    await joined(bench)
    assert "an account (practice), for example" in await bench.mia.say("/panic scope=nowhere")


async def test_the_last_owner_is_not_asked_about_what_is_refused(bench: ChatHarness) -> None:
    refused = await bench.mia.say("/role mia viewer")
    assert refused == "Refused: mia is the only owner. First make another one: /role NAME owner"


async def test_a_viewer_without_bots_is_not_told_how_to_create_one(bench: ChatHarness) -> None:
    viewer = await bench.somebody("vi", Role.VIEWER)
    text = await viewer.say("/bots")
    assert text.startswith("Fleet · no bots yet\nWhoever has a bot can share it with you")
    assert "six taps" not in text
    assert "six taps" in await bench.mia.say("/bots")


async def test_an_owner_is_asked_only_about_accounts_of_their_own(bench: ChatHarness) -> None:
    await joined(bench)
    await bench.mia.say("/new")
    await bench.mia.say("ema-cross")
    await bench.mia.say("BTC/USDT")
    await bench.mia.say("1h")
    assert labels(bench.mia)[0] == "practice · PRACTICE"
    assert labels(bench.mia).count("practice · PRACTICE") == 1


async def test_what_was_sold_of_a_stopped_bot_does_not_make_it_go_on(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    await bench.mia.say("/stop alpha")
    answer = await bench.mia.say(f"yes {code_in(await bench.mia.say('/close alpha'))}")
    assert "stays stopped" in answer
    assert "goes on" not in answer
