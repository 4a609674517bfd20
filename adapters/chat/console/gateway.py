"""Console gateway: typed lines become requests, replies and notifications become lines."""

import asyncio
import getpass
import logging
import os
from contextlib import aclosing, suppress
from datetime import datetime
from typing import NamedTuple, Protocol

from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.renderer import ActionFormat, render_lines
from adapters.chat.console.render.screen import BLANK_LINE, ConsoleLine, ConsoleSpan, Screen, ScreenClosed, ScreenFailed
from adapters.chat.console.saved_files import SavedFiles
from adapters.chat.reply_parts import NOT_SHOWN
from bot.commands.dispatch.error_replies import error_reply
from bot.commands.reply.blocks import Document, Image, Reply
from bot.commands.reply.safe_text import safe_line
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, InvalidInput
from bot.domain.events import NotificationLevel
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

PLATFORM, ADDRESS = "console", "local"
MAX_WAITING = 100
"""Lines typed ahead of a slow command; then the prompt waits."""
LEAVE_COMMANDS = frozenset({"/quit", "/exit", "/q"})
LEAVE_WORDS = frozenset({"quit", "exit", "q"})
ANSWER_WAIT_SECONDS = 0.3
"""Time the next prompt waits for a reply, so that a quick one is shown before it."""


class LocalPerson(NamedTuple):
    """The account of the operating system that the process runs under."""

    platform_id: str
    display_name: str


def local_person() -> LocalPerson:
    """Return the process's account; one without an entry is named by its number."""
    number = str(os.getuid())
    try:
        return LocalPerson(number, getpass.getuser())
    except (KeyError, OSError):
        return LocalPerson(number, number)


class TypedLine(NamedTuple):
    """A line with the time when it was typed."""

    text: str
    typed_at: datetime


class Dispatcher(Protocol):
    """The pipeline, which answers requests."""

    async def dispatch_request(self, request: Request) -> Reply | None:
        """Answer a request; None means silence."""


