"""Forms: /new step by step, /edit, and words that are missing."""

from datetime import timedelta
from pathlib import Path

from bot.domain.people import Role
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, a_chat_harness


async def test_new_walks_from_strategy_to_summary(bench: ChatHarness) -> None:
    say = bench.mia.say
    assert (await say("/new")).splitlines()[0] == "New bot · 1 of 5 · strategy"
    assert (await say("ema-cross")).splitlines()[0] == "New bot · 2 of 5 · market"
    assert (await say("btc/usdt")).splitlines()[0] == "New bot · 3 of 5 · candle"
    assert (await say("1h")).splitlines()[0] == "New bot · 4 of 5 · account"
    assert "How much may it use? practice has 10,000.00 USDT free." in await say("practice")
    summary = await say("1000")
    assert summary.splitlines()[0] == "New bot · PRACTICE · check and create"
    assert "Stake a trade    994.00 USDT" in summary
    assert (await say("create")).splitlines()[0] == "⏹️ ema-cross-btc · PRACTICE · created, never run"


async def test_a_wrong_answer_keeps_the_question_and_teaches(bench: ChatHarness) -> None:
    await bench.mia.say("/new ema-cross")
    answer = (await bench.mia.say("BTCUSD")).splitlines()
    assert answer[0] == "Invalid: no market BTCUSD. Expected BASE/QUOTE, for example BTC/USDT"
    assert answer[1] == "New bot · 2 of 5 · market"
    await bench.mia.say("BTC/USDT")
    await bench.mia.say("1h")
    await bench.mia.say("practice")
    wrong = (await bench.mia.say("1,500")).splitlines()[0]
    assert wrong.startswith("Invalid: capital 1,500 could mean two things, 1500 or 1.5.")
    assert wrong.endswith(", for example 1500"), "what is asked for need not be named"


async def test_everything_given_goes_to_the_summary_at_once_and_yes_creates(bench: ChatHarness) -> None:
    summary = await bench.mia.say("/new alpha ema-cross BTC/USDT 1h account=practice capital=1000 stop_loss=3%")
    assert summary.splitlines()[0] == "New bot · PRACTICE · check and create"
    assert (await bench.mia.say("yes")).splitlines()[0] == "⏹️ alpha · PRACTICE · created, never run"


async def test_a_strategy_in_the_place_of_the_name_leaves_the_name_out(bench: ChatHarness) -> None:
    summary = await bench.mia.say("/new ema-cross BTC/USDT 1h capital=500")
    assert "ema-cross-btc" in summary


async def test_parameters_and_risk_can_be_changed_from_the_summary(bench: ChatHarness) -> None:
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("parameters")
    await bench.mia.say("fast")
    assert (await bench.mia.say("30")).startswith("Invalid: fast 30 must be below slow 26. Expected 2 to 25")
    listed = await bench.mia.say("10")
    assert listed.startswith("New bot · parameters · which one?")
    assert "Fast" in listed
    await bench.mia.say("slow")
    assert (await bench.mia.say("<")).startswith("New bot · parameters · which one?")
    await bench.mia.say("done")
    await bench.mia.say("risk")
    await bench.mia.say("stop_loss")
    await bench.mia.say("3%")
    summary = await bench.mia.say("done")
    assert "Stop loss                3%" in summary
    assert "Fast                     10" in summary
    assert "running" in await bench.mia.say("create and run")


async def test_what_a_strategy_requires_is_asked_for(bench: ChatHarness) -> None:
    await bench.mia.say("/new g grid BTC/USDT 1h account=practice")
    assert (await bench.mia.say("60000")).startswith("New bot · 6 of 7 · upper")
    await bench.mia.say("75000")
    assert (await bench.mia.say("1000")).startswith("New bot · PRACTICE · check and create")


async def test_back_and_cancel_work_at_every_step(bench: ChatHarness) -> None:
    await bench.mia.say("/new")
    await bench.mia.say("ema-cross")
    assert (await bench.mia.say("<")).startswith("New bot · 1 of 5 · strategy")
    assert await bench.mia.say("cancel") == "Canceled, nothing was changed."
    assert (await bench.mia.say("/bots")).startswith("Fleet · no bots yet")


async def test_a_form_survives_a_restart(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.mia.say("/new")
        await bench.mia.say("ema-cross")
    async with a_chat_harness(tmp_path) as bench:
        assert (await bench.mia.say("BTC/USDT")).startswith("New bot · 3 of 5 · candle")


async def test_a_form_is_over_after_half_an_hour(bench: ChatHarness) -> None:
    await bench.mia.ask("/new")
    bench.clock.advance(timedelta(minutes=31))
    assert (await bench.mia.press("ema-cross")).startswith("Refused: this form is over")
    assert (await bench.mia.say("ema-cross")).startswith("Invalid: no command /ema-cross.")


async def test_buttons_and_typed_answers_do_the_same(bench: ChatHarness) -> None:
    phone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False, is_tap=True)
    await phone.say("/new")
    await phone.press("ema-cross")
    await phone.press("BTC/USDT")
    await phone.press("1h")
    await phone.press("practice · PRACTICE")
    await phone.press("1000")
    assert (await phone.press("Create")).startswith("⏹️ ema-cross-btc · PRACTICE · created, never run")


async def test_commands_still_work_while_a_form_is_open(bench: ChatHarness) -> None:
    await bench.mia.say("/new")
    assert (await bench.mia.say("bots")).startswith("Fleet · no bots yet")
    assert (await bench.mia.say("/version")).startswith("Quarterdeck")
    assert (await bench.mia.say("ema-cross")).startswith("New bot · 2 of 5 · market")


