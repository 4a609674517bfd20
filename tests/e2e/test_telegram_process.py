"""The real process at Telegram: claimed there, a bot made and run with taps, its trades told, stopped and started."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from tests.fakes.bot_api.faults import revoked
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

REPOSITORY = Path(__file__).parents[2]
CODE = "ABCD-EFGH-1"
START_SECONDS, END_SECONDS, LOOK_SECONDS = 60, 15, 0.01


class Process:
    """A running desk, and what it wrote once it has ended."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.output = ""

    async def end(self, number: signal.Signals) -> int | None:
        """End it with a signal; return its exit code."""
        self._process.send_signal(number)
        async with asyncio.timeout(END_SECONDS):
            out, errors = await self._process.communicate()
        self.output = out.decode() + errors.decode()
        return self._process.returncode

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None


@asynccontextmanager
async def a_process(data: Path, url: str, **settings: str) -> AsyncIterator[Process]:
    environment = {
        **os.environ,
        "DATA_DIR": str(data),
        "SETUP_CODE": CODE,
        "REPLAY_SPEED": "20000x",
        "LOG_LEVEL": "DEBUG",
        "TELEGRAM_TOKEN": TOKEN,
        "TELEGRAM_API_URL": url,
        **settings,
    }
    pipe = asyncio.subprocess.PIPE
    started = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", stdout=pipe, stderr=pipe, cwd=REPOSITORY, env=environment
    )
    process = Process(started)
    try:
        yield process
    finally:
        if process.is_running:
            await process.end(signal.SIGKILL)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    fake = FakeTelegram(SystemClock())
    yield fake
    assert fake.breaches == []


async def called(telegram: FakeTelegram, method: str, count: int = 1) -> None:
    """Wait until a method was called so often: a process takes its time to start on a busy machine."""
    async with asyncio.timeout(START_SECONDS):
        while len(telegram.called(method)) < count:  # noqa: ASYNC110 - what is awaited is a call
            await asyncio.sleep(LOOK_SECONDS)


async def test_a_desk_is_claimed_and_trades_and_says_so_on_telegram_alone(
    telegram: FakeTelegram, tmp_path: Path
) -> None:
    mia = TelegramUser(telegram.world, 42, "Mia")
    async with serving(telegram) as url, a_process(tmp_path, url) as process:
        await called(telegram, "getUpdates")
        claimed = mia.writes(f"/claim {CODE}")
        welcome = await mia.chat.shows("You are the owner")
        await mia.chat.loses(claimed)
        assert welcome.labels == ["Create a bot", "Help"]
        form = await mia.says("/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%")
        await mia.presses(form, "Create and run")
        fill = await mia.chat.shows("alpha · PRACTICE · bought")
        assert fill.picture
        closed = await mia.chat.shows("alpha · PRACTICE · trade 1 closed")
        assert closed.picture
        assert await process.end(signal.SIGTERM) == 0
        assert TOKEN.partition(":")[2] not in process.output
        # What people write may be a code or a key.
        assert "stop_loss=3%" not in process.output
        assert "Traceback" not in process.output


@pytest.mark.fault
async def test_a_desk_that_was_killed_goes_on_where_it_was(telegram: FakeTelegram, tmp_path: Path) -> None:
    mia = TelegramUser(telegram.world, 42, "Mia")
    async with serving(telegram) as url:
        async with a_process(tmp_path, url, REPLAY_SPEED="0.001x") as process:
            await called(telegram, "getUpdates")
            mia.writes(f"/claim {CODE}")
            await mia.chat.shows("You are the owner")
            form = await mia.says("/new alpha ema-cross BTC/USDT 1h capital=1000")
            await process.end(signal.SIGKILL)
        pressed = mia.starts_press(form, form.button("Create").data)
        async with a_process(tmp_path, url, REPLAY_SPEED="0.001x") as process:
            await called(telegram, "getMe", 2)
            await pressed
            assert (await mia.chat.shows("created, never run")) is form
            assert await process.end(signal.SIGTERM) == 0


async def test_a_desk_with_a_refused_token_goes_on_and_ends_in_order(telegram: FakeTelegram, tmp_path: Path) -> None:
    telegram.fail("getMe", revoked())
    async with serving(telegram) as url, a_process(tmp_path, url) as process:
        async with asyncio.timeout(START_SECONDS):
            while telegram.faults.left:  # noqa: ASYNC110 - what is awaited is a call
                await asyncio.sleep(LOOK_SECONDS)
        assert process.is_running
        assert await process.end(signal.SIGTERM) == 0
        assert "telegram is out of reach" in process.output
        assert TOKEN.partition(":")[2] not in process.output
        assert "Traceback" not in process.output
