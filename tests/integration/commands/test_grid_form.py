"""The form of a grid: the last price and ranges around it, what a level will be, and refusals at their own step."""

import re
from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from bot.commands.reply.blocks import Reply
from bot.domain.ids import Symbol
from tests.builders.chat_harness import ChatHarness, ScriptedPerson, plain_text

START = "/new g grid BTC/USDT 1h account=practice"


def buttons(reply: Reply) -> dict[str, str]:
    return {button.label: button.command.split(" ", 2)[-1] for button in reply.buttons}


async def test_a_grid_is_made_and_run_by_taps_alone(bench: ChatHarness) -> None:
    phone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False, is_tap=True)
    await phone.say("/new")
    for label in ("grid", "BTC/USDT", "1h", "practice · PRACTICE"):
        await phone.press(label)
    ranges = [button.label for button in phone.replies[-1].buttons if button.label.startswith("±")]
    assert len(ranges) == 4
    await phone.press(ranges[1])
    assert (await phone.press("1000")).startswith("New bot · PRACTICE · check and create")
    assert "running" in await phone.press("Create and run")


async def test_ranges_lie_around_the_last_price(bench: ChatHarness) -> None:
    last = bench.engine.market.feed.last_price(Symbol("BTC/USDT"))
    assert last is not None
    step = await bench.mia.ask(START)
    assert step.headline == "New bot · 5 of 7 · price range"
    assert f"BTC/USDT stands at {last:,.2f} (" in plain_text(step)
    for label, command in buttons(step).items():
        if found := re.match(r"±(\d+(?:\.\d)?)%", label):
            share = float(found[1]) / 100
            ends = dict(word.split("=") for word in command.split())
            # Four digits are kept: off by at most 0.05 %.
            assert float(ends["lower"]) == pytest.approx(last * (1 - share), rel=1e-3)
            assert float(ends["upper"]) == pytest.approx(last * (1 + share), rel=1e-3)


async def test_the_range_by_volatility_is_two_daily_deviations_of_thirty_days(bench: ChatHarness) -> None:
    # By a naive loop: closes every 24 h back from the newest candle, 31 of them, their 30 changes.
    venue = bench.engine.market
    series = next(one for one in venue.feed.all_series() if one.symbol == "BTC/USDT")
    candles = await venue.feed.history(series, venue.venue.clock.now(), 100_000)
    closes: list[float] = []
    index = len(candles) - 1
    while index >= 0 and len(closes) < 31:
        closes.append(float(candles.close[index]))
        index -= 24
    changes = [new / old - 1 for new, old in pairwise(closes)]
    mean = sum(changes) / len(changes)
    deviation = (sum((one - mean) ** 2 for one in changes) / (len(changes) - 1)) ** 0.5
    assert deviation == pytest.approx(float(np.std(changes, ddof=1)))
    step = await bench.mia.ask(START)
    assert f"±{2 * round(deviation, 4) * 100:.1f}% is 2 standard deviations of the daily change" in plain_text(step)


@pytest.mark.parametrize("typed", ["±5%", "5%", "+-5 %"])
async def test_a_range_is_typed_as_a_share(bench: ChatHarness, typed: str) -> None:
    step = await bench.mia.ask(START)
    wanted = next(command for label, command in buttons(step).items() if label.startswith("±5%"))
    await bench.mia.say(typed)
    summary = await bench.mia.say("1000")
    lower, upper = (word.partition("=")[2] for word in wanted.split())
    assert re.search(rf"Lower +{lower}\b", summary)
    assert re.search(rf"Upper +{upper}\b", summary)


async def test_a_range_is_typed_as_two_prices_or_one_after_the_other(bench: ChatHarness) -> None:
    await bench.mia.say(START)
    assert (await bench.mia.say("60000 to 75000")).startswith("New bot · 7 of 7 · PRACTICE · capital")
    await bench.mia.say("cancel")
    await bench.mia.say(START)
    upper = await bench.mia.ask("60000")
    assert upper.headline.startswith("New bot · 6 of 7 · upper · price, above 60000")
    assert "stands at" in plain_text(upper)


@pytest.mark.parametrize("typed", ["60000", "59000", "-70000", "70.000"])
async def test_a_bad_end_is_refused_at_its_own_step(bench: ChatHarness, typed: str) -> None:
    await bench.mia.say(START)
    await bench.mia.say("60000")
    answer = await bench.mia.say(typed)
    assert answer.startswith("Invalid: upper")
    assert "New bot · 6 of 7 · upper" in answer


