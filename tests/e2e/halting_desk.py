"""`quarterdeck run --console` with a recorded market that pauses at given times and says so.

Run as `python -m tests.e2e.halting_desk`. A person can then command at the same market time in every run. `HALTS` holds
the times, with commas between them.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from adapters.data.recording import RECORDED_VENUE
from bot.app import run_process
from bot.assembly.engine import open_engine
from bot.domain.candle import Candle
from bot.domain.ids import Symbol
from bot.domain.market import Series, Timeframe
from bot.domain.money import use_money_context
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.engine import Engine
from bot.settings import Settings, load_settings

HALTED = "the market halts at"
HEARD = Series(venue=RECORDED_VENUE, symbol=Symbol("BTC/USDT"), timeframe=Timeframe.H1)


@asynccontextmanager
async def open_halting_desk(settings: Settings) -> AsyncIterator[Engine]:
    """Open the desk; a close at one of the times pauses its market before it can move on."""
    halts = frozenset(map(datetime.fromisoformat, os.environ["HALTS"].split(",")))
    async with open_engine(settings) as engine, task_scope() as scope:
        replay = engine.replays[RECORDED_VENUE]

        async def halt() -> None:
            await replay.pause_clock()
            await say()

        async def say() -> None:
            await engine.supervisor.wait_until_idle()
            state = replay.state()
            sys.stderr.write(f"{HALTED} {state.market_time.isoformat()}\n")
            sys.stderr.flush()

        def on_candle(series: Series, candle: Candle) -> None:
            if candle.open_time + series.timeframe.duration in halts:
                scope.start_task(halt(), "halt")

        engine.venue_contexts[RECORDED_VENUE].feed.subscribe_candles(HEARD, on_candle)
        state = replay.state()
        if state.is_paused and state.market_time in halts:
            # A kill may have come after the pause was stored and before it was told.
            scope.start_task(say(), "halted before")
        yield engine


def main() -> int:
    """Run until told to stop."""
    use_money_context()
    return run_process(load_settings(), "0.0.0", with_console=True, engine_factory=open_halting_desk)


if __name__ == "__main__":
    sys.exit(main())
