"""What a running engine holds, counted at moments that a test names."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from tests.builders.engine import EngineHarness
from tests.builders.scripted_operator import EngineAction

FILES = Path("/dev/fd")

Counts = dict[str, int]


def held_by(engine: EngineHarness) -> Counts:
    """Count everything that an engine keeps for bots."""
    return {
        **engine.supervisor.resource_counts(),
        "feed listeners": engine.market.feed.listener_count,
        "venue listeners": engine.market.venue.listener_count,
        "tasks": len(asyncio.all_tasks()),
        "files": open_files(),
    }


def open_files() -> int:
    """Count the files that this process has open."""
    return len(tuple(FILES.iterdir()))


def open_file_names() -> list[str]:
    """Return what this process has open, for the message of a failed test."""
    return sorted(str(file.readlink()) for file in FILES.iterdir() if file.is_symlink())


def difference(now: Counts, before: Counts) -> Counts:
    """Return what is more or less than before."""
    return {name: number - before[name] for name, number in now.items() if number != before[name]}


@dataclass(slots=True)
class Inventory:
    """Counts by moment."""

    counts: dict[str, Counts] = field(default_factory=dict)

    def take(self, moment: str) -> EngineAction:
        """Count as a wish of a person: when all is quiet and before the market moves on."""

        async def act(engine: EngineHarness, command_id: str) -> None:
            del command_id
            self.counts[moment] = held_by(engine)

        return act

    def since(self, before: str, moment: str) -> Counts:
        """Return what was held more or less at a moment than at one before."""
        return difference(self.counts[moment], self.counts[before])
