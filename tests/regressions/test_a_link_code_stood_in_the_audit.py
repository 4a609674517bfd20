"""The first line of `/link` held the code, so `/audit` kept it and showed it, in a group to everybody there."""

import re
from pathlib import Path

import pytest

from tests.builders.chat_harness import a_chat_harness

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}")


@pytest.mark.parametrize("line", ["/link", "/invite trader"])
async def test_codes_are_not_shown_to_who_reads_what_was_done(tmp_path: Path, line: str) -> None:
    async with a_chat_harness(tmp_path) as bench:
        assert CODE.search(await bench.mia.say(line))
        told = await bench.mia.say("/audit")
        assert line in told
        assert not CODE.search(told)
