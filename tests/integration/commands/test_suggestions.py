"""What is suggested keeps what was typed, and makes sense."""

import pytest

from tests.builders.chat_harness import ChatHarness


async def offers(bench: ChatHarness, line: str) -> list[str]:
    answer = await bench.mia.ask(line)
    return [button.command for button in answer.buttons]


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("/chrat alpha", ["/chart alpha"]),
        ("/chrat alpha kind=equity", ["/chart alpha kind=equity"]),
        ("/top", ["/bots"]),
        ("/totp", ["/help"]),
        ("/stpo alpha", ["/stop alpha", "/bots"]),
        ("/connect", ["/accounts"]),
        ("/create alpha ema-cross BTC/USDT 1h", ["/new alpha ema-cross BTC/USDT 1h"]),
        ("/chart alpha equity", ["/chart alpha kind=equity"]),
        ("/pnl week", ["/pnl period=week"]),
        ("/pnl all", ["/pnl period=all"]),
        ("/pnl alpha day", ["/pnl alpha period=day"]),
        ("/stop alpha flatten", ["/stop alpha policy=flatten"]),
        ("/chart alpha candles=1,000", ["/chart alpha candles=1000"]),
        ("/settings timezone=CET", ["/settings timezone=Europe/Berlin"]),
        ("/timezone CET", ["/timezone zone=Europe/Berlin"]),
        # 5 January: Berlin is at UTC+1, Kolkata at UTC+5:30 all the year.
        ("/settings timezone=UTC+1", ["/settings timezone=Europe/Berlin"]),
        ("/settings timezone=UTC+5:30", ["/settings timezone=Asia/Kolkata"]),
        ("/settings timezone=UTC+2", ["/settings timezone=Europe/Athens"]),
        ("/edit alpha stop_loss=-0.05", ["/edit alpha stop_loss=5%"]),
        ("/edit alpha stop_loss=3", ["/edit alpha stop_loss=3%"]),
        ("/edit alpha take_profit=3", ["/edit alpha take_profit=3%", "/edit alpha take_profit=300%"]),
        ("/edit alpha capital=1 500", ["/edit alpha capital=1500"]),
        ("/edit alpha capital=$500 fast=10", ["/edit alpha fast=10 capital=500"]),
        ("/edit alpha timeframe=30m", []),
        ("/run alpha\n/stop beta", ["/run alpha", "/stop beta"]),
    ],
)
async def test_a_suggestion_keeps_what_was_typed(bench: ChatHarness, line: str, wanted: list[str]) -> None:
    await bench.made()
    assert await offers(bench, line) == wanted


async def test_a_percentage_with_a_blank_is_one_value(bench: ChatHarness) -> None:
    await bench.made()
    assert "stop_loss none -> 3%" in await bench.mia.say("/edit alpha stop_loss=3 %")


async def test_two_commands_in_one_message_do_nothing(bench: ChatHarness) -> None:
    await bench.made()
    assert (await bench.mia.say("/run alpha\n/stop beta")).startswith(
        "Invalid: that is 2 commands in one message, none was done. Expected one at a time, for example /run alpha"
    )
    assert "created" in await bench.mia.say("/bot alpha")


async def test_a_bot_that_never_ran_is_said_to_have_never_run(bench: ChatHarness) -> None:
    await bench.made()
    assert await bench.mia.say("/stop alpha") == (
        "Refused: alpha (PRACTICE) has never run, there is nothing to stop. /run alpha starts it"
    )
    await bench.mia.say("/run alpha")
    assert await bench.mia.say("/run alpha") == "Refused: alpha (PRACTICE) is running already. See /bot alpha"


async def test_cancel_without_a_form_says_that_there_is_none(bench: ChatHarness) -> None:
    assert await bench.mia.say("cancel") == "No form is open, there is nothing to cancel."


async def test_the_only_account_is_not_asked_for_after_a_line(bench: ChatHarness) -> None:
    assert (await bench.mia.say("/new x ema-cross BTC/USDT 1h")).startswith("New bot · 5 of 5 · PRACTICE · capital")


async def test_a_timeframe_that_does_not_exist_here_is_answered_with_one_that_does(bench: ChatHarness) -> None:
    # The stretch of these tests has 1h candles alone.
    for typed in ("3m", "30m", "4h"):
        assert (await bench.mia.say(f"/new x ema-cross BTC/USDT {typed}")).startswith(
            f"Invalid: no timeframe {typed}. Expected one of 1h, for example 1h"
        )
        await bench.mia.say("cancel")
    assert "check and create" in await bench.mia.say("/new x ema-cross BTC/USDT 60m capital=100")


async def test_time_zones_are_offered(bench: ChatHarness) -> None:
    answer = await bench.mia.ask("/timezone")
    assert answer.headline == "Set your time zone · a city or a zone?"
    assert "Europe/Berlin" in [button.label for button in answer.buttons]


async def test_a_completed_edit_begins_with_the_present_value(bench: ChatHarness) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000 fast=3")
    found = await bench.command_bus.complete_line("console", "1000", "/edit alpha fast=")
    assert found[0] == "fast=3"


async def test_the_fix_of_a_raised_capital_counts_what_the_bot_has_already(bench: ChatHarness) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=2012.58")
    await bench.made("/new beta ema-cross BTC/USDT 1h capital=7500")
    refused = await bench.mia.ask("/edit alpha capital=60000")
    # By hand: 10000 - 2012.58 - 7500 = 487.42 free; 60000 takes 57987.42 more, 2012.58 + 487.42 = 2500 can be had.
    assert refused.headline.startswith(
        "Refused: alpha (PRACTICE) needs 57,987.42 USDT more; account practice has 487.42"
    )
    assert [button.command for button in refused.buttons] == ["/edit alpha capital=2500"]
    assert "capital 2012.58 -> 2500" in await bench.mia.say(refused.buttons[0].command)
