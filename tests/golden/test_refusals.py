"""The answers of UX.md, section 3.10, that are not a yes, as far as what they speak of exists; help and panic."""

from tests.builders import story
from tests.builders.chat import Bench, Person


async def answer(person: Person, line: str) -> tuple[str, str]:
    reply = await person.ask(line)
    return reply.headline, story.buttons(reply)


async def test_wrong_state(bench: Bench) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    assert await answer(bench.mia, "/delete alpha") == (
        "Refused: alpha (PRACTICE) is running. First /stop alpha",
        "[Stop]d [Back]",
    )


async def test_capital(bench: Bench) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=9360")
    assert await answer(bench.mia, "/new beta ema-cross BTC/USDT 1h capital=1000") == (
        "Refused: beta (PRACTICE) needs 1,000.00 USDT; account practice has 640.00 free, 9,360.00 reserved by 1 bot.",
        "[Use 640]p",
    )
    assert (await bench.mia.press("Use 640")).startswith("New bot · PRACTICE · check and create")


async def test_parameter(bench: Bench) -> None:
    await bench.made()
    assert await answer(bench.mia, "/edit alpha slow=10") == (
        "Invalid: slow 10 must be above fast 12 (alpha, PRACTICE, unchanged). Expected 13 to 500, for example slow=26",
        "[Use 26]p",
    )


async def test_name(bench: Bench) -> None:
    for name in ("alpha", "eth-grid", "sol-rsi"):
        await bench.made(f"/new {name} ema-cross BTC/USDT 1h capital=100")
    assert await answer(bench.mia, "/bot alhpa") == (
        "Invalid: no bot alhpa. Expected one of your 3 bots, for example /bot alpha",
        "[alpha]p",
    )


async def test_grid(bench: Bench) -> None:
    headline, buttons = await answer(
        bench.mia, "/new g grid BTC/USDT 1h capital=1000 lower=60000 upper=62000 levels=38"
    )
    assert headline == (
        "Invalid: a step of 0.09% does not pay 2 x 0.1% fee. Expected at most 17 levels in this range, "
        "for example levels=17"
    )
    assert buttons == "[Use 17]p"


async def test_command(bench: Bench) -> None:
    assert await answer(bench.mia, "/strat") == (
        "Invalid: no command /strat. Expected one from /help, for example /strategies",
        "[strategies]p",
    )


async def test_help_by_topic(bench: Bench) -> None:
    headline, buttons = await answer(bench.mia, "/help")
    assert headline == "Help · tap a topic or send /help run"
    assert buttons.startswith("[First steps]p [Bots] [Life-cycle] / [Money] [Orders] [Risk] / [Charts] ")
    assert "/run " in await bench.mia.press("Life-cycle")


async def test_help_of_a_command(bench: Bench) -> None:
    lines = (await bench.mia.say("/help run")).splitlines()
    assert lines[0].startswith("/run ")
    assert lines[1].startswith("Needs: trader; the bot is one of yours")
    assert "Example: /run alpha   /run alpha sol-rsi   /run all" in lines
    assert lines[-2:] == ["LIVE asks to confirm.", "Not the same: /resume ends a pause."]


async def test_an_empty_fleet(bench: Bench) -> None:
    empty = await bench.mia.ask("/bots")
    assert story.said(empty) == [
        "Fleet · no bots yet",
        "A bot is a strategy, a market and an amount it may use. Start on recorded prices: six taps.",
    ]
    assert story.buttons(empty) == "[Create a PRACTICE bot]p / [Strategies]"


async def test_panic_asks_what_shall_stop_and_then_about_the_positions(bench: Bench) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    terminal = Person(bench.desk, "1000", is_terminal=True)
    headline, buttons = await answer(terminal, "/panic")
    assert headline == "🚨 Panic: what shall stop? 1 PRACTICE bot. Nothing has happened yet."
    assert buttons == "[Everything]d [Only mine]d / [Cancel]p"
    await terminal.press("Everything")
    asked = terminal.replies[-1]
    assert asked.headline == "🚨 Panic, everything: blocks entries, cancels 0 own orders. Nothing is held."
    assert story.buttons(asked) == "[Cancel]p [Keep them, stops stay]d [Sell them now]d"
    done = (await terminal.press("Sell them now")).splitlines()
    assert done[0] == "🚨 Panic · all stopped 12:00:00 by mia"
    assert [" ".join(line.split()) for line in done[1:5]] == [
        "1 entries blocked 1 bot",
        "2 orders canceled 0 of 0",
        "3 positions closed 0 of 0",
        "4 left nothing",
    ]
    assert done[5] == (
        "Stays so, also after a restart, until the owner sends /unlock. Your own orders and coins were not touched."
    )
