"""The form of a new bot and the recorded market: UX.md, section 3.2."""

from bot.commands.reply.blocks import WarningText
from tests.builders.chat_harness import ChatHarness
from tests.golden.page import Page

PAGE = Page("3.2-form")


async def test_nothing_yet(bench: ChatHarness) -> None:
    await PAGE.holds("/bots, none", await bench.mia.ask("/bots"))


async def test_the_form_step_by_step(bench: ChatHarness) -> None:
    steps = {"/new": "/new", "ema-cross": "ema-cross", "typed BTCUSD": "BTCUSD", "BTC/USDT": "BTC/USDT", "1h": "1h"}
    steps |= {"practice": "practice", "typed 1,500": "1,500", "1000": "1000", "Parameters": "parameters"}
    steps |= {"fast": "fast", "typed 30": "30", "Back": "back", "Create": "create"}
    for title, typed in steps.items():
        await PAGE.holds(title, await bench.mia.ask(typed))


async def test_a_whole_line_is_the_summary_at_once(bench: ChatHarness) -> None:
    line = "/new alpha ema-cross BTC/USDT 1h account=practice capital=1000 stop_loss=3%"
    summary = await bench.mia.ask(line)
    await PAGE.holds("/new alpha and all of it", summary)
    assert not [block for block in summary.blocks if isinstance(block, WarningText)]
    assert [button.copy_text for button in summary.buttons if button.copy_text] == [line]


async def test_the_recorded_markets_clock(bench: ChatHarness) -> None:
    await PAGE.holds("/market speed=60x", await bench.mia.ask("/market speed=60x"))
