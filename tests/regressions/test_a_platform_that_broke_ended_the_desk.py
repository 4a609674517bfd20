"""A library that could not be loaded, or anything else that broke in a gateway, ended the whole desk with its bots."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path

from bot.assembly.platforms import RESTART_DELAY, GatewayFactory, Platform, serve_platform
from bot.domain.errors import Unavailable
from bot.engine.concurrency.task_scope import task_scope
from tests.builders.chat_harness import a_chat_harness
from tests.fakes.gateway import FakeGateway

TELEGRAM = "telegram"


@dataclass
class Troubled(FakeGateway):
    """A gateway that breaks as often as a test says, then serves."""

    breaks: deque[Exception] = field(default_factory=deque)
    served: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        if self.breaks:
            raise self.breaks.popleft()
        self.served.set()
        await asyncio.Event().wait()


@dataclass(frozen=True)
class Library:
    """What is loaded, which fails as often as a test says."""

    gateway: Troubled
    failures: deque[Exception]

    def load(self) -> GatewayFactory:
        if self.failures:
            raise self.failures.popleft()
        return lambda _: self.gateway


async def test_a_platform_that_breaks_is_begun_anew_and_nothing_else_ends(tmp_path: Path) -> None:
    gateway = Troubled(TELEGRAM, breaks=deque([ExceptionGroup("tasks", [Unavailable("disk full")]), OSError()]))
    library = Library(gateway, deque([ImportError("no module named telegram")]))
    async with a_chat_harness(tmp_path) as bench, task_scope() as scope:
        bench.command_bus.platform_health.register_platform(TELEGRAM)
        platform = Platform(name=TELEGRAM, load_gateway_factory=library.load)
        scope.start_task(
            serve_platform(platform, bench.command_bus, bench.command_bus.build_notifier(()), bench.clock), TELEGRAM
        )
        for _ in range(3):
            async with asyncio.timeout(10):
                while not bench.clock.sleepers:  # noqa: ASYNC110 - loading ends in a thread, and a clock raises no event
                    await asyncio.sleep(0)
            (part,) = bench.command_bus.platform_health.components()
            assert not part.is_healthy
            assert "broke" in part.state
            bench.clock.advance(RESTART_DELAY)
        async with asyncio.timeout(10):
            await gateway.served.wait()
