"""When the recording had ended nothing could be sold any more: a stop with flatten was rejected, and then neither a
restart of the market nor a delete was possible. A sale of the strategy that waited for the next candle kept its bot
stopping for ever, and the card went on showing a stop that had been canceled.
"""

import asyncio
import re
from pathlib import Path

from adapters.data.recording import Recording
from bot.domain.instance import BotStatus
from bot.domain.trade import ExitReason
from bot.engine.concurrency.in_flight import InFlight
from bot.ports.feed import WaitUntilIdle
from bot.ports.storage import Page
from tests.builders.chat_driver import market
from tests.builders.engine import MIA, Seams, an_engine
from tests.builders.running_process import RunningProcess, a_running_process
from tests.builders.stretches import a_stretch

NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%"


def ending_with_an_exit() -> Recording:
    """Return a market whose last candle brings the strategy's exit."""
    return a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=80)


async def played(desk: RunningProcess) -> None:
    await desk.say(NEW)
    await desk.say("create and run")
    await desk.played()
    await desk.told("alpha", "stopped: the recording has ended")


async def test_a_person_sells_at_the_last_price_and_begins_again(tmp_path: Path) -> None:
    async with a_running_process(tmp_path, market()) as engine:
        await played(engine)
        await engine.confirmed("/stop alpha policy=flatten")
        await engine.told("alpha", "trade 2 closed")
        assert "70647.18" in await engine.say("/trades alpha limit=1"), "the close of the last candle"
        assert "stopped, flat" in await engine.say("/bot alpha")
        assert "restart" in await engine.confirmed("/market action=restart")
        await engine.say("/run alpha")
        await engine.say("/market speed=max")
        await engine.played()
        assert (await engine.bot("alpha")).run_number == 2


async def test_a_bot_that_was_flattened_after_the_end_can_be_deleted(tmp_path: Path) -> None:
    async with a_running_process(tmp_path, market()) as engine:
        await played(engine)
        await engine.confirmed("/stop alpha policy=flatten")
        await engine.settled()
        assert "deleted" in await engine.confirmed("/delete alpha")


async def test_a_bot_whose_strategy_sells_on_the_last_candle_keeps_what_it_holds_and_stops(tmp_path: Path) -> None:
    async with a_running_process(tmp_path, ending_with_an_exit()) as engine:
        await played(engine)
        await engine.settled()
        card = await engine.say("/bot alpha")
        assert "stopped, long" in card
        assert "Now:" not in card
        assert "no order rests" in await engine.say("/orders alpha")
        await engine.confirmed("/stop alpha policy=flatten")
        await engine.told("alpha", "trade 1 closed")


async def test_the_card_names_no_stop_once_nothing_guards(tmp_path: Path) -> None:
    async with a_running_process(tmp_path, market()) as engine:
        await played(engine)
        await engine.settled()
        card = await engine.say("/bot alpha")
        assert re.search(r"^Stop +none works$", card, re.MULTILINE)
        assert "no more prices come" in card


async def test_a_sale_that_a_person_wanted_on_the_last_candle_is_made_at_its_close(tmp_path: Path) -> None:
    last, go = asyncio.Event(), asyncio.Event()
    recording = market()

    def quiet(activity: InFlight) -> WaitUntilIdle:
        async def wait() -> None:
            await activity.wait_until_idle()
            if engine.market.venue.clock.now() == recording.ends_at:
                last.set()
                await go.wait()
                await activity.wait_until_idle()

        return wait

    async with an_engine(tmp_path, recording, seams=Seams(quiet=quiet)) as engine:
        bot_id = await engine.create("ema-cross", "BTC/USDT", "1h")
        await engine.run(bot_id)
        engine.play()
        await last.wait()
        await engine.lifecycle.close_position(bot_id, MIA, "close")
        go.set()
        await engine.market.feed.wait_until_ended()
        engine.supervisor.post_market_end(engine.market.venue.venue_id, "the recording has ended")
        await engine.engine.supervisor.wait_until_idle()
        view = await engine.supervisor.view(bot_id)
        assert (view.bot.status, view.ledger.trade) == (BotStatus.STOPPED, None)
        trades = await engine.database.reader.trades(bot_id, Page(limit=1))
        assert trades[0].exit_reason is ExitReason.MANUAL
        assert trades[0].closed_at is not None
        assert trades[0].closed_at.market == recording.ends_at
