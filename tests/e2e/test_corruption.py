"""A process whose database another one claims ends with an error, and the next one tells the owners why."""

import asyncio
import json
import os
import sqlite3
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from bot.assembly.crash_note import NOTE_NAME
from bot.assembly.engine import DATABASE_NAME

CODE = "ABCD-EFGH-1"
DEADLINE_SECONDS = 60


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Process]:
    """Run the product on a folder."""
    environment = {**os.environ, "DATA_DIR": str(folder), "SETUP_CODE": CODE, "REPLAY_SPEED": "0.001x"}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run", "--console"), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment
    )
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def send(process: Process, line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n".encode())


async def wait_for_output(process: Process, text: str) -> None:
    assert process.stdout is not None
    seen = ""
    while text not in " ".join(seen.split()):
        chunk = await process.stdout.read(4096)
        assert chunk, f"{text!r} was never shown: {seen}"
        seen += chunk.decode()


@pytest.mark.fault
async def test_a_process_that_lost_its_database_ends_with_1_and_the_next_one_tells_why(tmp_path: Path) -> None:
    async with started(tmp_path) as process:
        send(process, f"/claim {CODE}")
        await wait_for_output(process, "You are the owner")
        with closing(sqlite3.connect(tmp_path / DATABASE_NAME, isolation_level=None)) as other:
            (epoch,) = other.execute("PRAGMA user_version").fetchone()
            other.execute(f"PRAGMA user_version = {epoch + 1}")
        send(process, "/bots")
        _, errors = await process.communicate()
        assert process.returncode == 1
        assert f"another process writes to {DATABASE_NAME}" in errors.decode()
        reference = json.loads((tmp_path / NOTE_NAME).read_text(encoding="utf-8"))["reference"]
        assert f"(reference {reference})" in errors.decode()
    async with started(tmp_path) as process:
        await wait_for_output(process, reference)
        assert not (tmp_path / NOTE_NAME).exists()
