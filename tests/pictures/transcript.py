"""Make the README's transcript and first picture anew from a run of the demo: `python -m tests.pictures.transcript`."""

import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bot.demo.tour import run_demo

ROOT = Path(__file__).parents[2]
README, PICTURE = ROOT / "README.md", ROOT / "docs" / "images" / "alpha.png"
BLOCK = re.compile(r"(?<=From its transcript:\n\n```text\n).*?(?=```)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some lines of the transcript, from the first line that matches after the excerpt before."""

    start: str
    lines: int


EXCERPTS = (
    Excerpt(r"quarterdeck> /new alpha", 1),
    Excerpt(r"quarterdeck> create", 1),
    Excerpt(r".* alpha · PRACTICE · created", 1),
    Excerpt(r"quarterdeck> /run all", 3),
    Excerpt(r".* · (bought|sold) ", 3),
    Excerpt(r"--- kill -9", 1),
    Excerpt(r"--- trades closed", 1),
    Excerpt(r".*Quarterdeck was down for", 1),
    Excerpt(r"quarterdeck> /why alpha", 8),
    Excerpt(r"What the demo looked up", 7),
)


def excerpts_of(transcript: str) -> str:
    """Return the excerpts in order, with dots where something was left out; raise ValueError for a missing one."""
    lines = transcript.splitlines()
    chosen: list[str] = []
    place = 0
    for excerpt in EXCERPTS:
        found = next((n for n in range(place, len(lines)) if re.match(excerpt.start, lines[n])), None)
        if found is None:
            raise ValueError(f"a line like {excerpt.start!r} was expected after line {place} of the transcript")
        if chosen and any(lines[place:found]):
            chosen.append("...")
        place = found + excerpt.lines
        chosen += [line.rstrip() for line in lines[found:place] if line.strip()]
    return "\n".join(chosen) + "\n"


def main() -> int:
    """Run the demo, and put its excerpts and its picture of alpha where the README shows them."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "demo-output"
        status = run_demo(output)
        if status:
            return status
        text = excerpts_of((output / "transcript.txt").read_text(encoding="utf-8"))
        README.write_text(BLOCK.sub(lambda _: text, README.read_text(encoding="utf-8")), encoding="utf-8")
        shutil.copy(max(output.glob("alpha-practice-candles-*.png")), PICTURE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