class ConsoleGateway:
    """`Gateway` of the user at the console."""

    platform = PLATFORM
    can_edit = False

    def __init__(
        self, dispatcher: Dispatcher, screen: Screen, saved_files: SavedFiles, reply_menu: ReplyMenu, clock: Clock
    ) -> None:
        self._dispatcher = dispatcher
        self._screen = screen
        self._saved_files = saved_files
        self._reply_menu = reply_menu
        self._clock = clock
        self._person = local_person()
        self._is_first = True
        self._sent = 0

    async def run(self) -> None:
        """Handle typed lines in order until the input ends or nobody reads the output."""
        try:
            await (self._run_prompt() if self._screen.is_terminal else self._run_plain())
        except* ScreenClosed:
            logger.info("console closed")

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Show a notification; return once the system has all of it."""
        del reply_to
        if address != ADDRESS:
            raise DeliveryError(f"the console is {ADDRESS}, found {address}", is_permanent=True)
        try:
            if lines := await self._render_reply(reply, ActionFormat.COMMANDS):
                await self._screen.write_lines([BLANK_LINE, *lines])
            if level in (NotificationLevel.LOUD, NotificationLevel.CRITICAL):
                self._screen.ring_bell()
        except (ScreenClosed, ScreenFailed, OSError) as error:
            raise DeliveryError(f"the console took nothing: {str(error) or 'it is closed'}") from error
        self._is_first = False
        self._sent += 1
        return f"{ADDRESS}-{self._sent}"

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        """Raise DeliveryError: a terminal's output cannot be changed."""
        del address, message_id, reply
        raise DeliveryError("a console cannot change what it has shown", is_permanent=True)

    async def _run_plain(self) -> None:
        async with aclosing(self._screen.read_lines()) as lines:
            async for line in lines:
                if self._is_leaving(line):
                    return
                await self._answer_line(self._resolve_line(line))

    async def _run_prompt(self) -> None:
        """Keep the prompt usable while a slow command runs; a number means what was offered when it was typed."""
        waiting: asyncio.Queue[TypedLine | Reply] = asyncio.Queue(MAX_WAITING)
        async with asyncio.TaskGroup() as tasks:
            worker = tasks.create_task(self._answer_waiting_lines(waiting), name="console commands")
            async with aclosing(self._screen.read_lines()) as lines:
                async for line in lines:
                    if self._is_leaving(line):
                        break
                    await waiting.put(self._resolve_line(line))
                    with suppress(TimeoutError):
                        async with asyncio.timeout(ANSWER_WAIT_SECONDS):
                            await waiting.join()
            await waiting.join()
            worker.cancel()

    async def _answer_waiting_lines(self, waiting: "asyncio.Queue[TypedLine | Reply]") -> None:
        while True:
            await self._answer_line(await waiting.get())
            waiting.task_done()

    def _is_leaving(self, line: str) -> bool:
        """Return whether a line leaves the console; within a form a bare word only ends the form."""
        word = line.strip().casefold()
        return word in LEAVE_COMMANDS or (word in LEAVE_WORDS and not self._reply_menu.answers)

    def _resolve_line(self, line: str) -> "TypedLine | Reply":
        try:
            return TypedLine(self._reply_menu.resolve_line(line), self._clock.now())
        except InvalidInput as error:
            return error_reply(error, line)

    async def _answer_line(self, line_or_error: TypedLine | Reply) -> None:
        """Answer a line and survive its errors; this is the guard that keeps a line from ending the session."""
        try:
            if isinstance(line_or_error, Reply):
                # An error of our own; the offers of the reply before it stay.
                await self._show_reply(line_or_error)
            elif line_or_error.text.strip():
                await self._dispatch_line(line_or_error)
        except ScreenClosed:
            raise
        except ScreenFailed as error:
            logger.warning("console answer not written", extra={"error": str(error)})
        except Exception:
            logger.exception("console answer not shown")
            with suppress(ScreenFailed):
                await self._write_lines([(ConsoleSpan(NOT_SHOWN),)])

    async def _dispatch_line(self, line: TypedLine) -> None:
        reply = await self._dispatcher.dispatch_request(self._request(line))
        if reply is not None:
            self._reply_menu.remember_reply(reply)
            await self._show_reply(reply)

    async def _show_reply(self, reply: Reply) -> None:
        if lines := await self._render_reply(reply, ActionFormat.NUMBERS):
            await self._write_lines(lines)

    async def _write_lines(self, lines: list[ConsoleLine]) -> None:
        """Write a block, on plain streams separated from the one before, as there is no typed line in between."""
        is_apart = not self._screen.is_terminal and not self._is_first
        self._is_first = False
        await self._screen.write_lines([BLANK_LINE, *lines] if is_apart else lines)

    def _request(self, line: TypedLine) -> Request:
        return Request(
            platform=PLATFORM,
            platform_id=self._person.platform_id,
            chat=ADDRESS,
            text=line.text,
            sent_at=line.typed_at,
            display_name=safe_line(self._person.display_name),
            is_terminal=self._screen.is_terminal,
            is_slash_optional=True,
            is_throttled=False,
        )

    async def _render_reply(self, reply: Reply, action_format: ActionFormat) -> list[ConsoleLine]:
        paths = {
            index: await self._save_file(block)
            for index, block in enumerate(reply.blocks)
            if isinstance(block, Image | Document)
        }
        return render_lines(reply, self._screen.width, paths, action_format)

    async def _save_file(self, block: Image | Document) -> str:
        content = block.png if isinstance(block, Image) else block.content
        try:
            return str(await asyncio.to_thread(self._saved_files.save_file, block.filename, content))
        except OSError as error:
            logger.warning("file of a reply not written", extra={"error": str(error)})
            return f"not saved, {error.strerror or 'the disk refused it'}"
