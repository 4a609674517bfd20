"""Process: opens engine and chat in order, serves until a shutdown is requested, drains within five seconds."""

import asyncio
import logging
import os
import sys
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass

from adapters.chat.console.assembly import open_console
from bot.assembly.chat import ChatPlatforms, open_chat, publish_setup_code
from bot.assembly.engine import open_engine
from bot.assembly.platforms import Platform, configured_platforms
from bot.domain.errors import Corruption, QuarterdeckError, SettingsError, find_corruption
from bot.engine.runtime.engine import Engine
from bot.log import Redactor, configure_logging
from bot.settings import LogFormat, Settings
from bot.shutdown import ShutdownSignal

logger = logging.getLogger(__name__)

DRAIN_TIMEOUT_SECONDS = 1.5
"""Time for work in flight and then for messages at the end; what is left is found at the next start."""
EXIT_DONE, EXIT_FAILED = 0, 1
PRIVATE_UMASK = 0o077
NO_CHAT_TEXT = (
    "nobody could talk to this desk: TELEGRAM_TOKEN and DISCORD_TOKEN are not set. "
    "Expected at least one of them (see .env.example), or quarterdeck run --console"
)

CONSOLE_BANNER = "/help lists the commands, /quit leaves. The market runs while nobody trades: /market action=pause\n"

EngineFactory = Callable[[Settings], AbstractAsyncContextManager[Engine]]


@dataclass(frozen=True, slots=True)
class ProcessOptions:
    """Settings, the version shown to people, and the chat platforms to open."""

    settings: Settings
    version: str
    has_console: bool
    platforms: tuple[Platform, ...]


def run_process(
    settings: Settings, version: str, *, with_console: bool, engine_factory: EngineFactory = open_engine
) -> int:
    """Run the engine until it is stopped; return the exit code; raise SettingsError without any way to chat."""
    options = ProcessOptions(settings, version, with_console, configured_platforms(settings))
    if not (with_console or options.platforms):
        raise SettingsError(NO_CHAT_TEXT)
    # What the process writes is for its own account alone, whoever made the folder.
    os.umask(PRIVATE_UMASK)
    redactor = Redactor()
    for secret in settings.secrets:
        redactor.add_secret(secret)
    with configure_logging(settings.level, redactor, is_json=settings.log_format is LogFormat.JSON):
        try:
            asyncio.run(_run_until_stopped(engine_factory(settings), options, redactor))
        except* QuarterdeckError as group:
            raise _first_error(group) from None
    return EXIT_DONE


def _first_error(group: BaseExceptionGroup[QuarterdeckError]) -> QuarterdeckError:
    corruption = find_corruption(group)
    if corruption is not None:
        return corruption
    for error in group.exceptions:
        return _first_error(error) if isinstance(error, BaseExceptionGroup) else error
    return Corruption("the desk ended without saying why")


async def _run_until_stopped(
    engine_context: AbstractAsyncContextManager[Engine], options: ProcessOptions, redactor: Redactor
) -> None:
    shutdown = ShutdownSignal()
    shutdown.install_signal_handlers()
    try:
        await _open_and_serve(engine_context, options, redactor, shutdown)
    except asyncio.CancelledError:
        if not shutdown.is_requested:
            raise
        logger.info("stopped while the desk opened")


async def _open_and_serve(
    context: AbstractAsyncContextManager[Engine], options: ProcessOptions, redactor: Redactor, shutdown: ShutdownSignal
) -> None:
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(context)
        console = open_console if options.has_console else None
        chat = await stack.enter_async_context(
            open_chat(engine, options.settings, options.version, console_factory=console, platforms=options.platforms)
        )
        code = await publish_setup_code(options.settings, chat.people, redactor)
        if code is not None:
            sys.stdout.write(f"Quarterdeck has no owner yet. Setup code: {code}\nSend: /claim {code}\n")
        if console is not None:
            sys.stdout.write(CONSOLE_BANNER)
        sys.stdout.flush()
        replays = engine.start_replays()
        relay = engine.task_scope.start_task(chat.relay.run(), "relay")
        console_task = _start_console(engine, chat, shutdown)
        logger.info("desk is open", extra={"bots": engine.recovered.bots, "epoch": engine.recovered.epoch})
        shutdown.mark_opened()
        await shutdown.wait_for_request()
        logger.info("desk is closing")
        for replay in replays:
            replay.cancel()
        await _drain_pending_work(engine, chat)
        for task in (console_task, relay):
            if task is not None:
                task.cancel()


def _start_console(engine: Engine, chat: ChatPlatforms, shutdown: ShutdownSignal) -> "asyncio.Task[None] | None":
    if chat.console is None:
        return None
    task = engine.task_scope.start_task(chat.console.run(), "console")
    # The end of the console's input requests a shutdown: an engine without any chat would run unseen.
    task.add_done_callback(lambda _: shutdown.request_shutdown())
    return task


async def _drain_pending_work(engine: Engine, chat: ChatPlatforms) -> None:
    work = (chat.command_bus.pipeline.wait_until_idle, engine.supervisor.wait_until_idle)
    messages = (engine.writer.wait_until_idle, chat.relay.drain_queues)
    for waits in (work, messages):
        try:
            async with asyncio.timeout(DRAIN_TIMEOUT_SECONDS / 2):
                for wait in waits:
                    await wait()
        except (TimeoutError, QuarterdeckError):
            logger.warning("stopped before everything was done; the next start goes on with it")
