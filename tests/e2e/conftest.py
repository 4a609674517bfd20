from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.telegram_desk import Server, TelegramDesk, a_telegram_desk, claimed
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import FakeTelegram, serving
from tests.fakes.time_lapse import TimeLapse


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """Give a Telegram that has nothing to complain about when the test is over."""
    clock = TimeLapse()
    telegram = FakeTelegram(clock)
    async with serving(telegram) as url:
        yield Server(telegram, url, clock)
    assert telegram.breaches == []


@pytest.fixture
def mia(server: Server) -> TelegramUser:
    return server.person(1000, "Mia")


@pytest.fixture
def jonas(server: Server) -> TelegramUser:
    return server.person(2000, "Jonas")


@pytest.fixture
async def desk(tmp_path: Path, server: Server, mia: TelegramUser) -> AsyncIterator[TelegramDesk]:
    """Give a desk that mia owns."""
    async with a_telegram_desk(tmp_path, server) as opened:
        await claimed(mia)
        yield opened
