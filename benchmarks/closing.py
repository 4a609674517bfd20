"""Candles close for a whole fleet: when its bots have decided, when their intents are stored, and who had to wait."""

import asyncio
import gc
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from adapters.data.recording import RECORDED_VENUE
from benchmarks.fleet import Fleet, a_running_fleet
from benchmarks.loop_stall import Stalls, watched_loop
from benchmarks.person import COMMANDS, Line, OpenLine, at_the_pipeline, talk
from bot.domain.candle import Candle
from bot.domain.facts import IntentDecided, UnitOfWork
from bot.domain.market import Series
from bot.domain.money import use_money_context
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.engine import Engine
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.dispatch import handle_message
from bot.engine.trading.messages import CandleClosed, Message
from bot.engine.trading.session import HandlerContext, Session

HANDLER = "bot.engine.runtime.supervisor.handle_message"
TOUCHED = 2
"""Bots that the person stops or pauses meanwhile."""


@dataclass(slots=True)
class Close:
    """One candle's close; times in seconds of `time.perf_counter`."""

    closed_at: float = 0.0
    decided_at: float = 0.0
    stored_at: float = 0.0
    decisions: int = 0
    intents: int = 0

    @property
    def decision_seconds(self) -> float:
        """Return how long after the close the last bot had decided."""
        return self.decided_at - self.closed_at

    @property
    def intent_seconds(self) -> float:
        """Return how long after the close the last intent was stored."""
        return self.stored_at - self.closed_at


@dataclass(slots=True)
class Closing:
    """What was seen of all closes."""

    closes: dict[datetime, Close] = field(default_factory=dict)
    stalls: Stalls = field(default_factory=Stalls)
    answers: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def on_candle(self, series: Series, candle: Candle) -> None:
        """Note a close, before anybody decides on it."""
        self.closes[candle.open_time + series.timeframe.duration] = Close(closed_at=time.perf_counter())

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Note which closes these durable intents were decided on."""
        now = time.perf_counter()
        for unit in units:
            for fact in unit:
                close = self.closes.get(fact.intent.decided_at.market) if isinstance(fact, IntentDecided) else None
                if close is not None:
                    close.stored_at, close.intents = now, close.intents + 1

    def handle_message(self, session: Session, message: Message, around: HandlerContext) -> Outcome:
        """Handle a message as the engine does, and note a decision."""
        outcome = handle_message(session, message, around)
        if isinstance(message, CandleClosed):
            close = self.closes[message.close_time]
            close.decided_at, close.decisions = time.perf_counter(), close.decisions + 1
        return outcome


def measure_closing(fleet: Fleet, open_line: OpenLine = at_the_pipeline) -> Closing:
    """Let candles close one after the other, as fast as it goes, while a person sends commands."""
    use_money_context()
    with TemporaryDirectory() as folder:
        closing = asyncio.run(_measure(Path(folder), fleet, open_line))
    assert len(closing.closes) == fleet.closes
    acting = fleet.bots * fleet.percent / 100
    for close in closing.closes.values():
        assert close.decisions >= fleet.bots - TOUCHED
        assert abs(close.intents - acting) <= fleet.bots / 50
    return closing


async def _measure(folder: Path, fleet: Fleet, open_line: OpenLine) -> Closing:
    closing = Closing()
    async with (
        a_running_fleet(folder, fleet) as engine,
        open_line(engine) as line,
    ):
        engine.venue_contexts[RECORDED_VENUE].feed.subscribe_candles(fleet.series, closing.on_candle)
        engine.writer.add_commit_listener(closing.on_commit)
        for command in COMMANDS:
            await line.ask(command)
        gc.collect()
        with patch(HANDLER, closing.handle_message):
            async with watched_loop() as closing.stalls:
                await _play(engine, line, closing)
    return closing


async def _play(desk: Engine, line: Line, closing: Closing) -> None:
    begun, cpu = time.perf_counter(), time.process_time()
    async with task_scope() as scope:
        scope.start_task(desk.replays[RECORDED_VENUE].run(), "replay")
        scope.start_task(talk(line.ask, closing.answers), "person")
        scope.start_task(line.chat.relay.run(), "relay")
        await desk.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
        await desk.supervisor.wait_until_idle()
    closing.seconds, closing.cpu_seconds = time.perf_counter() - begun, time.process_time() - cpu
