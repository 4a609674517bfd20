"""The process: opens desk and chat in order, serves until it is told to stop, and drains within five seconds."""

import asyncio
import logging
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from adapters.chat.console.assembly import open_console
from bot.assembly.chat import Chat, open_chat, publish_setup_code
from bot.assembly.engine import Desk, open_desk, stop_bots_at_the_end
from bot.assembly.platforms import Platform, platforms
from bot.domain.errors import Corruption, QuarterdeckError, SettingsError
from bot.engine.concurrency.task_scope import TaskNest, task_nest
from bot.log import Redactor, configure_logging
from bot.settings import LogFormat, Settings
from bot.shutdown import Stopping

logger = logging.getLogger(__name__)

DRAIN_SECONDS = 1.5
"""How long work in flight and then messages may take at the end; what is left is found at the next start."""
EXIT_DONE, EXIT_FAILED = 0, 1
NO_CHAT = (
    "nobody could talk to this desk: TELEGRAM_TOKEN and DISCORD_TOKEN are not set. "
    "Expected at least one of them (see .env.example), or quarterdeck run --console"
)

OpenDesk = Callable[[Settings], AbstractAsyncContextManager[Desk]]


@dataclass(frozen=True, slots=True)
class Front:
    """What the desk shows of itself, and where."""

    version: str
    has_console: bool
    platforms: tuple[Platform, ...]


def run_desk(settings: Settings, version: str, *, with_console: bool, opening: OpenDesk = open_desk) -> int:
    """Run the desk that `opening` opens until it is stopped; return the exit code."""
    front = Front(version, with_console, platforms(settings))
    if not (with_console or front.platforms):
        raise SettingsError(NO_CHAT)
    redactor = Redactor()
    for secret in settings.secrets:
        redactor.add(secret)
    with configure_logging(settings.level, redactor, is_json=settings.log_format is LogFormat.JSON):
        try:
            asyncio.run(_serve(opening(settings), front, redactor))
        except* QuarterdeckError as group:
            raise _first(group) from None
    return EXIT_DONE


def _first(group: BaseExceptionGroup[QuarterdeckError]) -> QuarterdeckError:
    for error in group.exceptions:
        return _first(error) if isinstance(error, BaseExceptionGroup) else error
    return Corruption("the desk ended without saying why")


async def _serve(opening: AbstractAsyncContextManager[Desk], front: Front, redactor: Redactor) -> None:
    stopping = Stopping()
    stopping.listen()
    try:
        await _opened_and_served(opening, front, redactor, stopping)
    except asyncio.CancelledError:
        if not stopping.is_asked:
            raise
        logger.info("stopped while the desk opened")


async def _opened_and_served(
    opening: AbstractAsyncContextManager[Desk], front: Front, redactor: Redactor, stopping: Stopping
) -> None:
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
        stopping.opened()
        await stopping.wait()
        logger.info("desk is closing")
        replay.cancel()
        await _drained(desk, chat)
        for task in (typing, relay):
            if task is not None:
                task.cancel()


def _start_console(nest: TaskNest, chat: Chat, stopping: Stopping) -> "asyncio.Task[None] | None":
    if chat.console is None:
        return None
    task = nest.start(chat.console.run(), "console")
    # The end of a console's input is the wish to leave: a desk without any chat would run unseen.
    task.add_done_callback(lambda _: stopping.ask())
    return task


async def _welcome(desk: Desk, chat: Chat, redactor: Redactor) -> None:
    code = await publish_setup_code(desk, chat.people, redactor)
    if code is not None:
        sys.stdout.write(f"Quarterdeck has no owner yet. Setup code: {code}\nSend: /claim {code}\n")
    sys.stdout.flush()


async def _drained(desk: Desk, chat: Chat) -> None:
    work = (chat.commands.pipeline.idle, desk.place.activity.wait_idle)
    words = (desk.database.writer.idle, chat.relay.drain)
    for waits in (work, words):
        try:
            async with asyncio.timeout(DRAIN_SECONDS / 2):
                for wait in waits:
                    await wait()
        except (TimeoutError, QuarterdeckError):
            logger.warning("stopped before everything was done; the next start goes on with it")
