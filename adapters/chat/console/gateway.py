"""The console as a chat platform: lines in, replies and notifications out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from adapters.chat.console.files import ReplyFiles
from adapters.chat.console.person import ConsolePerson
from adapters.chat.console.render import draw
from adapters.chat.console.screen import Screen
from bot.commands.reply import Button, Reply
from bot.commands.request import Request
from bot.domain.errors import DeliveryError
from bot.domain.events import Level
from bot.domain.people import Operator

logger = logging.getLogger(__name__)

PLATFORM = "console"
LEAVE = frozenset({"quit", "exit", "/quit", "/exit"})
SECONDS_TO_WRITE = 10.0


class Dispatcher(Protocol):
    """Answers requests: the command pipeline."""

    async def dispatch(self, request: Request) -> Reply | None:
        """Answer a request; None is silence."""
        ...


class Completer(Protocol):
    """Offers words for Tab."""

    async def of(self, line: str, by: Operator | None) -> tuple[str, ...]:
        """Return what the last word of a line may become."""
        ...


FindOperator = Callable[[str, str], Awaitable[Operator | None]]


class ConsoleGateway:
    """Serves one console until its input ends; the address of its only chat is the user's id."""

    def __init__(
        self,
        *,
        screen: Screen,
        person: ConsolePerson,
        pipeline: Dispatcher,
        completer: Completer,
        find_operator: FindOperator,
        files: ReplyFiles,
    ) -> None:
        self._screen = screen
        self._person = person
        self._pipeline = pipeline
        self._completer = completer
        self._find_operator = find_operator
        self._files = files
        self._numbered: tuple[Button, ...] = ()

    @property
    def platform(self) -> str:
        """Return the name that destinations carry."""
        return PLATFORM

    async def run(self) -> None:
        """Answer lines, one after the other, until the input ends."""
        async for line in self._screen.lines(self._complete):
            if line.strip().casefold() in LEAVE:
                return
            if line.strip():
                await self._serve(line)

    async def send(self, address: str, reply: Reply, *, level: Level) -> str:
        """Show a notification; raise DeliveryError when nobody can read it."""
        del address, level
        try:
            async with asyncio.timeout(SECONDS_TO_WRITE):
                arrived = await self._show(reply, is_answer=False)
        except TimeoutError:
            raise DeliveryError("the console does not take output") from None
        if not arrived:
            raise DeliveryError("the console is closed")
        return ""

    async def _serve(self, line: str) -> None:
        try:
            reply = await self._pipeline.dispatch(self._request(self._meant(line)))
            if reply is not None:
                await self._show(reply, is_answer=True)
        except Exception:
            # One line that cannot be answered must not end the session.
            logger.exception("line not answered")
            await self._screen.write("Failed: this line could not be answered; the log says why.\n")

    async def _show(self, reply: Reply, *, is_answer: bool) -> bool:
        files = await self._files.store(reply)
        drawn = draw(reply, self._screen.sheet, files, is_numbered=is_answer)
        if is_answer:
            self._numbered = drawn.numbered
        return await self._screen.write("".join(f"{line}\n" for line in (*drawn.lines, "")))

    def _meant(self, line: str) -> str:
        """Return the command behind a number of the last answer, or the line itself."""
        word = line.strip()
        if word.isdecimal() and 1 <= int(word) <= len(self._numbered):
            return self._numbered[int(word) - 1].command
        return line

    def _request(self, line: str) -> Request:
        return Request(
            platform=PLATFORM,
            platform_id=self._person.user_id,
            chat=self._person.user_id,
            text=line,
            display_name=self._person.name,
            is_terminal=self._screen.is_terminal,
            is_slash_optional=True,
            is_throttled=False,
        )

    async def _complete(self, line: str) -> tuple[str, ...]:
        return await self._completer.of(line, await self._find_operator(PLATFORM, self._person.user_id))