async def test_a_step_that_does_not_pay_is_refused_before_the_capital_is_asked_for(bench: ChatHarness) -> None:
    await bench.mia.say(f"{START} levels=38")
    answer = await bench.mia.say("60000 to 62000")
    # By hand: 37 steps of 54.05 in 2000, at 61946 that is 0.09 %.
    assert answer.startswith("Invalid: a step of 0.09% does not pay 2 x 0.1% fee.")
    assert "New bot · 5 of 7 · price range" in answer


async def test_the_summary_says_what_a_level_will_be(bench: ChatHarness) -> None:
    summary = await bench.mia.say(f"{START} lower=60000 upper=70000 levels=11 capital=1000")
    # By hand: fee 0.1 %, reserve 0.5 %; 994 shared by 10 levels is 99.40 each. Steps of 1000 are 1.67 % at 60000 and
    # 1.45 % at 69000. Rounds: 99.40/60000 = 0.00165 BTC x 1000 = 1.65 less 0.00165 x 121000 x 0.001 = 0.19965;
    # 99.40/69000 = 0.00144 x 1000 = 1.44 less 0.00144 x 139000 x 0.001 = 0.20016.
    assert "none" not in next(line for line in summary.splitlines() if line.startswith("Amount a level"))
    assert re.search(r"Amount a level +99\.40 USDT", summary)
    assert re.search(r"Step +1\.45% to 1\.67%", summary)
    assert re.search(r"Least of a round +\+1\.24 USDT \(\+1\.25%\)", summary)
    assert re.search(r"Most of a round +\+1\.45 USDT \(\+1\.46%\)", summary)


async def test_a_range_away_from_the_price_is_said_to_be_idle(bench: ChatHarness) -> None:
    last = Decimal(repr(bench.engine.market.feed.last_price(Symbol("BTC/USDT"))))
    far = await bench.mia.say(f"{START} lower={last * 2} upper={last * 3} capital=1000")
    assert f"Idle outside the range: the price {last} is below" in far
    await bench.mia.say("cancel")
    near = await bench.mia.say(f"{START} lower={last * Decimal('0.9')} upper={last * Decimal('1.1')} capital=1000")
    assert "Idle" not in near


async def test_a_name_is_refused_at_its_own_step_also_of_a_line(bench: ChatHarness) -> None:
    await bench.made()
    for typed, words in (("$(reboot)", "Invalid: $(reboot) is no name"), ("alpha", "Refused: the name alpha is taken")):
        answer = await bench.mia.say(f"/new {typed}")
        assert answer.startswith(words)
        assert "New bot · name" in answer
        assert (await bench.mia.say("alpha")).startswith("Refused: the name alpha is taken")
        assert (await bench.mia.say("beta")).startswith("New bot · 1 of 5 · strategy")
        await bench.mia.say("cancel")


async def test_both_an_invalid_name_and_an_invalid_market_are_asked_for(bench: ChatHarness) -> None:
    await bench.mia.say("/new $ ema-cross NOPE/USDT 1h account=practice capital=100")
    assert (await bench.mia.say("beta")).startswith("New bot · 2 of 5 · market")
    assert (await bench.mia.say("BTC/USDT")).startswith("New bot · PRACTICE · check and create")


async def test_choices_that_are_words_are_counted_on_the_console(bench: ChatHarness) -> None:
    for line in ("/new", "/new g ema-cross", "/new g ema-cross BTC/USDT"):
        step = await bench.mia.ask(line)
        assert any(getattr(block, "takes_numbers", False) for block in step.blocks)
    capital = await bench.mia.ask("/new g ema-cross BTC/USDT 1h")
    assert not any(getattr(block, "takes_numbers", False) for block in capital.blocks)


async def test_the_fields_of_a_modal_show_the_price_and_speak_of_percent(bench: ChatHarness) -> None:
    last = bench.engine.market.feed.last_price(Symbol("BTC/USDT"))
    sheet = (await bench.mia.ask(START)).sheet
    assert sheet is not None
    hints = {field.name: field.hint for field in sheet.fields}
    assert hints["lower"].endswith(f"; the price is {last:g}") or f"; the price is {last}" in hints["lower"]
    assert hints["stop_loss"] == "such as 5%, or none"
    assert hints["capital"] == "such as 1000"
    assert hints["name"] == "empty: named by strategy and coin"


async def test_an_edit_of_a_price_shows_the_price(bench: ChatHarness) -> None:
    await bench.made(f"{START} lower=50000 upper=70000 capital=1000")
    await bench.mia.say("/edit g")
    assert "BTC/USDT stands at" in await bench.mia.say("lower")


async def test_more_offers_the_same_bot_under_a_name_that_is_free(bench: ChatHarness) -> None:
    await bench.made()
    answer = await bench.mia.ask("/more alpha")
    assert "/new alpha-2 ema-cross" in plain_text(answer)
    assert {"Share", "Subscribe"} <= {button.label for button in answer.buttons}
