"""Market stories as text: candles with what a strategy says, commands and faults, and what must come of it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import Recording
from bot.engine.simulation.simulation_options import Fault, SimulationOptions
from tests.builders.recordings import ABC, START, a_recording_of
from tests.fakes.scripted_strategies import BOTH, BREAK, ENTER, LEAVE

SAYS = {"enter": ENTER, "leave": LEAVE, "both": BOTH, "break": BREAK}
STEP = timedelta(minutes=5)
VOLUME = 1000


@dataclass(frozen=True, slots=True)
class Act:
    """Words that somebody sends once candle number `after` has closed."""

    after: int
    words: tuple[str, ...]

    @property
    def at(self) -> datetime:
        """Return the market time of that close."""
        return START + (self.after + 1) * STEP


@dataclass(slots=True)
class Story:
    """A story as read; `told` are the lines that must come of it."""

    name: str
    title: str = ""
    bot: dict[str, str] = field(default_factory=dict)
    venue: dict[str, str] = field(default_factory=dict)
    candles: list[tuple[str, ...]] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    @property
    def recording(self) -> Recording:
        """Return the candles to be played; the first is history."""
        rows = []
        for row in self.candles:
            numbers = [float(word) for word in row if word not in SAYS]
            says = sum(SAYS[word] for word in row if word in SAYS)
            volume = numbers[4] if len(numbers) > 4 else VOLUME
            rows.append((numbers[0], numbers[1], numbers[2], numbers[3], volume + says))
        return a_recording_of(rows, market=ABC)

    @property
    def simulation(self) -> SimulationOptions:
        """Return how the venue fills."""
        share = self.venue.get("volume_share")
        return SimulationOptions(
            slippage=Decimal(self.venue.get("slippage", "0")),
            is_fee_in_base=self.venue.get("fee") == "base",
            max_volume_share=None if share is None else Decimal(share),
            has_conditional_orders=self.venue.get("stops") != "watched",
        )


def read_story(path: Path) -> Story:
    """Read a story; raise ValueError naming the line that is not understood."""
    story = Story(path.stem)
    section = ""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("["):
            section = line.strip("[]")
        elif not line.strip():
            continue
        elif not section:
            story.title = f"{story.title} {line.lstrip('# ')}".strip()
        else:
            _take(story, section, line, f"{path.name}:{number}")
    return story


def _take(story: Story, section: str, line: str, where: str) -> None:
    words = tuple(line.partition("#")[0].split()) if section != "told" else (line,)
    if not words:
        return
    match section:
        case "bot" | "venue":
            target = story.bot if section == "bot" else story.venue
            for word in words:
                name, _, value = word.partition("=")
                target[name] = value
        case "candles":
            story.candles.append(words)
        case "commands":
            story.acts.append(Act(int(words[0]), words[1:]))
        case "faults":
            story.faults[words[0]] = [Fault(word) for word in words[1:]]
        case "told":
            story.told.append(line.strip())
        case _:
            raise ValueError(f"{where}: no section {section}")


def all_stories(folder: Path) -> Iterator[Story]:
    """Read every story of a folder, by name."""
    for path in sorted(folder.glob("*.txt")):
        yield read_story(path)
