"""Commands that waited longer than a minute: less risk at once, anything else only after another look."""

from datetime import timedelta

import pytest

from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.spec.spec import Effect
from bot.domain.people import Role
from tests.builders.chat_harness import ChatHarness
from tests.integration.commands.test_confirming import code_in

WAITED = timedelta(seconds=61)


def send_late(bench: ChatHarness, waited: timedelta = WAITED) -> None:
    """Let what mia says from now on have waited."""
    bench.mia.sent_at = bench.clock.now() - waited


def send_now(bench: ChatHarness) -> None:
    bench.mia.sent_at = None
    bench.clock.advance(timedelta(seconds=2))


@pytest.mark.parametrize(
    "line",
    [
        "/run alpha",
        "/resume alpha",
        "/edit alpha fast=10",
        "/clone alpha beta",
        "/rename alpha beta",
        "/market speed=2x",
        "/new beta ema-cross BTC/USDT 1h capital=1000",
        "/unlock",
        "/notify fills off",
        "/quiet 23-7",
    ],
)
async def test_what_changes_something_asks_again_when_it_waited(bench: ChatHarness, line: str) -> None:
    await bench.made()
    send_late(bench)
    first = (await bench.mia.say(line)).splitlines()[0]
    assert "was sent 11:58:59 and waited 1 min 1 s. Do it now?" in first


@pytest.mark.parametrize("line", ["/bots", "/bot alpha", "/market", "/settings", "/pnl", "/help", "/new", "/notify"])
async def test_what_reads_is_answered_however_long_it_waited(bench: ChatHarness, line: str) -> None:
    await bench.made()
    send_late(bench, timedelta(hours=5))
    assert "waited" not in await bench.mia.say(line)


async def test_what_reduces_risk_is_done_at_once_however_long_it_waited(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    send_late(bench, timedelta(hours=5))
    assert "paused" in (await bench.mia.say("/pause alpha")).splitlines()[0]
    assert "stopped" in (await bench.mia.say("/stop alpha")).splitlines()[0]


async def test_a_command_that_waited_a_minute_is_not_late(bench: ChatHarness) -> None:
    await bench.made()
    send_late(bench, timedelta(seconds=60))
    assert (await bench.mia.say("/run alpha")).startswith("🟢 alpha · PRACTICE · running")


async def test_do_it_now_carries_out_what_was_sent_once(bench: ChatHarness) -> None:
    await bench.made()
    send_late(bench)
    asked = await bench.mia.say("/run alpha")
    send_now(bench)
    assert (await bench.mia.say(f"yes {code_in(asked)}")).startswith("🟢 alpha · PRACTICE · running")
    assert (await bench.mia.say(f"yes {code_in(asked)}")).startswith("Refused: this question was answered already")


async def test_the_question_tells_price_and_state_of_then_and_now(bench: ChatHarness) -> None:
    # The market's clock: it stands at 60 minutes after the start when the command is sent, plays on, and the bot
    # is paused meanwhile by somebody else.
    await bench.made()
    await bench.mia.say("/run alpha")
    bench.engine.engine.market_times.sample_clocks()
    sent_at = bench.clock.now()
    then = bench.engine.market.replay.state().market_time
    bench.clock.advance(timedelta(minutes=3))
    await bench.engine.play_to_end()
    bench.engine.engine.market_times.sample_clocks()
    jonas = await bench.somebody("jonas", Role.OWNER)
    await jonas.say("/stop alpha")
    bench.mia.sent_at = sent_at
    text = await bench.mia.say("/run alpha")
    now = bench.engine.market.replay.state().market_time
    closes = {
        moment: (await bench.engine.market.feed.history(series, moment, 1)).close[-1]
        for moment in (then, now)
        for series in bench.engine.market.feed.all_series()
    }
    assert text.splitlines()[0] == "⚠️ /run alpha (PRACTICE) was sent 12:00:00 and waited 3 min. Do it now?"
    then_line, now_line = (line for line in text.splitlines() if line.startswith(("Then", "Now")))
    assert "not stopped yet" in then_line
    assert f"{closes[then]:,.2f}" in then_line
    assert "stopped" in now_line
    assert f"{closes[now]:,.2f}" in now_line
    assert closes[then] != closes[now]


@pytest.mark.parametrize("words", ["stop_loss=3%", "stop_loss=3% capital=500", "stake=100", "capital=900"])
async def test_an_edit_that_only_tightens_is_done_at_once(bench: ChatHarness, words: str) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=5% stake=500")
    send_late(bench)
    assert (await bench.mia.say(f"/edit alpha {words}")).startswith("alpha · PRACTICE · v2")


@pytest.mark.parametrize(
    "words", ["stop_loss=6%", "stop_loss=none", "stop_loss=3% fast=10", "stake=600", "capital=1100"]
)
async def test_any_other_edit_asks(bench: ChatHarness, words: str) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=5% stake=500")
    send_late(bench)
    assert "Do it now?" in await bench.mia.say(f"/edit alpha {words}")


async def test_a_dangerous_command_asks_once_and_tells_that_it_waited(bench: ChatHarness) -> None:
    await bench.made()
    send_late(bench)
    asked = await bench.mia.say("/delete alpha")
    assert asked.startswith("⏹️ alpha · PRACTICE · delete it?")
    assert "sent 11:58:59 and waited 1 min 1 s" in asked
    send_now(bench)
    assert "deleted" in await bench.mia.say(f"yes {code_in(asked)}")


async def test_the_answer_that_creates_a_bot_asks_again_too(bench: ChatHarness) -> None:
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
    send_late(bench)
    asked = await bench.mia.say("create and run")
    assert "create and run was sent 11:58:59 and waited 1 min 1 s. Do it now?" in asked
    send_now(bench)
    assert "🟢 alpha · PRACTICE" in await bench.mia.say(f"yes {code_in(asked)}")


async def test_an_answer_that_only_leads_on_does_not_ask(bench: ChatHarness) -> None:
    await bench.mia.say("/new")
    send_late(bench)
    assert (await bench.mia.say("ema-cross")).splitlines()[0] == "New bot · 2 of 5 · market"


async def test_amounts_of_a_late_command_are_not_repeated(bench: ChatHarness) -> None:
    await bench.made()
    send_late(bench)
    assert "5120" not in await bench.mia.say("/edit alpha capital=5120")


async def test_a_yes_in_time_that_waited_counts_where_it_reduces_risk(bench: ChatHarness) -> None:
    await bench.made()
    asked = await bench.mia.say("/panic scope=all policy=cancel")
    if "yes" not in asked:
        return
    code = code_in(asked)
    bench.clock.advance(timedelta(seconds=30))
    answered = bench.clock.now()
    bench.clock.advance(timedelta(seconds=90))
    bench.mia.sent_at = answered
    assert "Panic" in await bench.mia.say(f"yes {code}")


def test_every_command_says_what_it_does_to_risk() -> None:
    specs = {spec.name: spec for section in COMMANDS_BY_SECTION.values() for spec in section}
    assert {name for name, spec in specs.items() if spec.effect is Effect.REDUCES_RISK} == {
        *("yes", "no", "pause", "stop", "close", "panic", "cancel")
    }
    assert all(spec.effect is Effect.READS for spec in specs.values() if spec.name in {"bots", "pnl", "why", "health"})
