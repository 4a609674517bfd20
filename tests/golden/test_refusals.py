"""Answers that are not a yes, panic, and help: UX.md, sections 3.7, 3.8 and 3.10."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.commands.dispatch.error_replies import failure_reply
from bot.commands.text.failures import Failure
from bot.domain.errors import OutcomeUnknown, Unavailable
from bot.domain.ids import ClientOrderId
from bot.domain.people import Role
from tests.builders.chat_driver import market
from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.golden.page import Page

PAGE = Page("3.10-not-a-yes")
PANIC = Page("3.7-panic")
HELP = Page("3.8-help")


async def test_wrong_state(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await PAGE.holds("wrong state", await bench.mia.ask("/delete alpha"))


async def test_role(bench: ChatHarness) -> None:
    await bench.made()
    viewer = await bench.somebody("jonas", Role.VIEWER)
    await PAGE.holds("role", await viewer.ask("/run alpha"))


async def test_not_theirs(bench: ChatHarness) -> None:
    await bench.made("/new eth-grid ema-cross BTC/USDT 1h capital=100")
    jonas = await bench.somebody("jonas", Role.TRADER)
    refused = await jonas.ask("/run eth-grid")
    await PAGE.holds("not theirs", refused)
    assert refused.headline.replace("eth-grid", "nothing") == await jonas.say("/run nothing")


async def test_capital(bench: ChatHarness) -> None:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=9360")
    await PAGE.holds("capital", await bench.mia.ask("/new beta ema-cross BTC/USDT 1h capital=1000"))
    assert (await bench.mia.press("Use 640")).startswith("New bot · PRACTICE · check and create")


async def test_parameter(bench: ChatHarness) -> None:
    await bench.made()
    await PAGE.holds("parameter", await bench.mia.ask("/edit alpha slow=10"))


async def test_name(bench: ChatHarness) -> None:
    for name in ("alpha", "eth-grid", "sol-rsi"):
        await bench.made(f"/new {name} ema-cross BTC/USDT 1h capital=100")
    await PAGE.holds("name", await bench.mia.ask("/bot alhpa"))


async def test_grid(bench: ChatHarness) -> None:
    line = "/new g grid BTC/USDT 1h capital=1000 lower=60000 upper=62000 levels=38"
    await PAGE.holds("grid", await bench.mia.ask(line))


async def test_command(bench: ChatHarness) -> None:
    await PAGE.holds("command", await bench.mia.ask("/strat"))


async def test_an_old_question(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/delete alpha")
    bench.clock.advance(timedelta(seconds=61))
    await bench.mia.press("Delete")
    await PAGE.holds("too late", bench.mia.replies[-1])
    await PAGE.holds("no such question", await bench.mia.ask("/yes AB3D"))


async def test_a_question_for_somebody_else(bench: ChatHarness) -> None:
    await bench.made()
    asked = await bench.mia.ask("/delete alpha")
    jonas = await bench.somebody("jonas", Role.OWNER)
    await PAGE.holds("jonas", await jonas.ask(asked.buttons[-1].command))


@pytest.mark.parametrize(
    ("title", "error"),
    [
        ("exchange", Unavailable("no answer")),
        ("in doubt", OutcomeUnknown(ClientOrderId("x"))),
        ("broken", ZeroDivisionError()),
    ],
)
async def test_a_failure_has_a_reference(title: str, error: Exception) -> None:
    failure = Failure(reference="E-2M8D", command="run", error="x")
    await PAGE.holds(title, failure_reply(failure, error))


async def test_deleting(bench: ChatHarness) -> None:
    await bench.made()
    asked = await bench.mia.ask("/delete alpha")
    await PAGE.holds("delete asks", asked)
    await bench.mia.press("Delete")
    await PAGE.holds("deleted", bench.mia.replies[-1])


async def test_an_edit_while_it_runs(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await PAGE.holds("/edit alpha fast=10, running", await bench.mia.ask("/edit alpha fast=10"))


async def test_panic_asks_what_shall_stop_and_then_about_the_positions(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, market()) as bench:
        bench.mia.is_terminal = True
        jonas = await bench.trader("jonas")
        await jonas.say("/new his ema-cross BTC/USDT 1h capital=100")
        await jonas.say("create and run")
        await bench.made()
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        await PANIC.holds("/panic", await bench.mia.ask("/panic"))
        await bench.mia.press("Only mine")
        await PANIC.holds("Only mine", bench.mia.replies[-1])
        await bench.mia.press("Keep them")
        await PANIC.holds("Keep them", bench.mia.replies[-1])


async def test_panic_acts_at_once_where_nothing_is_held_and_nothing_to_choose(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    await PANIC.holds("/panic, nothing held", await bench.mia.ask("/panic"))
    await PANIC.holds("/bots in a panic", await bench.mia.ask("/bots"))
    await PANIC.holds("/unlock", await bench.mia.ask("/unlock"))


async def test_help(bench: ChatHarness) -> None:
    await bench.made()
    for line in ("/help", "/help run", "/help topic=life-cycle", "/strategies", "/more alpha"):
        await HELP.holds(line, await bench.mia.ask(line))
