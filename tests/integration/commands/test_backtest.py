"""`/backtest NAME`: a bot's settings tried over its run, away from the loop, and told where it was asked for."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.catalog import backtest as catalog
from bot.commands.reply.blocks import Image
from bot.commands.views.backtest_reply import is_only_run
from bot.domain.errors import Unavailable
from bot.engine.reports.bot_backtests import MAX_WAITING
from tests.builders.chat_harness import NOON, ChatHarness, ScriptedPerson, plain_text
from tests.fakes.backtest_runner import FakeBacktestRunner
from tests.fakes.gateway import FakeGateway


@pytest.fixture
def runner(bench: ChatHarness) -> FakeBacktestRunner:
    return bench.runner


async def ended(bench: ChatHarness) -> None:
    """Let alpha trade until the recording ends."""
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000 fast=5 slow=13")
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()


async def test_the_result_is_that_of_stats(bench: ChatHarness, runner: FakeBacktestRunner) -> None:
    await ended(bench)
    reply = await bench.mia.ask("/backtest alpha")
    text, stats = plain_text(reply), await bench.mia.say("/stats alpha")
    assert text.startswith("✅ alpha · PRACTICE · backtest\nNet ")
    (job,) = runner.jobs
    assert job.options.trade_from == bench.engine.market.feed.recording.starts_at
    # Every profit on the page is on that of /stats, which counts the trades that the bot made itself.
    shown = {line.split()[0]: line for line in text.splitlines() if "USDT" in line}
    total = next(line for line in stats.splitlines() if line.startswith("Total PnL")).split()[2]
    assert shown["Net"].split()[1] == total
    assert f"The bot itself: {total} USDT" in text
    assert "compare with /stats alpha" in text
    assert [button.label for button in reply.buttons] == ["Stats", "Card", "Backtest again"]
    assert any(isinstance(block, Image) for block in reply.blocks)


async def test_a_bot_that_never_ran_is_tried_on_all_candles(bench: ChatHarness, runner: FakeBacktestRunner) -> None:
    await bench.made()
    text = await bench.mia.say("/backtest alpha")
    assert "It never ran: tried on all candles" in text
    assert runner.jobs[0].options.trade_from is None


async def test_before_the_first_candle_of_a_run_there_is_nothing_to_try(
    bench: ChatHarness, runner: FakeBacktestRunner
) -> None:
    await bench.made()
    await bench.mia.say("/run alpha")
    early = await bench.mia.say("/backtest alpha")
    assert (
        early == "Refused: no 1h candle has closed since alpha (PRACTICE) began its run. Try again after the next one"
    )
    assert runner.jobs == []


async def test_a_run_among_several_is_said_to_be_one(bench: ChatHarness) -> None:
    await bench.made()
    bot = await bench.engine.database.reader.bot_by_name("alpha")
    assert bot is not None
    once = replace(bot, run_number=3, run_started_market=NOON, pass_started_market=NOON)
    assert is_only_run(once)
    assert not is_only_run(replace(once, run_started_market=NOON + timedelta(hours=20)))


async def test_a_long_one_says_how_far_it_is_and_becomes_its_result(
    bench: ChatHarness, runner: FakeBacktestRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "SHORT_SECONDS", 0.01)
    await ended(bench)
    runner.hold()
    begun = await bench.mia.ask("/backtest alpha")
    assert begun.headline == "⏳ alpha · PRACTICE · backtest · begins"
    assert begun.subject_key.startswith("backtest:")
    job = runner.jobs[0]
    runner.reports[0](250)
    # Asked again, or looked at again by a live message, it is the same one.
    bot_id, number = begun.subject_key.split(":")[1:]
    line = f"/backtest #{bot_id} job={number}"
    middle = await bench.mia.ask(line)
    share = 250 / len(job.candles)
    assert middle.headline == f"⏳ alpha · PRACTICE · backtest · {share:.0%} · 250 of {len(job.candles):,} candles"
    assert (await bench.mia.ask("/backtest alpha")).subject_key == begun.subject_key
    assert len(runner.jobs) == 1
    # The desk answers meanwhile.
    assert "alpha" in await bench.mia.say("/bots")
    runner.release()
    await asyncio.sleep(0.05)
    done = await bench.mia.ask(line)
    assert done.headline == "✅ alpha · PRACTICE · backtest"
    assert done.subject_key != begun.subject_key


async def test_one_runs_at_a_time_and_few_wait(
    bench: ChatHarness, runner: FakeBacktestRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "SHORT_SECONDS", 0)
    runner.hold()
    for number in range(MAX_WAITING + 2):
        await bench.made(f"/new bot-{number} ema-cross BTC/USDT 1h capital=100")
    answers = [await bench.mia.say(f"/backtest bot-{number}") for number in range(MAX_WAITING + 2)]
    assert [answer.startswith("⏳") for answer in answers] == [*[True] * (MAX_WAITING + 1), False]
    assert answers[-1].startswith("Refused: 6 backtests run or wait already")
    assert len(runner.jobs) == 1


async def test_it_can_be_ended(bench: ChatHarness, runner: FakeBacktestRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "SHORT_SECONDS", 0.01)
    await ended(bench)
    runner.hold()
    begun = await bench.mia.ask("/backtest alpha")
    assert [button.label for button in begun.buttons] == ["Cancel"]
    assert "The backtest of alpha (PRACTICE) was ended." in await bench.mia.press("Cancel")
    assert runner.canceled == 1
    runner.release()
    assert (await bench.mia.say("/backtest alpha")).startswith("✅ alpha")


async def test_what_went_wrong_is_said_and_an_old_button_is_no_dead_end(
    bench: ChatHarness, runner: FakeBacktestRunner
) -> None:
    await ended(bench)
    runner.error = Unavailable("the process of the backtest ended (1) without a result")
    failed = await bench.mia.ask("/backtest alpha")
    assert "backtest without a result" in failed.headline
    assert "ended (1) without a result" in plain_text(failed)
    bot = await bench.engine.database.reader.bot_by_name("alpha")
    assert bot is not None
    old = await bench.mia.ask(f"/backtest #{bot.bot_id} job=1")
    assert "not known any more" in old.headline
    assert [button.label for button in old.buttons] == ["Backtest"]


async def test_a_group_sees_shares_and_no_amount(bench: ChatHarness, runner: FakeBacktestRunner) -> None:
    await ended(bench)
    group = ScriptedPerson(bench.command_bus, "1000", is_private=False, is_slash_optional=False)
    text = plain_text(await group.ask("/backtest alpha"))
    assert "USDT" not in text.replace("BTC/USDT", "")
    assert "%" in text


async def test_where_messages_cannot_be_changed_the_result_is_sent_once(
    bench: ChatHarness, runner: FakeBacktestRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "SHORT_SECONDS", 0.01)
    await ended(bench)
    runner.hold()
    gateway = FakeGateway("console", can_edit=False)
    bus = bench.command_bus
    news = asyncio.create_task(bus.backtest_news.run({"console": gateway}, bus.pipeline.refresh_reply))
    try:
        await bench.mia.say("/backtest alpha")
        await bench.mia.say("/backtest alpha")
        assert gateway.sent == []
        runner.release()
        await asyncio.sleep(0.05)
    finally:
        news.cancel()
    (sent,) = gateway.sent
    assert sent.reply.headline == "✅ alpha · PRACTICE · backtest"