async def test_a_missing_bot_is_asked_for_with_buttons(bench: ChatHarness) -> None:
    await bench.made()
    answer = await bench.mia.ask("/run")
    assert answer.headline == "/run · which bot?"
    assert (await bench.mia.press("alpha")).startswith("🟢 alpha · PRACTICE · running")
    await bench.mia.say("/pause")
    assert (await bench.mia.say("alpha")).startswith("⏸️ alpha · PRACTICE · paused")


async def test_a_missing_new_name_is_asked_for(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/rename alpha")
    assert (await bench.mia.say("beta")).startswith("⏹️ beta · PRACTICE · renamed from alpha")


async def test_edit_without_changes_asks_which_and_what(bench: ChatHarness) -> None:
    await bench.made()
    assert (await bench.mia.say("/edit alpha")).startswith("alpha · PRACTICE · edit · which setting?")
    await bench.mia.say("fast")
    assert (await bench.mia.say("1")).startswith("Invalid: fast 1 is not 2 to 499.")
    assert (await bench.mia.say("10")).startswith("alpha · PRACTICE · v2: fast 12 -> 10")
    assert (await bench.mia.press("Undo")).startswith("alpha · PRACTICE · v3: fast 10 -> 12")


async def test_another_person_does_not_answer_my_form(bench: ChatHarness) -> None:
    jonas = await bench.somebody("jonas", Role.TRADER)
    await bench.mia.say("/new")
    assert (await jonas.say("ema-cross")).startswith("Invalid: no command")


async def test_back_from_the_summary_asks_for_the_capital_again_and_keeps_the_rest(bench: ChatHarness) -> None:
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h account=practice capital=1000 stop_loss=3%")
    assert (await bench.mia.say("<")).startswith("New bot · 5 of 5 · PRACTICE · capital")
    summary = await bench.mia.say("500")
    rows = [" ".join(line.split()) for line in summary.splitlines()]
    assert {"Name alpha", "Stop loss 3%", "Capital 500.00 USDT"} <= set(rows)


async def test_back_leaves_an_aside_and_stays_at_the_first_question(bench: ChatHarness) -> None:
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("parameters")
    assert (await bench.mia.say("back")).startswith("New bot · PRACTICE · check and create")
    first = await bench.mia.ask("/new beta")
    assert "‹ Back" not in [button.label for button in first.buttons]  # noqa: RUF001 - UX.md
    assert (await bench.mia.say("<")).startswith("New bot · 1 of 5 · strategy")
    await bench.mia.say("ema-cross")
    await bench.mia.say("<")
    for answer in ("ema-cross", "BTC/USDT", "1h", "practice"):
        await bench.mia.say(answer)
    summary = await bench.mia.say("1000")
    assert " beta\n" in summary, "the name was given before the first question"


async def test_another_strategy_forgets_the_settings_of_the_one_before(bench: ChatHarness) -> None:
    await bench.mia.say("/new g grid BTC/USDT 1h account=practice lower=60000 upper=75000 capital=1000")
    for _ in range(7):
        await bench.mia.say("<")
    answers = ["ema-cross", "BTC/USDT", "1h", "practice", "1000"]
    replies = [await bench.mia.say(answer) for answer in answers]
    assert replies[-1].startswith("New bot · PRACTICE · check and create")
    assert "Lower" not in replies[-1]


async def test_the_form_of_edit_stays_open_until_a_value_works(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/edit alpha")
    assert (await bench.mia.say("<")).startswith("alpha · PRACTICE · edit · which setting?")
    await bench.mia.say("slow")
    wrong = (await bench.mia.say("10")).splitlines()
    assert wrong[0] == (
        "Invalid: slow 10 must be above fast 12 (alpha, PRACTICE, unchanged). Expected 13 to 500, for example 26"
    )
    assert wrong[1].startswith(
        "alpha · PRACTICE · slow is 26 · whole number, 13 to 500 · candles the slow average looks back"
    )
    assert (await bench.mia.say("30")).startswith("alpha · PRACTICE · v2: slow 26 -> 30")
    assert (await bench.mia.say("30")).startswith("Invalid: no command /30.")


async def test_a_missing_name_stays_asked_for_until_it_works(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/rename")
    assert (await bench.mia.press("alpha")).startswith("/rename alpha (PRACTICE) · the new name?")
    wrong = (await bench.mia.say("Beta Two!")).splitlines()
    assert wrong[0].startswith("Invalid: Beta Two! is no name. ")
    assert wrong[0].endswith("for example beta-two")
    assert (await bench.mia.say("beta-two")).startswith("⏹️ beta-two · PRACTICE · renamed from alpha")


async def test_nothing_is_asked_of_a_bot_that_is_not_there(bench: ChatHarness) -> None:
    await bench.made()
    for line in ("/rename nope", "/clone nope", "/cancel nope"):
        assert (await bench.mia.say(line)).startswith("Invalid: no bot nope. ")


async def test_the_order_to_cancel_is_chosen_from_those_that_rest(bench: ChatHarness) -> None:
    await bench.made("/new g grid BTC/USDT 1h capital=1000 lower=60000 upper=64000 levels=3")
    assert await bench.mia.say("/cancel g") == "Refused: no order of g (PRACTICE) rests."
    await bench.mia.say("/run g")
    asked = await bench.mia.ask("/cancel g")
    assert asked.headline == "/cancel g · which order?"
    first = asked.buttons[0].label
    assert first.startswith("buy at 62000.00 o-")
    assert (await bench.mia.press(first)).startswith(f"✅ g · PRACTICE · order {first[-6:]} is being canceled: buy ")
