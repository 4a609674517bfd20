"""Tags are set when a bot is made or edited, shown, searched, and used to find several bots at once."""

import pytest

from tests.builders.chat_harness import ChatHarness

LINE = "ema-cross BTC/USDT 1h capital=100"


async def test_a_bot_is_made_with_tags_and_found_by_them(bench: ChatHarness) -> None:
    summary = await bench.mia.say(f"/new alpha {LINE} tag=Trend,btc")
    assert "Tags" in summary
    assert "trend, btc" in summary
    await bench.mia.say("create")
    await bench.made(f"/new beta {LINE}")
    assert "tags trend, btc" in await bench.mia.say("/bot alpha")
    assert "tags" not in await bench.mia.say("/bot beta")
    listed = await bench.mia.say("/bots filter=trend")
    assert "alpha" in listed
    assert "beta" not in listed
    assert "alpha" in await bench.mia.say("/run tag=trend")
    assert "running" in await bench.mia.say("/bot alpha")
    assert "created" in await bench.mia.say("/bot beta")


@pytest.mark.parametrize("word", ["tag", "tags"])
async def test_tags_are_edited_undone_and_taken_off(bench: ChatHarness, word: str) -> None:
    await bench.made(f"/new alpha {LINE}")
    assert "tags grid,slow" in await bench.mia.say(f"/edit alpha {word}=grid,slow")
    assert "tags grid, slow" in await bench.mia.say("/bot alpha")
    await bench.mia.say(f"/edit alpha {word}=none")
    assert "tags" not in await bench.mia.say("/bot alpha")
    await bench.mia.say(f"/edit alpha {word}=none")
    await bench.mia.say(f"/edit alpha {word}=other")
    assert "tags none" in await bench.mia.press("Undo")


async def test_tags_and_settings_are_edited_in_one_line(bench: ChatHarness) -> None:
    await bench.made(f"/new alpha {LINE}")
    assert "fast 12 -> 10" in await bench.mia.say("/edit alpha fast=10 tag=trend")
    assert "tags trend" in await bench.mia.say("/bot alpha")


async def test_a_clone_keeps_tags_unless_it_is_given_others(bench: ChatHarness) -> None:
    await bench.made(f"/new alpha {LINE} tag=trend")
    assert "tags trend" in await bench.mia.say("/clone alpha beta")
    assert "tags other" in await bench.mia.say("/clone alpha gamma tag=other")


async def test_a_wrong_tag_is_refused_with_one_that_would_do(bench: ChatHarness) -> None:
    await bench.made(f"/new alpha {LINE}")
    answer = await bench.mia.ask("/edit alpha tag=my_tag")
    assert answer.headline.startswith("Invalid: my_tag is no tag.")
    assert [button.command for button in answer.buttons] == ["/edit alpha tag=mytag"]


async def test_the_line_that_makes_the_same_bot_has_its_tags(bench: ChatHarness) -> None:
    await bench.made(f"/new alpha {LINE} tag=trend")
    assert "tag=trend" in await bench.mia.say("/more alpha")
