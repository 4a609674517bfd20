"""The process: opens desk and chat in order, serves until it is told to stop, and drains within five seconds."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from adapters.chat.console.opening import open_console
from bot.chat import Chat, open_chat, publish_setup_code
from bot.desk import Desk, open_desk, stop_bots_at_the_end
from bot.domain.errors import Corruption, QuarterdeckError
from bot.engine.tasks import TaskNest, task_nest
from bot.log import Redactor, configure_logging
from bot.platforms import Platform, platforms
from bot.settings import LogFormat, Settings

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 2.0
"""How long work in flight, and then messages, may take at the end; what is left is found at the next start."""
EXIT_DONE, EXIT_FAILED = 0, 1

OpenDesk = Callable[[Settings], AbstractAsyncContextManager[Desk]]


@dataclass(frozen=True, slots=True)
class Front:
    """What the desk shows of itself, and where."""

    version: str
    has_console: bool
    platforms: tuple[Platform, ...]


def run_desk(settings: Settings, version: str, *, with_console: bool, opening: OpenDesk = open_desk) -> int:
    """Run the desk that `opening` opens until it is stopped; return the exit code."""
    redactor = Redactor()
    for secret in settings.secrets:
        redactor.add(secret)
    with configure_logging(settings.level, redactor, is_json=settings.log_format is LogFormat.JSON):
        try:
            asyncio.run(_serve(opening(settings), Front(version, with_console, platforms(settings)), redactor))
        except* QuarterdeckError as group:
            raise _first(group) from None
    return EXIT_DONE


def _first(group: BaseExceptionGroup[QuarterdeckError]) -> QuarterdeckError:
    for error in group.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    return Corruption("the desk ended without saying why")


async def _serve(opening: AbstractAsyncContextManager[Desk], front: Front, redactor: Redactor) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(opening)
        nest = await stack.enter_async_context(task_nest())
        console = open_console if front.has_console else None
        chat = await stack.enter_async_context(
            open_chat(desk, nest, front.version, console=console, platforms=front.platforms)
        )
        await _welcome(desk, chat, redactor)
        replay = nest.start(desk.market.replay.run(), "replay")
        nest.start(stop_bots_at_the_end(desk), "end of the recording")
        relay = nest.start(chat.relay.run(), "relay")
        typing = _start_console(nest, chat, stopping)
        logger.info("desk is open", extra={"bots": desk.recovered.bots, "epoch": desk.recovered.epoch})
        await stopping.wait()
        logger.info("desk is closing")
        replay.cancel()
        await _drained(desk, chat)
        for task in (typing, relay):
            if task is not None:
                task.cancel()


def _start_console(nest: TaskNest, chat: Chat, stopping: asyncio.Event) -> "asyncio.Task[None] | None":
    if chat.console is None:
        return None
    task = nest.start(chat.console.run(), "console")
    # The end of a console's input is the wish to leave: a desk without any chat would run unseen.
    task.add_done_callback(lambda _: stopping.set())
    return task


async def _welcome(desk: Desk, chat: Chat, redactor: Redactor) -> None:
    code = await publish_setup_code(desk, chat.people, redactor)
    if code is not None:
        sys.stdout.write(f"Quarterdeck has no owner yet. Setup code: {code}\nSend: /claim {code}\n")
    sys.stdout.flush()


async def _drained(desk: Desk, chat: Chat) -> None:
    for wait in (desk.place.activity.wait_idle, desk.database.writer.idle, chat.relay.drain):
        try:
            async with asyncio.timeout(DRAIN_SECONDS / 2):
                await wait()
        except TimeoutError:
            logger.warning("stopped before everything was done; the next start goes on with it")
