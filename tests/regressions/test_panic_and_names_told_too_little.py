"""What people had to guess: who panicked, whether a panic is in force, which name is free, who a command is for."""

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
    async with a_chat_harness(tmp_path) as opened:
        yield opened


def labels(person: ScriptedPerson) -> list[str]:
    return [button.label for button in person.replies[-1].buttons]


async def engaged(person: ScriptedPerson, scope: str) -> None:
    assert (await person.say(f"/panic scope={scope} policy=cancel")).startswith("🚨 Panic · ")


async def test_whoever_panics_hears_which_panic_is_in_force(bench: ChatHarness) -> None:
    jonas = await bench.trader("jonas")
    tom = await bench.somebody("tom", Role.TRADER)
    for person, name in ((jonas, "his"), (bench.mia, "hers")):
        await person.say(f"/new {name} ema-cross BTC/USDT 1h capital=100")
        await person.say("create and run")
    # Two people's bots run: which of them shall stop is a question.
    await bench.mia.say("/panic")
    assert "Unlock" not in labels(bench.mia)
    await engaged(jonas, "mine")
    await jonas.say("/run his")
    fleet = await bench.mia.say("/bots")
    assert "Panic in force: bots of jonas. Nothing is bought until the owner sends /unlock." in fleet
    assert "Unlock" in labels(bench.mia)
    assert "Panic in force: bots of jonas." in await jonas.say("/bots")
    assert "Panic in force" not in await tom.say("/bots")
    await engaged(bench.mia, "practice")
    assert "Panic in force: bots of jonas, account practice of mia." in await bench.mia.say("/bots")
    await engaged(bench.mia, "all")
    assert "Panic in force: bots of jonas, everything." in await jonas.say("/bots")


async def test_lifting_another_scope_does_not_say_that_no_panic_is_in_force(bench: ChatHarness) -> None:
    await engaged(bench.mia, "all")
    assert await bench.mia.say("/unlock scope=mine") == (
        "Refused: no panic of scope mine is in force, but another is. /unlock lifts every one"
    )


@pytest.mark.parametrize(("line", "free"), [("alpha", "alpha-2"), ("all", "all-1"), ("Be_ta", "be-ta")])
async def test_a_name_that_cannot_be_comes_with_a_button_for_one_that_can(
    bench: ChatHarness, line: str, free: str
) -> None:
    await bench.made()
    answer = await bench.mia.say(f"/new {line} ema-cross BTC/USDT 1h capital=100")
    assert answer.splitlines()[0].endswith(f"for example {free}")
    assert "for example alpha\n" not in f"{answer}\n"
    assert labels(bench.mia)[0] == free
    summary = await bench.mia.press(free)
    assert re.search(rf"Name +{free}\n", summary), summary


async def test_whoever_has_one_account_only_is_not_asked_which_shall_go(bench: ChatHarness) -> None:
    assert await bench.mia.say("/unlink") == (
        "Refused: Console is your only account here. Link another one first: /link"
    )


async def test_a_bot_that_has_just_started_is_not_said_never_to_have_run(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    assert await bench.mia.say("/chart alpha kind=equity") == (
        "Refused: there is nothing to draw yet: a curve begins with the second candle of a bot that runs. See /bots"
    )


async def test_help_does_not_ask_a_role_of_those_who_are_not_aboard(bench: ChatHarness) -> None:
    for name in ("claim", "join"):
        assert "Needs: nothing, it is for whoever is not aboard yet." in await bench.mia.say(f"/help {name}")


async def test_a_market_that_cannot_start_again_is_not_asked_about(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        refused = await bench.mia.say("/market action=restart")
        assert refused == (
            "Refused: the market cannot begin again while its bots run or hold something that could be sold: "
            "alpha. First /stop alpha policy=flatten"
        )
        await bench.mia.say("/stop alpha")
        assert "sell 0.01411 BTC at market" in await bench.mia.say("/stop all policy=flatten")


async def test_a_panic_that_sold_at_once_says_so(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        answer = await bench.mia.say(f"yes {code_in(await bench.mia.say('/panic scope=all policy=flatten'))}")
        assert re.search(r"3 positions closed +1 of 1\n4 left +nothing", answer), answer
