"""A person at the console of a real process that is killed again and again: what was not answered is typed again."""

import asyncio
import os
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from tests.e2e.halting_desk import HALTED

REPOSITORY = Path(__file__).parents[2]
CODE = "ABCD-EFGH-1"
OPEN = "desk is open"
PATIENCE_SECONDS = 240
LONGEST_LINE = 1 << 20
BRISK = 0.03


class Ended(Exception):
    """The process is gone."""


class After(StrEnum):
    """What a kill waits for."""

    START = "start"
    LINE = "line"
    PLAYING = "playing"


@dataclass(frozen=True, slots=True)
class Kill:
    """SIGKILL some time after a process starts, after the n-th line of a step, or into a step that waits.

    After a line that time is a share of what the answer took when nobody killed: how fast a machine is changes little.
    A kill that has not come when its step is over comes then, so that none is ever left.
    """

    after: After
    time: float
    """Seconds, or a share after a line."""
    step: int = 0
    line: int = 1


@dataclass(slots=True)
class Console:
    """The process of this moment, and everything that all of its lives said."""

    folder: Path
    arguments: tuple[str, ...]
    settings: dict[str, str]
    kills: deque[Kill] = field(default_factory=deque)
    paces: dict[tuple[int, int], float] = field(default_factory=dict)
    """How many seconds the answer to the n-th line of a step took; the undisturbed run measures it."""
    heard: list[str] = field(default_factory=list)
    killed: int = 0
    is_killed: bool = False
    """Whether the newest life was."""
    begun: int = 0
    """How much had been heard when the newest life began, or when its market was sent on."""
    step: int = 0
    _process: asyncio.subprocess.Process | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _typed: int = 0
    _timer: asyncio.TimerHandle | None = None
    _is_open: bool = False
    _opened_at: float = 0
    _has_ended: bool = False

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """Run the process while the block lasts; it is gone after it."""
        process = await self._spawned()
        self._process, self._timer = process, None
        self._is_open = self.is_killed = self._has_ended = False
        self.begun = len(self.heard)
        async with asyncio.TaskGroup() as tasks:
            reading = [tasks.create_task(self._read(stream)) for stream in (process.stdout, process.stderr)]
            self._plan()
            try:
                yield
            finally:
                self._forget_kill()
                if process.returncode is None and not self.is_killed:
                    process.kill()
                await process.wait()
                await asyncio.wait(reading)

    def begin(self, step: int) -> None:
        """Note which step of the story begins."""
        self.step, self._typed = step, 0
        self._plan()

    def is_killed_at_last(self) -> bool:
        """Kill now that the step is over if a kill was meant to come by now; tell whether it came at all."""
        if self.kills and (self._timer is not None or self.kills[0].step <= self.step):
            self._kill()
        return self.is_killed

    async def answer(self, line: str, pattern: str) -> str:
        """Type a line and return what follows up to a match; raise Ended when the process is gone before it."""
        before, begun = len(self.heard), _clock()
        self._type(line)
        text = await self.hear(pattern, since=before)
        self.paces.setdefault((self.step, self._typed), _clock() - max(begun, self._opened_at))
        return text

    async def hear(self, pattern: str, *, since: int) -> str:
        """Return what was heard since a line, once it matches; raise Ended."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not re.search(pattern, text := "\n".join(self.heard[since:])):
                if self._has_ended:
                    raise Ended
                self._news.clear()
                await self._news.wait()
        return text

    async def resume(self) -> None:
        """Send a market that halted on."""
        self.begun = len(self.heard)
        await self.answer("/market action=resume", "Recorded market")

    async def halted(self, at: str) -> None:
        """Wait until the market halts at a time; one that halts where it was sent on before a kill is sent on again."""
        while True:
            text = await self.hear(f"{HALTED} ", since=self.begun)
            if f"{HALTED} {at}" in text:
                return
            await self.resume()

    async def end(self) -> int:
        """Ask the process to end, once it listens, and return its exit code."""
        assert self._process is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not self._is_open and not self._has_ended:
                self._news.clear()
                await self._news.wait()
        self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), 10)

    async def _spawned(self) -> asyncio.subprocess.Process:
        environment = {**os.environ, "DATA_DIR": str(self.folder), "SETUP_CODE": CODE, **self.settings}
        return await asyncio.create_subprocess_exec(
            *(sys.executable, *self.arguments),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=REPOSITORY,
            env=environment,
            limit=LONGEST_LINE,
        )

    def _type(self, line: str) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._typed += 1
        self._plan()

    async def _read(self, stream: asyncio.StreamReader | None) -> None:
        assert stream is not None
        while line := (await stream.readline()).decode(errors="replace"):
            if not line.endswith("\n"):
                # Torn by the kill: nobody can say that it arrived.
                break
            self.heard.append(line.rstrip("\n"))
            if OPEN in line:
                self._is_open, self._opened_at = True, _clock()
                self._plan()
            self._news.set()
        self._has_ended = True
        self._news.set()

    def _plan(self) -> None:
        if self._timer is None and not self.is_killed and self.kills and self._is_due(self.kills[0]):
            self._timer = asyncio.get_running_loop().call_later(self._seconds(self.kills[0]), self._kill)

    def _is_due(self, kill: Kill) -> bool:
        if kill.after is After.START:
            return True
        # What is typed before the desk is open waits in the pipe: a kill there would meet no command.
        if not self._is_open or kill.step > self.step:
            return False
        return kill.after is After.PLAYING or (self._typed > 0 and (kill.step < self.step or self._typed >= kill.line))

    def _seconds(self, kill: Kill) -> float:
        # A line that only lives after a kill need has no pace of its own.
        return kill.time * self.paces.get((self.step, self._typed), BRISK) if kill.after is After.LINE else kill.time

    def _forget_kill(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _kill(self) -> None:
        if self._process is not None and self._process.returncode is None and not self.is_killed:
            self._forget_kill()
            self._process.send_signal(signal.SIGKILL)
            self.is_killed = True
            self.kills.popleft()
            self.killed += 1


def _clock() -> float:
    return asyncio.get_running_loop().time()


Step = Callable[[Console], Awaitable[None]]


def typed(line: str, pattern: str) -> Step:
    """Type a line and wait for its answer."""

    async def step(console: Console) -> None:
        await console.answer(line, pattern)

    return step


def created(line: str) -> Step:
    """Create a bot; one that was created before a kill is there."""

    async def step(console: Console) -> None:
        if "check and create" in await console.answer(f"/new {line}", "check and create|Refused: .* taken"):
            await console.answer("create", "created, never run")

    return step


def confirmed(line: str, act: str = "") -> Step:
    """Do something that asks first; what was done before a kill is refused."""

    async def step(console: Console) -> None:
        text = (await console.answer(line, r"send yes \w{4}|Refused: |Panic · ")).replace("\n", " ")
        found = re.search(rf"{act}: send (yes \w{{4}})" if act else r"send (yes \w{4})", text)
        if found is not None:
            await console.answer(found[1], "PRACTICE|Panic")

    return step


def halted(at: str) -> Step:
    """Wait until the market halts at a time."""

    async def step(console: Console) -> None:
        await console.halted(at)

    return step


async def resumed(console: Console) -> None:
    """Send the market on."""
    await console.resume()


def heard_in_any_life(pattern: str) -> Step:
    """Wait for something that is told once."""

    async def step(console: Console) -> None:
        await console.hear(pattern, since=0)

    return step


async def told_through(console: Console, story: Sequence[Step]) -> None:
    """Go through a story, over as many lives as it takes; each step that was not finished is repeated in the next.

    The last step is one that only waits: it is repeated until no kill is left.
    """
    done = 0
    while done < len(story):
        async with console.life():
            done = await _lived(console, story, done)
        assert console.is_killed or done == len(story), "it ended by itself"


async def _lived(console: Console, story: Sequence[Step], done: int) -> int:
    with suppress(Ended):
        for number in range(done, len(story)):
            console.begin(number)
            await story[number](console)
            if console.is_killed_at_last():
                return min(number + 1, len(story) - 1)
            done = number + 1
        assert await console.end() == 0
    return done
