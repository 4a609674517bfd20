"""Coming aboard and the form of a new bot as UX.md, sections 3.1 and 3.2, shows them."""

from bot.commands.reply import Warn
from tests.builders import story
from tests.builders.chat import Bench, Person

WELCOME = (
    "Welcome to Quarterdeck. It has no owner yet: send /claim CODE with the setup code the server printed at its start."
)
CODE = "K7QM-2XVP"


async def shown(person: Person, line: str) -> list[str]:
    """Send a line; return what is shown of the answer and, last, its buttons."""
    reply = await person.ask(line)
    lines = [line for line in story.said(reply) if " | " not in line]
    return [*lines, story.buttons(reply)]


async def test_a_desk_without_an_owner_welcomes_anybody(unowned: Bench) -> None:
    assert await shown(unowned.mia, "/start") == [WELCOME, ""]
    assert (await shown(unowned.mia, "/help"))[0] == WELCOME


async def test_the_claim_and_what_comes_next(unowned: Bench) -> None:
    await unowned.people.prepare_setup_code(CODE)
    assert (await shown(unowned.mia, "/claim WRONG"))[0] == (
        "Invalid: that code is wrong, 4 tries left. Expected the setup code from the server's start, "
        "for example /claim K7QM-2XVP"
    )
    assert await shown(unowned.mia, f"/claim {CODE}") == [
        "✅ You are the owner, linked to this account. Times are Europe/Berlin; /settings changes that.",
        "Next: a bot on recorded prices. Nothing to connect, nothing to lose.",
        "[Create a bot]p [Help]",
    ]


async def test_the_form_step_by_step(bench: Bench) -> None:
    assert await shown(bench.mia, "/new") == [
        "New bot · 1 of 5 · strategy",
        "What shall decide? Tap one or type its name.",
        "[ema-cross] [rsi-reversion] [grid] / [Cancel]",
    ]
    market = await shown(bench.mia, "ema-cross")
    assert market[0] == "New bot · 2 of 5 · market"
    assert market[1].startswith(
        "ema-cross buys when the fast average crosses above the slow one and sells on the way back. "
        "Loses in sideways markets."
    )
    assert market[-1] == "[BTC/USDT] / [‹ Back] [Cancel]"  # noqa: RUF001 - UX.md
    wrong = await shown(bench.mia, "BTCUSD")
    assert wrong[:2] == [
        "Invalid: no market BTCUSD. Expected BASE/QUOTE, for example BTC/USDT",
        "New bot · 2 of 5 · market",
    ]
    assert wrong[-1] == "[BTC/USDT]p / [‹ Back] [Cancel]"  # noqa: RUF001 - UX.md
    assert await shown(bench.mia, "BTC/USDT") == [
        "New bot · 3 of 5 · candle",
        "[1h]p / [‹ Back] [Cancel]",  # noqa: RUF001 - UX.md
    ]
    assert await shown(bench.mia, "1h") == [
        "New bot · 4 of 5 · account",
        "[practice · PRACTICE]p / [‹ Back] [Cancel]",  # noqa: RUF001 - UX.md
    ]
    assert await shown(bench.mia, "practice") == [
        "New bot · 5 of 5 · PRACTICE · capital",
        "How much may it use? practice has 10,000.00 USDT free.",
        "[100] [500] [1000]p / [‹ Back] [Cancel]",  # noqa: RUF001 - UX.md
    ]


async def test_an_amount_with_a_comma_is_asked_for_again_with_both_readings(bench: Bench) -> None:
    await bench.mia.say("/new ema-cross BTC/USDT 1h account=practice")
    asked = await shown(bench.mia, "1,500")
    assert asked[0].startswith("Invalid: capital 1,500 could mean two things")
    assert asked[0].endswith("Expected a number with a point, above 0, for example 1500")
    assert asked[1:] == [
        "New bot · 5 of 5 · PRACTICE · capital",
        "How much may it use? practice has 10,000.00 USDT free.",
        "[1500] [1.5] / [100] [500] [1000]p / [‹ Back] [Cancel]",  # noqa: RUF001 - UX.md
    ]


async def test_the_summary_then_a_parameter_then_the_card(bench: Bench) -> None:
    summary = await shown(bench.mia, "/new ema-cross BTC/USDT 1h capital=1000")
    assert summary[0] == "New bot · PRACTICE · check and create"
    assert {"Name ema-cross-btc", "Market BTC/USDT 1h", "Capital 1000.00 USDT", "Stake a trade 994.00 USDT"} < set(
        summary
    )
    assert {"Fast 12", "Slow 26", "Stop loss none", "Warm-up 260 candles"} < set(summary)
    assert summary[-1] == (
        "[Create and run]s [Create]s / [Name] [Parameters] [Risk] / [Copy /new] / [‹ Back] [Cancel]"  # noqa: RUF001 - UX.md
    )
    assert [block for block in bench.mia.replies[-1].blocks if isinstance(block, Warn)], "it has no stop loss"
    copied = next(button.copied for button in bench.mia.replies[-1].buttons if button.copied)
    assert copied == "/new ema-cross-btc ema-cross BTC/USDT 1h account=practice capital=1000"
    await bench.mia.say("parameters")
    assert await shown(bench.mia, "fast") == [
        "fast is 12 · whole number, 2 to 499 · candles the quick average looks back",
        "[8] [12]p [20] / [‹ Back] [Cancel]",  # noqa: RUF001 - UX.md
    ]
    wrong = await shown(bench.mia, "30")
    assert wrong[0] == "Invalid: fast 30 must be below slow 26. Expected 2 to 25, for example 12"
    assert wrong[1].startswith("fast is 12 · ")
    await bench.mia.say("back")
    card = await shown(bench.mia, "create")
    assert card[0] == "⏹️ ema-cross-btc · PRACTICE · created, never run"
    assert card[-1] == "[Run]s [Edit] [Clone] / [Chart] [More] [Delete]d"


async def test_a_whole_line_is_the_summary_at_once(bench: Bench) -> None:
    line = "/new alpha ema-cross BTC/USDT 1h account=practice capital=1000 stop_loss=3%"
    assert (await shown(bench.mia, line))[0] == "New bot · PRACTICE · check and create"
    assert not [block for block in bench.mia.replies[-1].blocks if isinstance(block, Warn)]
    assert next(button.copied for button in bench.mia.replies[-1].buttons if button.copied) == line


async def test_the_recorded_markets_clock(bench: Bench) -> None:
    assert await shown(bench.mia, "/market speed=60x") == [
        "Recorded market · PRACTICE · 24 Mar 2024 08:00, 60x",
        "A 1h candle takes 1 min; the recording ends 1 Apr 2024 16:00, in about 3 h 20 min.",
        "[Pause] [1x] [600x] / [Restart]d",
    ]
