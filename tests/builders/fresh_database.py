"""A new database without the time it takes to make one: the first is migrated, the others are copies of it."""

import asyncio
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from storage.database import open_database
from tests.fakes.clock import FakeClock


def lay_database(path: Path) -> Path:
    """Put a migrated database without a row at `path`, unless there is a file already."""
    if not path.exists():
        path.write_bytes(_template())
    return path


@cache
def _template() -> bytes:
    """Migrate one database in this process and return it whole."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=1) as pool:
        path = Path(folder) / "template.sqlite3"
        # Tests call this from their event loop: Tortoise gets one of its own, in a thread of its own.
        pool.submit(asyncio.run, _made(path)).result()
        return path.read_bytes()


async def _made(path: Path) -> None:
    async with open_database(path, FakeClock()):
        pass
