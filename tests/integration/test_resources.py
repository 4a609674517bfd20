"""What a bot held is released when nothing needs it any more, and many rounds of start and stop leave nothing."""

import asyncio
import gc
import sys
import threading
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import time, timedelta
from pathlib import Path

import pytest

from adapters.venue.recorded.market import RecordedMarketOptions
from bot.domain.errors import StrategyError
from bot.domain.instance import StopPolicy
from tests.builders.crash_run import WATCHED, a_recording
from tests.builders.engine import MIA, EngineHarness, Seams, an_engine
from tests.builders.resource_counts import Counts, Inventory, difference, held_by, open_file_names, open_files
from tests.builders.running_process import a_running_process
from tests.builders.scripted_operator import EngineAction, ScriptedAction, ScriptedOperator, delete, start, stop
from tests.fakes.clock import FakeClock
from tests.fakes.crash_point_recorder import CrashPointRecorder
from tests.fakes.received_messages import ReceivedMessages

LENGTH = timedelta(hours=2, minutes=30)
ROUNDS = 20
NAMES = ("alpha", "beta", "gamma")


@asynccontextmanager
async def an_engine_of_three(folder: Path, script: tuple[ScriptedAction, ...]) -> AsyncIterator[EngineHarness]:
    """Open an engine with one bot of each strategy and a person who does what a script says."""
    clock = FakeClock()
    person = ScriptedOperator(script, ReceivedMessages(), CrashPointRecorder(folder, folder, ReceivedMessages()), clock)
    seams = Seams(quiet=person.quiet)
    async with an_engine(
        folder, a_recording(LENGTH), RecordedMarketOptions(speed=None), clock=clock, seams=seams
    ) as engine:
        person.engine = engine
        await engine.create("ema-cross", "BTC/USDT", "5m", name="alpha", stop_loss="1%")
        await engine.create("rsi-reversion", "ETH/USDT", "5m", name="beta", length="7", stop_loss="1%")
        await engine.create(
            "grid", "SOL/USDT", "5m", name="gamma", lower="125", upper="155", levels="46", stop_loss="5%"
        )
        # Somebody listens all the time, so that the market stops at each candle also while no bot runs.
        engine.market.feed.subscribe_candles(WATCHED, lambda series, candle: None)
        yield engine


def fail(name: str) -> EngineAction:
    """Break a bot."""

    async def act(engine: EngineHarness, command_id: str) -> None:
        del command_id
        bot = await engine.database.reader.bot_by_name(name)
        assert bot is not None
        engine.supervisor.fail_bot(bot.bot_id, StrategyError("it broke"))

    return act


async def test_each_bot_gives_back_what_it_held(tmp_path: Path) -> None:
    inventory = Inventory()
    script = (
        ScriptedAction(time(0, 0), inventory.take("before")),
        *(ScriptedAction(time(0, 0), start(name)) for name in NAMES),
        ScriptedAction(time(1, 50), inventory.take("all run")),
        ScriptedAction(time(1, 50), fail("gamma")),
        ScriptedAction(time(1, 55), inventory.take("gamma failed")),
        ScriptedAction(time(1, 55), stop("gamma", StopPolicy.FLATTEN)),
        ScriptedAction(time(1, 55), stop("beta", StopPolicy.ENTRIES)),
        ScriptedAction(time(2, 10), inventory.take("only beta holds something")),
        ScriptedAction(time(2, 10), stop("alpha", StopPolicy.ENTRIES)),
        ScriptedAction(time(2, 10), stop("beta", StopPolicy.FLATTEN)),
        ScriptedAction(time(2, 20), inventory.take("all stopped")),
        *(ScriptedAction(time(2, 20), delete(name)) for name in NAMES),
        ScriptedAction(time(2, 20), inventory.take("all deleted")),
    )
    async with an_engine_of_three(tmp_path, script) as engine:
        await engine.play_to_end()
    assert inventory.since("before", "all run") == {
        **dict.fromkeys(("series", "followers", "parameter_sets", "mailboxes"), 3),
        **{"known_orders": 14, "feed listeners": 3},
    }
    # A failed bot decides nothing, but its position is guarded.
    assert inventory.since("before", "gamma failed") == {
        **dict.fromkeys(("series", "followers", "parameter_sets"), 2),
        **{"mailboxes": 3, "known_orders": 2, "feed listeners": 2},
    }
    # So is that of a stopped one, here by an order that rests at the venue; alpha still runs.
    assert inventory.since("before", "only beta holds something") == {
        **dict.fromkeys(("series", "followers", "parameter_sets", "known_orders", "feed listeners"), 1),
        "mailboxes": 2,
    }
    assert inventory.since("before", "all stopped") == {}
    assert inventory.since("before", "all deleted") == {}


