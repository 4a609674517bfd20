from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders.telegram_harness import TelegramHarness, a_telegram_harness, serving_people


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[TelegramHarness]:
    """Give a desk at Telegram that does nothing Telegram could complain about."""
    async with a_telegram_harness(tmp_path) as counter:
        yield counter
        assert counter.telegram.breaches == []


@pytest.fixture
async def open_counter(counter: TelegramHarness) -> AsyncIterator[TelegramHarness]:
    """Give one that serves people."""
    async with serving_people(counter):
        yield counter
