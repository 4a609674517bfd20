from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders.chat_harness import ChatHarness, a_chat_harness


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path) as opened:
        yield opened


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, is_owned=False) as opened:
        yield opened