@pytest.mark.slow
async def test_many_rounds_leave_nothing_behind(tmp_path: Path) -> None:
    async with an_engine_of_three(tmp_path, ()) as engine:
        before = held_by(engine)
        for number in range(ROUNDS):
            for name in NAMES:
                await one_round(engine, name, number)
        assert difference(held_by(engine), before) == {}


@pytest.mark.slow
async def test_the_memory_of_the_engine_does_not_grow_with_rounds(tmp_path: Path) -> None:
    async with an_engine_of_three(tmp_path, ()) as engine:
        kept: list[int] = []
        tracemalloc.start()
        try:
            for number in range(2 * ROUNDS):
                # Without gamma, whose orders the venue remembers.
                for name in ("alpha", "beta"):
                    await one_round(engine, name, number)
                if number in (ROUNDS, 2 * ROUNDS - 1):
                    kept.append(kept_by_the_engine())
        finally:
            tracemalloc.stop()
        # The smallest thing that could be left behind, an entry of a dict, takes more than this.
        assert kept[1] - kept[0] < 50 * ROUNDS


async def test_an_engine_that_ends_hears_nothing_any_more(tmp_path: Path) -> None:
    script = tuple(ScriptedAction(time(0, 0), start(name)) for name in NAMES)
    async with an_engine_of_three(tmp_path, script) as engine:
        engine.play()
        await engine.market.feed.wait_until_ended()
        assert engine.market.feed.listener_count > len(NAMES)
    assert engine.market.feed.listener_count == 1, "the one that the test itself added"
    assert engine.market.venue.listener_count == 0


async def test_a_closed_desk_leaves_no_task_no_thread_and_no_open_file(tmp_path: Path) -> None:
    before: Counts = {}
    for folder in ("first", "second"):
        # The first desk imports and caches what stays.
        (tmp_path / folder).mkdir()
        before = left_open()
        async with a_running_process(tmp_path / folder) as engine:
            await engine.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
            await engine.say("create and run")
            await engine.played()
            assert "picture: " in await engine.say("/chart alpha")
            assert open_files() > before["files"]
            assert len(asyncio.all_tasks()) > before["tasks"]
    assert difference(left_open(), before) == {}, open_file_names()


def left_open() -> Counts:
    """Count what a desk has open or may leave; threads that serve any loop are not its own."""
    own = [thread for thread in threading.enumerate() if not thread.name.startswith("asyncio_")]
    for thread in own:
        if thread is not threading.current_thread():
            # That of a connection ends a moment after the connection is closed.
            thread.join(timeout=2)
    return {
        "tasks": len(asyncio.all_tasks()),
        "threads": sum(thread.is_alive() for thread in own),
        "files": open_files(),
    }


async def one_round(engine: EngineHarness, name: str, number: int) -> None:
    """Start, change and stop a bot, with parameters that it never had."""
    bot = await engine.database.reader.bot_by_name(name)
    assert bot is not None
    changes = {"alpha": {"slow": str(27 + number)}, "beta": {"length": str(8 + number)}}
    await engine.run(bot.bot_id)
    await engine.lifecycle.edit_bot(
        bot.bot_id, changes.get(name, {"upper": str(156 + number)}), MIA, engine.command_id()
    )
    await engine.lifecycle.stop_bot(bot.bot_id, StopPolicy.CANCEL, MIA, engine.command_id())
    # Its orders are canceled before it has stopped.
    await engine.engine.supervisor.wait_until_idle()


def kept_by_the_engine() -> int:
    """Return how many bytes are held that were asked for in the engine, at the venue, or by changing a record."""
    gc.collect()
    # Each class pattern asks for a new "__match_args__", which the interpreter's cache of attributes keeps for a while.
    sys._clear_type_cache()  # noqa: SLF001 - the only way to empty it
    ours = [tracemalloc.Filter(True, f"*/{part}") for part in ("bot/engine/*", "adapters/venue/*", "dataclasses.py")]
    found = tracemalloc.take_snapshot().filter_traces(ours).statistics("filename")
    return sum(item.size for item in found)
