"""What a second reading of the texts found: advice that does not help, titles without sense, counts of what is gone."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.commands.reply.blocks import Footer
from bot.commands.views.card import bot_card
from bot.domain.people import Role
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness, plain_text


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path) as opened:
        yield opened


async def test_whoever_pauses_a_paused_bot_is_not_told_to_run_it(bench: ChatHarness) -> None:
    await bench.made()
    assert await bench.mia.say("/pause alpha") == (
        "Refused: alpha (PRACTICE) is created. Only a running bot can pause: /run alpha"
    )
    await bench.mia.say("/run alpha")
    await bench.mia.say("/pause alpha")
    assert await bench.mia.say("/pause alpha") == (
        "Refused: alpha (PRACTICE) is paused already. /resume alpha ends the pause"
    )


def test_a_card_of_a_plan_does_not_count_an_order_that_is_being_canceled() -> None:
    row = story.eth_grid()
    first, *others = row.view.working_orders
    canceled = replace(row, view=replace(row.view, working_orders=(replace(first, is_cancel_wanted=True), *others)))
    assert "Now: 9 orders rest, " in plain_text(bot_card(story.card_data(canceled), builtin_strategies()))


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("/clone alpha", "/clone alpha (PRACTICE) · the name of the copy?"),
        ("/rename alpha", "/rename alpha (PRACTICE) · the new name?"),
        ("/role", "/role · the name of somebody aboard?"),
        ("/role jonas", "/role jonas · owner, trader or viewer?"),
    ],
)
async def test_a_question_for_one_word_says_what_it_is_for(bench: ChatHarness, line: str, title: str) -> None:
    await bench.made()
    await bench.somebody("jonas", Role.VIEWER)
    assert (await bench.mia.ask(line)).headline == title


async def test_a_bot_that_was_tapped_is_named_with_its_mode(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/clone")
    assert (await bench.mia.press("alpha")).startswith("/clone alpha (PRACTICE) · the name of the copy?")


async def test_help_lists_nothing_that_is_only_for_those_who_are_not_aboard(bench: ChatHarness) -> None:
    text = await bench.mia.say("/help")
    assert "/claim" not in text
    assert "/join" not in text
    assert "/link" in text
    assert (await bench.mia.say("/help claim")).startswith("/claim code")


def footers(person: ScriptedPerson) -> list[str]:
    return [block.line for block in person.replies[-1].blocks if isinstance(block, Footer)]


LEGEND = "candle close and what was wanted, then what became of it"


async def test_a_list_of_one_page_does_not_say_which_page_it_is(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    await bench.mia.say("/signals alpha limit=100")
    assert footers(bench.mia) == [f"{LEGEND}; times UTC"]
    await bench.mia.say("/signals alpha limit=1")
    assert footers(bench.mia) == [f"page 1, {LEGEND}; times UTC"]
    await bench.mia.say("/signals alpha limit=1 page=2")
    assert footers(bench.mia) == [f"page 2, {LEGEND}; times UTC"]


async def test_logs_name_the_time_zone_of_their_times(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    for line in ("/logs", "/logs alpha"):
        await bench.mia.say(line)
        assert footers(bench.mia) == ["times UTC"]
    await bench.mia.say("/settings timezone=Asia/Tokyo")
    await bench.mia.say("/logs")
    assert footers(bench.mia) == ["times JST"]


@pytest.mark.parametrize("line", ["/new g grid BTC/USDT 1h capital=20000", "/new capital=20000"])
async def test_a_capital_that_is_not_there_is_refused_before_anything_else_is_asked(
    bench: ChatHarness, line: str
) -> None:
    refused = await bench.mia.ask(line)
    assert refused.headline.endswith(
        "(PRACTICE) needs 20,000.00 USDT; account practice has 10,000.00 free, 0.00 reserved by 0 bots."
    )
    assert [button.label for button in refused.buttons] == ["Use 10,000"]
    assert (await bench.mia.press("Use 10,000")).startswith("New bot · ")


async def test_a_capital_that_is_no_number_is_refused_before_the_levels_are_asked_for(bench: ChatHarness) -> None:
    assert (await bench.mia.say("/new g grid BTC/USDT 1h capital=much")).startswith("Invalid: capital ")
    await bench.mia.say("/new g grid BTC/USDT 1h")
    assert (await bench.mia.say("capital=20000")).splitlines()[0].startswith("Refused: g (PRACTICE) needs 20,000.00")


async def test_what_a_field_takes_is_said_with_what_its_neighbour_leaves(bench: ChatHarness) -> None:
    await bench.mia.say("/new ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("parameters")
    assert (await bench.mia.say("fast")).startswith("fast is 12 · whole number, 2 to 25 · ")
    assert [button.label for button in bench.mia.replies[-1].buttons] == ["8", "12", "20", "\u2039 Back", "Cancel"]
    await bench.mia.say("30")
    assert [button.label for button in bench.mia.replies[-1].buttons] == ["8", "12", "20", "\u2039 Back", "Cancel"]
    await bench.made()
    await bench.mia.say("/edit alpha")
    assert " · slow is 26 · whole number, 13 to 500 · " in await bench.mia.say("slow")


async def test_a_refusal_for_the_role_says_what_an_owner_would_send(bench: ChatHarness) -> None:
    viewer = await bench.somebody("jonas", Role.VIEWER)
    assert (await viewer.say("/run alpha")).endswith("An owner can make you a trader: /role jonas trader")
    trader = await bench.somebody("tom", Role.TRADER)
    assert await trader.say("/audit") == "Refused: traders cannot use /audit. It is for owners."
