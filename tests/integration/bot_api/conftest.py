from collections.abc import AsyncIterator

import pytest
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving
from tests.fakes.clock import FakeClock


@pytest.fixture(autouse=True)
def times_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library give times to wait as what they are; otherwise it warns that it will one day."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def telegram(clock: FakeClock) -> AsyncIterator[FakeTelegram]:
    """Give a Bot API that has nothing to complain about when the test is over."""
    fake = FakeTelegram(clock)
    yield fake
    assert fake.breaches == []


@pytest.fixture
async def url(telegram: FakeTelegram) -> AsyncIterator[str]:
    async with serving(telegram) as address:
        yield address


@pytest.fixture
async def bot(url: str) -> AsyncIterator[ExtBot[None]]:
    """Give the real library, talking to the fake."""
    bot: ExtBot[None] = ExtBot(
        TOKEN,
        base_url=f"{url}/bot",
        base_file_url=f"{url}/file/bot",
        request=HTTPXRequest(),
        get_updates_request=HTTPXRequest(),
    )
    async with bot:
        yield bot


@pytest.fixture
def ann(telegram: FakeTelegram) -> TelegramUser:
    """Give somebody who has opened the private chat."""
    person = TelegramUser(telegram.world, 42, "Ann")
    person.writes("hello")
    telegram.world.updates.pending.clear()
    return person
