from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders.chat_harness import Bench, a_bench


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Bench]:
    async with a_bench(tmp_path) as opened:
        yield opened


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[Bench]:
    async with a_bench(tmp_path, is_owned=False) as opened:
        yield opened
