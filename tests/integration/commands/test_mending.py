"""Nobody retypes a line or a form because of one word of it."""

import pytest

from bot.commands.reply.blocks import ButtonStyle
from tests.builders.chat_harness import ChatHarness, ScriptedPerson

ALMOST = "/new alpha ema-cross BTC/USDT 1h capital=1"
SUMMARY = "New bot · PRACTICE · check and create"


async def labels(bench: ChatHarness, line: str) -> list[str]:
    return [button.label for button in (await bench.mia.ask(line)).buttons]


async def test_the_example_of_a_refusal_alone_mends_the_line_before(bench: ChatHarness) -> None:
    refusal = await bench.mia.say(ALMOST)
    assert refusal == (
        "Invalid: capital 1 is too little, BTC/USDT takes no order below 5 USDT. Expected at least 6, "
        "for example capital=6"
    )
    assert (await bench.mia.say(refusal.rpartition("for example ")[2])).startswith(SUMMARY)


async def test_a_button_mends_it_too(bench: ChatHarness) -> None:
    assert await labels(bench, ALMOST) == ["Use 6"]
    assert (await bench.mia.press("Use 6")).startswith(SUMMARY)


async def test_an_edit_is_mended_and_says_which_bot_it_left_alone(bench: ChatHarness) -> None:
    await bench.made()
    assert await bench.mia.say("/edit alpha slow=10") == (
        "Invalid: slow 10 must be above fast 12 (alpha, PRACTICE, unchanged). Expected 13 to 500, for example slow=26"
    )
    assert (await bench.mia.say("slow=30")).startswith("alpha · PRACTICE · v2: slow 26 -> 30")


async def test_only_the_very_next_line_mends(bench: ChatHarness) -> None:
    await bench.mia.say(ALMOST)
    await bench.mia.say("/version")
    assert (await bench.mia.say("capital=6")).startswith("Invalid: no command")


async def test_nobody_mends_anothers_line(bench: ChatHarness) -> None:
    await bench.mia.say(ALMOST)
    other = ScriptedPerson(bench.command_bus, "1000", platform="elsewhere")
    assert "check and create" not in await other.say("capital=6")
    assert (await bench.mia.say("capital=6")).startswith(SUMMARY)


async def test_a_comma_is_answered_with_both_readings(bench: ChatHarness) -> None:
    assert await labels(bench, "/new alpha ema-cross BTC/USDT 1h capital=1,500") == ["1500", "1.5"]
    assert (await bench.mia.press("1500")).startswith(SUMMARY)
    await bench.mia.say("cancel")
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h")
    await bench.mia.say("practice")
    assert (await labels(bench, "1,500"))[:2] == ["1500", "1.5"]
    assert "1500.00 USDT" in await bench.mia.press("1500")


@pytest.mark.parametrize(
    ("line", "error", "question"),
    [
        ("/new x nosuch BTC/USDT 1h capital=100", "Invalid: no strategy nosuch.", "New bot · 1 of 4 · strategy"),
        ("/new x ema-cross NOPE/USDT 1h capital=100", "Invalid: no market NOPE/USDT.", "New bot · 2 of 4 · market"),
        (
            "/new x ema-cross BTC/USDT 4h capital=100",
            "Invalid: no timeframe 4h.",
            "New bot · 3 of 4 · candle",
        ),
        ("/new all ema-cross BTC/USDT 1h capital=100", "Invalid: the name all is reserved.", "New bot · name"),
    ],
)
async def test_a_wrong_place_of_new_is_asked_for_again_below_its_error(
    bench: ChatHarness, line: str, error: str, question: str
) -> None:
    answer = (await bench.mia.say(line)).splitlines()
    assert answer[0].startswith(error)
    assert answer[1] == question


async def test_a_wrong_place_is_mended_by_one_answer(bench: ChatHarness) -> None:
    assert (await labels(bench, "/new x ema-cross BTC/USD 1h capital=100"))[0] == "BTC/USDT"
    assert (await bench.mia.press("BTC/USDT")).startswith(SUMMARY)
    assert "created" in await bench.mia.say("create")
    assert (await bench.mia.say("/new x ema-cross BTC/USDT 1h capital=100")).startswith(
        "Refused: the name x is taken. Choose another one, for example x-2\nNew bot · name"
    )
    assert (await bench.mia.say("x-2")).startswith(SUMMARY)
    assert (await bench.mia.say("create")).startswith("⏹️ x-2 · PRACTICE · created")


