"""The demo's child process: a real `quarterdeck run`, used over its standard streams."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import Unavailable

PASSED_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "TMPDIR")
MAX_LINE_BYTES = 1 << 20
LOG_TAIL = 2000


class DemoFailed(Unavailable):
    """The demo found something unexpected."""


@dataclass(slots=True)
class DemoProcess:
    """A running child process; `output` is what it printed since the last command."""

    process: asyncio.subprocess.Process
    log: Path
    print_text: Callable[[str], None]
    output: str = ""
    output_changed: asyncio.Event = field(default_factory=asyncio.Event)

    async def read_output(self) -> None:
        """Show and keep the output until it ends."""
        stream = self.process.stdout
        if stream is None:
            return
        while line := (await stream.readline()).decode(errors="replace"):
            self.print_text(line)
            self.output += line
            self.output_changed.set()
        self.output_changed.set()

    async def type_line(self, command: str) -> None:
        if self.process.stdin is None or self.process.returncode is not None:
            raise DemoFailed(f"the desk has ended before {command}\n{self.log_tail()}")
        self.print_text(f"quarterdeck> {command}\n")
        self.output = ""
        self.process.stdin.write(f"{command}\n".encode())
        await self.process.stdin.drain()

    async def wait_for_output(self, pattern: str, seconds: float = 20, times: int = 1) -> str:
        """Wait until the output matches `pattern` this many times; return it."""
        try:
            async with asyncio.timeout(seconds):
                while len(re.findall(pattern, self.output)) < times:
                    self.output_changed.clear()
                    await self.output_changed.wait()
        except TimeoutError:
            raise DemoFailed(
                f"expected {pattern!r} within {seconds:.0f} s, heard:\n{self.output[-LOG_TAIL:]}\n{self.log_tail()}"
            ) from None
        return self.output

    async def wait_for_silence(self, seconds: float = 2, deadline: float = 30) -> None:
        """Wait until nothing was printed for some seconds, so that a slow machine has finished."""
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                while True:
                    self.output_changed.clear()
                    try:
                        await asyncio.wait_for(self.output_changed.wait(), seconds)
                    except TimeoutError:
                        return

    async def stop_process(self, number: signal.Signals) -> int:
        """Send a signal and wait for the end; return the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        return await asyncio.wait_for(self.process.wait(), timeout=15)

    def log_tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:] if self.log.exists() else ""


@asynccontextmanager
async def run_demo_process(folder: Path, code: str, print_text: Callable[[str], None]) -> AsyncIterator[DemoProcess]:
    """Run a child process on `folder`; it never outlives the block."""
    environment = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    environment |= {"DATA_DIR": str(folder / "data"), "SETUP_CODE": code, "REPLAY_SPEED": "3600x", "LOG_LEVEL": "INFO"}
    log = folder / "desk.log"
    with log.open("ab") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", "--console"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=errors,
            cwd=folder,
            env=environment,
            limit=MAX_LINE_BYTES,
        )
    child = DemoProcess(process, log, print_text)
    listening = asyncio.create_task(child.read_output(), name="demo listener")
    try:
        yield child
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening
