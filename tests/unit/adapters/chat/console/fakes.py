"""A dispatcher and a screen in memory."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from pathlib import Path

from adapters.chat.console.gateway import ConsoleGateway
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.screen import ConsoleLine, plain_text
from adapters.chat.console.saved_files import SavedFiles
from bot.commands.reply.blocks import Reply, sentence_reply
from bot.commands.spec.request import Request
from bot.ports.clock import Clock
from tests.fakes.clock import FakeClock


class FakeDispatcher:
    """Answers with what `answers` says for a line, else repeats the line; a line in `gates` waits for its event."""

    def __init__(self, answers: dict[str, Reply | Exception | None] | None = None) -> None:
        self.answers = answers or {}
        self.requests: list[Request] = []
        self.gates: dict[str, asyncio.Event] = {}

    @property
    def lines(self) -> list[str]:
        return [request.text for request in self.requests]

    async def dispatch_request(self, request: Request) -> Reply | None:
        self.requests.append(request)
        if gate := self.gates.get(request.text):
            await gate.wait()
        answer = self.answers.get(request.text, sentence_reply(f"said {request.text}"))
        if isinstance(answer, Exception):
            raise answer
        return answer


class FakeScreen:
    """Types given lines and remembers what was shown; `on_write` may raise."""

    width = 80

    def __init__(self, typed: Sequence[str] = (), *, is_terminal: bool = False) -> None:
        self.is_terminal = is_terminal
        self.typed = typed
        self.shown: list[str] = []
        self.rings = 0
        self.on_write: Callable[[], None] = lambda: None

    async def read_lines(self) -> AsyncGenerator[str, None]:
        for line in self.typed:
            yield line

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        self.on_write()
        self.shown.append(plain_text(lines))

    def ring_bell(self) -> None:
        self.rings += 1


def a_gateway(
    dispatcher: FakeDispatcher, screen: FakeScreen, folder: Path, clock: Clock | None = None
) -> ConsoleGateway:
    return ConsoleGateway(dispatcher, screen, SavedFiles(folder), ReplyMenu(), clock or FakeClock())