async def test_a_form_takes_any_setting_by_its_name(bench: ChatHarness) -> None:
    await bench.mia.say("/new g grid BTC/USDT 1h capital=1000 lower=60000")
    await bench.mia.say("levels=200")
    refused = await bench.mia.ask("72000")
    assert refused.headline.startswith("Invalid: a step of 0.08% does not pay 2 x 0.1% fee.")
    assert refused.buttons[0].label == "levels=84"
    await bench.mia.press("levels=84")
    assert (await bench.mia.say("72000")).startswith("New bot · PRACTICE")


async def test_a_market_may_be_written_without_its_slash(bench: ChatHarness) -> None:
    assert (await bench.mia.say("/new x ema-cross btcusdt 1h capital=100")).startswith(SUMMARY)


async def test_a_bare_cancel_command_ends_a_form_and_one_with_words_does_not(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/new")
    assert (await bench.mia.say("/cancel alpha o-AAAA")).startswith("Invalid: no order o-AAAA.")
    assert (await bench.mia.say("/cancel")) == "Canceled, nothing was changed."
    assert (await bench.mia.say("/cancel")).startswith("/cancel · which bot?")


async def test_a_mistyped_name_is_put_right_in_the_whole_line_if_it_is_near(bench: ChatHarness) -> None:
    await bench.made()
    assert await labels(bench, "/run alhpa") == ["run alpha"]
    assert (await bench.mia.press("run alpha")).startswith("🟢 alpha · PRACTICE · running")
    assert await labels(bench, "/stop zzz") == ["Bots"]
    assert bench.mia.replies[-1].buttons[0].command == "/bots"


async def test_a_mistyped_setting_is_put_right(bench: ChatHarness) -> None:
    await bench.made()
    assert await labels(bench, "/edit alpha stoploss=3%") == ["Use stop_loss"]
    assert (await bench.mia.press("Use stop_loss")).startswith("alpha · PRACTICE · v2: stop_loss none -> 3%")
    refusal = await bench.mia.say("/edit alpha stoploss=5%")
    assert (await bench.mia.say(refusal.rpartition("for example ")[2])).startswith(
        "alpha · PRACTICE · v3: stop_loss 3%"
    )


async def test_the_example_for_a_setting_nobody_knows_works_but_is_not_offered(bench: ChatHarness) -> None:
    await bench.made()
    refusal = await bench.mia.say("/edit alpha colour=red slow=30")
    assert not bench.mia.replies[-1].buttons
    example = refusal.rpartition("for example ")[2]
    assert example == "fast=12"
    assert (await bench.mia.say("fast=11")).startswith("alpha · PRACTICE · v2: fast 12 -> 11, slow 26 -> 30")


async def test_the_beginning_of_a_strategys_name_is_enough_to_be_understood(bench: ChatHarness) -> None:
    asked = await bench.mia.ask("/new x rsi BTC/USDT 1h capital=100")
    assert [button.label for button in asked.buttons if button.style is ButtonStyle.PRIMARY] == ["rsi-reversion"]
    assert (await bench.mia.press("rsi-reversion")).startswith(SUMMARY)


async def test_what_stops_or_sells_is_marked_and_has_a_way_back(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    refused = await bench.mia.ask("/delete alpha")
    assert [(button.label, button.style) for button in refused.buttons] == [
        ("Stop", ButtonStyle.DANGER),
        ("Back", ButtonStyle.NONE),
    ]


async def test_what_the_first_run_has_fixed_offers_a_copy(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    refused = await bench.mia.ask("/edit alpha strategy=rsi-reversion")
    assert refused.headline.startswith("Refused: the strategy is fixed after the first run.")
    assert (await bench.mia.press("Clone")).startswith(
        "/clone alpha (PRACTICE) strategy=rsi-reversion · the name of the copy?"
    )
    assert (await bench.mia.say("beta")).startswith("⏹️ beta · PRACTICE · created")
