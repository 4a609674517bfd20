from collections.abc import AsyncIterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.golden.gateways", "tests.golden.page")

from tests.builders.chat_harness import ChatHarness, a_chat_harness  # noqa: E402 - what is rewritten must not be imported yet


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path) as opened:
        # A question has buttons where a person types.
        opened.mia.is_terminal = True
        yield opened


@pytest.fixture
async def unowned(tmp_path: Path) -> AsyncIterator[ChatHarness]:
    async with a_chat_harness(tmp_path, is_owned=False) as opened:
        yield opened
