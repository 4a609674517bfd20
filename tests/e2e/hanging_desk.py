"""`quarterdeck run --console` with something that never comes back, named by `HANG`.

Run as `python -m tests.e2e.hanging_desk`; it says HANGS on standard output once it waits.
"""

import asyncio
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.app import run_process
from bot.assembly.engine import open_engine
from bot.domain.money import use_money_context
from bot.engine.runtime.engine import Engine
from bot.settings import Settings, load_settings

HANGS = "hangs"
OPENING, CLOSING, THREAD = "opening", "closing", "thread"


@asynccontextmanager
async def open_hanging_desk(settings: Settings) -> AsyncIterator[Engine]:
    """Open a desk that hangs while it opens, while it closes, or in a thread that no cancellation reaches."""
    where = os.environ["HANG"]
    async with open_engine(settings) as engine:
        if where == OPENING:
            _say()
            await asyncio.Event().wait()
        if where == THREAD:
            _say()
            await asyncio.to_thread(threading.Event().wait)
        yield engine
        _say()
        await asyncio.shield(asyncio.Event().wait())


def _say() -> None:
    sys.stdout.write(f"{HANGS}\n")
    sys.stdout.flush()


def main() -> int:
    """Run until told to stop."""
    use_money_context()
    return run_process(load_settings(), "0.0.0", with_console=True, engine_factory=open_hanging_desk)


if __name__ == "__main__":
    sys.exit(main())
