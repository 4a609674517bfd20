"""A console's screen in memory: a test types, and reads answers apart from news."""

import asyncio
from collections.abc import AsyncGenerator, Sequence

from adapters.chat.console.render.screen import ConsoleLine, plain_text

COLUMNS = 80


class TypedScreen:
    """A `Screen` of plain lines; what the console's own task writes are answers, all else is news."""

    is_terminal = False
    width = COLUMNS

    def __init__(self, console_task: str) -> None:
        self._console_task = console_task
        self._typed: asyncio.Queue[str | None] = asyncio.Queue()
        self._ready = asyncio.Event()
        self._written = asyncio.Event()
        self._answer = ""
        self.answers: list[str] = []
        self.news: list[str] = []

    async def say(self, line: str) -> str:
        """Type a line and return its answer, empty for silence."""
        await self._ready.wait()
        self._ready.clear()
        self._answer = ""
        self._typed.put_nowait(line)
        await self._ready.wait()
        return self._answer

    def hang_up(self) -> None:
        """End the input."""
        self._typed.put_nowait(None)

    async def told(self, *texts: str, count: int = 1) -> str:
        """Wait until `count` news hold all these texts and return the last of them."""
        while True:
            self._written.clear()
            found = [item for item in self.news if all(text in item for text in texts)]
            if len(found) >= count:
                return found[count - 1]
            await self._written.wait()

    async def read_lines(self) -> AsyncGenerator[str, None]:
        while True:
            self._ready.set()
            line = await self._typed.get()
            if line is None:
                return
            yield line

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        text = plain_text(lines).strip("\n")
        task = asyncio.current_task()
        if task is not None and task.get_name() == self._console_task:
            self._answer += text
            self.answers.append(text)
        else:
            self.news.append(text)
            self._written.set()

    def ring_bell(self) -> None:
        """Nobody hears it."""
