"""Crash note: a process that stops for Corruption leaves it, and the next one warns the owners.

It is a file beside the database: nothing is written to storage that cannot be trusted any more.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from bot.domain.errors import Conflict, Corruption, find_corruption
from bot.domain.event_routes import system_event
from bot.domain.events import StoppedByCorruption
from bot.domain.facts import EventRaised
from bot.domain.ids import Reference, failure_reference
from bot.domain.people import first_owner
from bot.engine.runtime.engine import Engine
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

NOTE_NAME = "stopped-by-corruption.json"


@contextmanager
def note_corruption(folder: Path, clock: Clock) -> Iterator[None]:
    """Write the crash note if the block ends with Corruption, and raise that with the note's reference in its text."""
    try:
        yield
    except BaseException as error:
        corruption = find_corruption(error)
        if corruption is None:
            raise
        at = clock.now().isoformat()
        reference = failure_reference(f"{at}:{corruption}")
        note = json.dumps({"at": at, "error": str(corruption), "reference": reference})
        (folder / NOTE_NAME).write_text(note, encoding="utf-8")
        # The process ends with this sentence; the notice at the next start shows the same reference.
        raise Corruption(f"{corruption} (reference {reference})") from error


async def tell_of_corruption(folder: Path, engine: Engine) -> None:
    """Warn the owners why the process before stopped, if it left a crash note, and remove the note."""
    path = folder / NOTE_NAME
    if not path.exists():
        return
    note = json.loads(path.read_text(encoding="utf-8"))
    payload = StoppedByCorruption(
        error=note["error"], reference=Reference(note["reference"]), stopped_at=datetime.fromisoformat(note["at"])
    )
    owner = first_owner(await engine.reader.operators())
    if owner is not None:
        event_id = f"corruption-{note['reference']}"
        try:
            event = system_event(event_id, payload, owner.operator_id, engine.clock.now())
            await engine.writer.commit((EventRaised(event),))
        except Conflict:
            logger.info("corruption was told already")
    path.unlink()
