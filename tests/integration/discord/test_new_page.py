"""The form of a new bot on Discord: four lists and a row of buttons in one message for one person's eyes."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest
import simcord

from bot.commands.forms.new_bot_fields import NewBotFields
from tests.builders.discord_harness import DiscordHarness, aside, content, inputs, labels

NAMES = ("strategy", "symbol", "timeframe", "account")
SELECT, TEXT = 3, 4
TYPED = "Amount and parameters…"


def lists(message: simcord.ResponseMessage) -> dict[str, Mapping[str, Sequence[Mapping[str, object]]]]:
    """Return the lists of a page by what they ask for."""
    items = [item for row in message.components for item in row["components"] if "options" in item]
    return {str(item["custom_id"]).partition(":")[2]: item for item in items}


def chosen(message: simcord.ResponseMessage) -> dict[str, str]:
    """Return what is chosen of each list."""
    return {
        name: "".join(str(one["value"]) for one in item["options"] if one.get("default"))
        for name, item in lists(message).items()
    }


async def choose(
    who: simcord.UserHandle | simcord.MemberActor, message: simcord.ResponseMessage, name: str, value: str
) -> simcord.InteractionResult:
    return await who.select(message, [value], custom_id=str(lists(message)[name]["custom_id"]))


async def opened(desk: DiscordHarness, **words: str) -> simcord.ResponseMessage:
    response = (await desk.mia.slash("new", **words)).response
    assert isinstance(response, simcord.ResponseMessage)
    return response


async def test_a_new_bot_is_one_message_with_four_lists_and_a_row_of_buttons(desk: DiscordHarness) -> None:
    page = await opened(desk)
    assert page.content == "**New bot** · PRACTICE · choose, then go on"
    assert tuple(lists(page)) == NAMES
    assert len(page.components) == 5
    assert labels(page) == [TYPED, "Next", "Cancel"]
    assert [str(item.get("placeholder")) for item in lists(page).values()] == [
        "Strategy",
        "Market",
        "Candle",
        "Account",
    ]


async def test_a_bot_is_made_by_choices_and_a_modal(desk: DiscordHarness) -> None:
    page = await opened(desk)
    for name, value in (("symbol", "BTC/USDT"), ("strategy", "ema-cross")):
        answer = await choose(desk.mia, page, name, value)
        assert answer.response is not None
        assert answer.response.id == page.id, "one thing, one message"
        assert chosen(answer.response)[name] == value
    shown = await desk.mia.click(page, label=TYPED)
    assert shown.modal is not None
    assert shown.modal["title"] == "1 of 3 · New bot · PRACTICE"
    assert list(inputs(shown))[:2] == ["name", "capital"]
    answer = await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1000"})
    assert answer.response is not None
    assert answer.response.id == page.id
    assert labels(answer.response) == ["More, 2 of 3…", "Next", "Cancel"]
    shown = await desk.mia.click(answer.response, label="More, 2 of 3…")
    assert "stake" in inputs(shown)
    answer = await desk.mia.submit_modal(shown, {"stake": "300"})
    assert labels(answer.response or page)[0] == "More, 3 of 3…"
    summary = await desk.mia.click(page, label="Next")
    assert content(summary) == "**New bot** · PRACTICE · check and create"
    card = await desk.mia.click(page, label="Create")
    assert content(card) == "⏹️ **alpha** · PRACTICE · created, never run"
    assert "1 bot" in content(await desk.mia.slash("bots"))


async def test_next_asks_for_the_capital_alone(desk: DiscordHarness) -> None:
    page = await opened(desk, strategy="ema-cross", symbol="BTC/USDT")
    assert chosen(page) == {
        "strategy": "ema-cross",
        "symbol": "BTC/USDT",
        "timeframe": "1h",
        "account": "practice · PRACTICE",
    }
    asked = await desk.mia.click(page, label="Next")
    assert content(asked) == "New bot · 5 of 5 · PRACTICE · capital"
    assert "check and create" in content(await desk.mia.click(page, label="500"))
    back = await desk.mia.click(page, label="\u2039 Back")
    assert chosen(back.response or page)["strategy"] == "ema-cross"


async def test_an_error_stands_above_and_fix_opens_the_modal_filled_in(desk: DiscordHarness) -> None:
    page = await opened(desk, strategy="ema-cross", symbol="BTC/USDT")
    shown = await desk.mia.click(page, label=TYPED)
    refused = await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1,500"})
    assert content(refused).startswith("Invalid: capital 1,500")
    assert refused.response is not None
    assert labels(refused.response) == ["1500", "1.5", "Fix…", "Next", "Cancel"]
    assert len(refused.response.components) == 5
    shown = await desk.mia.click(page, label="Fix…")
    assert (inputs(shown)["name"], inputs(shown)["capital"]) == ("alpha", "1,500")
    mended = await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1500"})
    assert content(mended).startswith("**New bot**")
    assert "check and create" in content(await desk.mia.click(page, label="Next"))


async def test_a_value_put_right_by_a_button_is_not_wrong_again_in_the_modal(desk: DiscordHarness) -> None:
    page = await opened(desk, strategy="ema-cross", symbol="BTC/USDT")
    shown = await desk.mia.click(page, label=TYPED)
    await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1,500"})
    await desk.mia.click(page, label="1500")
    shown = await desk.mia.click(page, label=TYPED)
    assert (inputs(shown)["name"], inputs(shown)["capital"]) == ("alpha", "1500")


async def test_choices_are_enums_in_the_modal_too(desk: DiscordHarness) -> None:
    page = await opened(desk, strategy="ema-cross")
    found: dict[str, int] = {}
    for label in (TYPED, "More, 2 of 3…", "More, 3 of 3…"):
        shown = await desk.mia.click(page, label=label)
        assert shown.modal is not None
        kinds = {one["component"]["custom_id"]: one["component"]["type"] for one in shown.modal["components"]}
        found |= kinds
        values = inputs(shown)
        typed = {name: "1000" if name == "capital" else value for name, value in values.items() if kinds[name] == TEXT}
        picked = {name: [value] for name, value in values.items() if kinds[name] == SELECT}
        await desk.mia.submit_modal(shown, {**typed, **picked})
    assert (found["kind"], found["fast"]) == (SELECT, TEXT)


async def test_choices_and_entries_survive_a_restart(desk: DiscordHarness) -> None:
    page = await opened(desk)
    await choose(desk.mia, page, "strategy", "ema-cross")
    await desk.restarted()
    answer = await choose(desk.mia, page, "symbol", "BTC/USDT")
    assert chosen(answer.response or page) == {
        "strategy": "ema-cross",
        "symbol": "BTC/USDT",
        "timeframe": "1h",
        "account": "practice · PRACTICE",
    }
    shown = await desk.mia.click(page, label=TYPED)
    await desk.restarted()
    await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1000"})
    await desk.restarted()
    assert "check and create" in content(await desk.mia.click(page, label="Next"))


async def test_an_old_page_says_that_it_is_over(desk: DiscordHarness) -> None:
    old = await opened(desk)
    page = await opened(desk)
    assert aside(await choose(desk.mia, old, "strategy", "ema-cross")).startswith("Refused: this form is over")
    assert chosen(page)["strategy"] == ""
    desk.chat.clock.advance(timedelta(minutes=31))
    assert aside(await desk.mia.click(page, label="Next")).startswith("Refused: this form is over")
    assert content(await desk.mia.click(page, label=TYPED)).startswith("Refused: this form is over")


async def test_in_a_channel_the_form_is_for_one_persons_eyes_and_says_amounts(desk: DiscordHarness) -> None:
    words = {"strategy": "ema-cross", "symbol": "BTC/USDT", "timeframe": "1h", "capital": "1000"}
    summary = await desk.mia_there.slash(desk.channel, "new", name="alpha", **words)
    assert summary.response is not None
    assert summary.response.ephemeral
    assert "1000.00 USDT" in str(summary.response.embeds[0].description)
    back = await desk.mia_there.click(summary.response, label="\u2039 Back")
    assert chosen(back.response or summary.response)["strategy"] == "ema-cross"
    assert "check and create" in content(await desk.mia_there.click(summary.response, label="Next"))
    card = await desk.mia_there.click(summary.response, label="Create")
    assert "1,000.00 USDT" in str((card.response or summary.response).embeds[0].description)
    why = await desk.mia_there.click(summary.response, label="Edit")
    assert all(message.ephemeral for message in why.followups)
    assert desk.channel.last_message is None, "nobody else has seen any of it"


async def test_of_more_markets_than_a_list_holds_the_others_are_typed(
    desk: DiscordHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [f"COIN{number}/USDT" for number in range(40)]
    monkeypatch.setattr(NewBotFields, "symbol_names", lambda _: [*many, "BTC/USDT"])
    page = await opened(desk, strategy="ema-cross")
    offered = [str(option["label"]) for option in lists(page)["symbol"]["options"]]
    assert offered == [*many[:24], "… 17 more: type it"]
    shown = await choose(desk.mia, page, "symbol", "…")
    assert inputs(shown) == {"symbol": ""}
    wrong = await desk.mia.submit_modal(shown, {"symbol": "ABC/USDT"})
    assert content(wrong).startswith("Invalid: no market ABC/USDT")
    right = await desk.mia.submit_modal(await choose(desk.mia, page, "symbol", "…"), {"symbol": "btc/usdt"})
    assert right.response is not None
    assert chosen(right.response)["symbol"] == "BTC/USDT"
    assert len(lists(right.response)["symbol"]["options"]) == 25
    desk.chat.clock.advance(timedelta(minutes=31))
    late = await choose(desk.mia, page, "symbol", "…")
    assert content(late).startswith("Refused: this form is over")
