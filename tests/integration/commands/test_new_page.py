"""The form of a new bot on one page, where a platform shows several lists at once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.forms.new_bot_fields import NewBotFields
from bot.commands.reply.blocks import Reply, Tone
from bot.commands.reply.sheet import FormSheet
from bot.domain.people import Role
from tests.builders.chat_harness import ChatHarness, ScriptedPerson

CHOSEN = {"strategy": "ema-cross", "symbol": "BTC/USDT"}


@pytest.fixture
def mia(bench: ChatHarness) -> ScriptedPerson:
    """Give mia at a platform that shows lists."""
    return replace(bench.mia, has_lists=True, is_slash_optional=False, replies=[])


def page_of(reply: Reply) -> FormSheet:
    assert reply.sheet is not None
    assert reply.sheet.select_fields
    return reply.sheet


def chosen(reply: Reply) -> dict[str, str]:
    return {item.name: item.value for item in page_of(reply).select_fields}


async def test_all_lists_stand_on_one_page_with_what_is_usual_chosen(mia: ScriptedPerson) -> None:
    page = await mia.ask("/new")
    assert page.headline == "New bot · PRACTICE · choose, then go on"
    assert chosen(page) == {"strategy": "", "symbol": "", "timeframe": "1h", "account": "practice · PRACTICE"}
    assert [button.label for button in page.buttons] == ["Next", "Cancel"]
    assert page_of(page).label == "Amount and parameters"
    assert [item.name for item in page_of(page).fields][:2] == ["name", "capital"]


async def test_choices_come_in_any_order_and_the_page_stays(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    for name, value in (("account", "practice · PRACTICE"), ("symbol", "BTC/USDT"), ("strategy", "rsi-reversion")):
        page = await mia.ask(sheet.command_line({name: value}))
        assert chosen(page)[name] == value
    page = await mia.ask(sheet.command_line({"strategy": "ema-cross"}))
    assert chosen(page) == {**CHOSEN, "timeframe": "1h", "account": "practice · PRACTICE"}
    assert "sideways" in str(page.blocks), "what the strategy is bad at"


async def test_next_asks_for_the_capital_that_is_missing_and_then_sums_up(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(sheet.command_line(CHOSEN))
    assert (await mia.press("Next")).startswith("New bot · 5 of 5 · PRACTICE · capital")
    assert (await mia.press("1000")).startswith("New bot · PRACTICE · check and create")
    assert chosen(await mia.ask(f"/form {sheet.form_id} back"))["strategy"] == "ema-cross", "back is the page"
    assert (await mia.press("Next")).startswith("New bot · PRACTICE · check and create")
    assert (await mia.press("Create")).startswith("⏹️ ema-cross-btc · PRACTICE · created, never run")


async def test_who_goes_on_with_nothing_chosen_is_asked_question_by_question(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    first = await mia.press("Next")
    assert first.startswith("New bot · 1 of 5 · strategy")
    assert mia.replies[-1].sheet is None
    for text, asks in (("ema-cross", "2 of 5 · market"), ("BTC/USDT", "3 of 5 · candle"), ("1h", "4 of 5 · account")):
        assert asks in await mia.say(f"/form {sheet.form_id} {text}")
    page = await mia.ask(f"/form {sheet.form_id} back")
    assert chosen(page)["strategy"] == "ema-cross"


async def test_what_is_typed_beside_the_lists_stays_on_the_page(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(sheet.command_line(CHOSEN))
    page = await mia.ask(sheet.command_line({"name": "alpha", "capital": "1000", "fast": "30", "slow": "60"}))
    assert ("Name", "alpha") in page.blocks[2].rows  # type: ignore[union-attr]
    assert (await mia.press("Next")).startswith("New bot · PRACTICE · check and create")


async def test_another_strategy_drops_the_parameters_of_the_one_before(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(sheet.command_line(CHOSEN))
    await mia.say(sheet.command_line({"capital": "1000", "fast": "9"}))
    page = await mia.ask(sheet.command_line({"strategy": "rsi-reversion"}))
    fields = {item.name: item.value for item in page_of(page).fields}
    assert fields["capital"] == "1000"
    assert "fast" not in fields
    assert "check and create" in await mia.press("Next")


async def test_together_the_answers_must_make_a_bot(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(sheet.command_line(CHOSEN))
    refused = await mia.say(sheet.command_line({"capital": "1000", "fast": "30", "slow": "20"}))
    assert refused.startswith("Invalid: slow 20 must be above fast 30")
    assert chosen(mia.replies[-1])["strategy"] == "ema-cross"
    poor = await mia.say(sheet.command_line({"capital": "99999"}))
    assert poor.startswith("Refused: ")
    assert mia.replies[-1].tone is Tone.ERROR


async def test_a_capital_of_which_too_little_is_left_is_refused_on_going_on(
    bench: ChatHarness, mia: ScriptedPerson
) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(sheet.command_line({**CHOSEN, "capital": "9000"}))
    await bench.engine.create("ema-cross", "BTC/USDT", "1h", name="beta", capital="5000")
    refused = await mia.press("Next")
    assert refused.startswith("Refused: ")
    assert chosen(mia.replies[-1])["strategy"] == "ema-cross", "still on the page"


@pytest.mark.parametrize(
    "line", ["/new strategy=ema-cross", "/new symbol=BTC/USDT timeframe=1h", "/new alpha ema-cross BTC/USDT"]
)
async def test_what_was_given_is_chosen_already(mia: ScriptedPerson, line: str) -> None:
    page = await mia.ask(line)
    given = {word.partition("=")[2] for word in line.split() if "=" in word} or {"ema-cross", "BTC/USDT"}
    assert given <= set(chosen(page).values())


async def test_a_line_that_says_everything_is_summed_up_at_once(mia: ScriptedPerson) -> None:
    assert "check and create" in await mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
    assert chosen(await mia.ask(f"/form {page_id(mia)} back"))["strategy"] == "ema-cross"


def page_id(mia: ScriptedPerson) -> str:
    sheet = mia.replies[-1].sheet
    assert sheet is not None
    return sheet.form_id


async def test_a_word_without_its_name_is_a_choice_of_the_list_it_stands_in(mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    await mia.say(f"/form {sheet.form_id} btc/usdt")
    await mia.say(f"/form {sheet.form_id} EMA-cross")
    assert CHOSEN.items() <= chosen(mia.replies[-1]).items()


async def test_a_given_word_that_is_wrong_stands_above_the_page(mia: ScriptedPerson) -> None:
    said = await mia.say("/new strategy=ema-cros")
    assert said.startswith("Invalid: no strategy ema-cros")
    await mia.press("ema-cross")
    assert chosen(mia.replies[-1])["strategy"] == "ema-cross"


@pytest.mark.parametrize(
    "words",
    ['strategy="nothing"', 'account="others"', 'timeframe="7m"', 'symbol="ABC/USDT"', 'strange="1"', "1000", "", "="],
)
async def test_what_nobody_could_choose_is_refused_and_changes_nothing(mia: ScriptedPerson, words: str) -> None:
    sheet = page_of(await mia.ask("/new strategy=ema-cross"))
    before = chosen(mia.replies[-1])
    assert (await mia.say(f"/form {sheet.form_id} {words}")).startswith(("Invalid:", "Refused:"))
    assert chosen(mia.replies[-1]) == before


async def test_a_page_belongs_to_who_opened_it_and_to_its_time(bench: ChatHarness, mia: ScriptedPerson) -> None:
    sheet = page_of(await mia.ask("/new"))
    jonas = await bench.somebody("jonas", Role.TRADER)
    assert (await jonas.say(sheet.command_line(CHOSEN))).startswith("Refused: this form is over")
    newer = page_of(await mia.ask("/new"))
    assert (await mia.say(sheet.command_line(CHOSEN))).startswith("Refused: this form is over")
    bench.clock.advance(timedelta(minutes=31))
    assert (await mia.say(newer.command_line(CHOSEN))).startswith("Refused: this form is over")


async def test_amounts_are_said_where_the_sender_alone_reads(mia: ScriptedPerson) -> None:
    line = "/new alpha ema-cross BTC/USDT 1h capital=1000"
    here = replace(mia, is_private=False)
    assert "1000.00 USDT" not in await here.say(line)
    assert "1000.00 USDT" in await replace(here, is_aside=True).say(line)


async def test_of_many_markets_those_that_are_traded_stand_first(
    bench: ChatHarness, mia: ScriptedPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = [*(f"COIN{number}/USDT" for number in range(30)), "BTC/USDT"]
    monkeypatch.setattr(NewBotFields, "symbol_names", lambda _: many)
    markets = next(item for item in page_of(await mia.ask("/new")).select_fields if item.name == "symbol")
    assert list(markets.choices) == many
    await bench.engine.create("ema-cross", "BTC/USDT", "1h", name="beta", capital="500")
    markets = next(item for item in page_of(await mia.ask("/new")).select_fields if item.name == "symbol")
    assert list(markets.choices) == [many[-1], *many[:-1]]
