"""A desk whose console is a pair of real pipes, and a journal of everything it stores."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from adapters.chat.console.assembly import CHARTS_FOLDER, ConsoleOptions
from adapters.chat.console.gateway import ConsoleGateway, Dispatcher
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.saved_files import SavedFiles
from adapters.chat.console.terminal.streams import PipeScreen, read_lines
from adapters.data.recording import RECORDED_VENUE, Recording
from bot.commands.spec.registry import CommandRegistry
from bot.domain.facts import Fact, UnitOfWork
from bot.domain.order import OrderIntent
from bot.engine.concurrency.task_scope import task_scope
from bot.ports.venue import OrderReport, Venue, VenueEvent
from bot.strategy.registry import StrategyRegistry
from tests.builders.running_process import DEADLINE_SECONDS, SETUP_CODE, Composition, a_composition

Entry = UnitOfWork | VenueEvent | OrderIntent


@dataclass(slots=True)
class EventRecorder:
    """Units in the order they became durable, in between what was sent to the venue and what it reported."""

    entries: list[Entry] = field(default_factory=list)
    added: asyncio.Event = field(default_factory=asyncio.Event)

    def stored(self, units: Sequence[UnitOfWork]) -> None:
        """Note what became durable."""
        self.entries += units
        self.added.set()

    def reported(self, event: VenueEvent) -> None:
        """Note what the venue says."""
        self.entries.append(event)
        self.added.set()

    def watch(self, venue: Venue, monkeypatch: pytest.MonkeyPatch) -> None:
        """Note what is sent from now on, at the moment it is sent."""
        submit = venue.submit_order

        async def noted(intent: OrderIntent) -> OrderReport:
            self.entries.append(intent)
            return await submit(intent)

        monkeypatch.setattr(venue, "submit_order", noted)

    def units(self) -> list[tuple[int, UnitOfWork]]:
        """Return the units with their places."""
        return [(place, entry) for place, entry in enumerate(self.entries) if isinstance(entry, tuple)]

    def index_of(self, is_wanted: Callable[[Fact], bool]) -> int:
        """Return the place of the first unit that holds such a fact."""
        return next(place for place, unit in self.units() if any(map(is_wanted, unit)))

    def unit_at(self, index: int) -> UnitOfWork:
        """Return a unit by its place."""
        entry = self.entries[index]
        assert isinstance(entry, tuple)
        return entry

    async def holds(self, is_wanted: Callable[[Fact], bool]) -> None:
        """Wait until such a fact is stored."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not any(any(map(is_wanted, unit)) for _, unit in self.units()):
                self.added.clear()
                await self.added.wait()


@dataclass(slots=True)
class PipedProcess:
    """A desk, what was written to its standard output, and its journal."""

    composition: Composition
    typed: int
    recorder: EventRecorder
    lines: list[str] = field(default_factory=list)
    written: asyncio.Event = field(default_factory=asyncio.Event)

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self.typed, f"{line}\n".encode())

    async def shows(self, start: str) -> str:
        """Wait for a line that begins so and return it."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while True:
                found = next((line for line in self.lines if line.startswith(start)), None)
                if found is not None:
                    return found
                self.written.clear()
                await self.written.wait()

    def after(self, start: str) -> list[str]:
        """Return the lines of the block that begins so."""
        first = next(index for index, line in enumerate(self.lines) if line.startswith(start))
        rest = self.lines[first:]
        return rest[: rest.index("")] if "" in rest else rest

    async def listen(self, descriptor: int) -> None:
        """Take down what is written."""
        async for line in read_lines(descriptor):
            self.lines.append(line)
            self.written.set()


@asynccontextmanager
async def a_piped_process(
    folder: Path, recording: Recording, strategies: StrategyRegistry | None = None
) -> AsyncIterator[PipedProcess]:
    """Open a claimed desk that is typed to over one pipe and read from another."""
    stdin, typed = os.pipe()
    shown, stdout = os.pipe()

    def open_console(dispatcher: Dispatcher, registry: CommandRegistry, options: ConsoleOptions) -> ConsoleGateway:
        del registry
        return ConsoleGateway(
            dispatcher,
            PipeScreen(stdin, stdout),
            SavedFiles(options.data_dir / CHARTS_FOLDER),
            ReplyMenu(),
            options.clock,
        )

    try:
        async with (
            task_scope() as scope,
            a_composition(folder, open_console, recording=recording, strategies=strategies) as made,
        ):
            engine = PipedProcess(made, typed, EventRecorder())
            made.engine.writer.add_commit_listener(engine.recorder.stored)
            made.engine.venue_contexts[RECORDED_VENUE].venue.add_listener(engine.recorder.reported)
            scope.start_task(engine.listen(shown), "reader of the pipe")
            engine.type(f"/claim {SETUP_CODE}")
            await engine.shows("✅ You are the owner")
            yield engine
    finally:
        for descriptor in (stdin, typed, shown, stdout):
            os.close(descriptor)
