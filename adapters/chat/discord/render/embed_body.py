"""Body of an embed: prose and code blocks, cut to Discord's limits."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from adapters.chat.discord.render.markdown import FENCE, Atoms, cut_atoms

TAIL_LENGTH = len("\n… 1000000 more")
LEAST_CUT_LENGTH = 200
"""With less room than this left, a line that is too long is left out instead of cut."""


@dataclass(frozen=True, slots=True)
class DiscordLine:
    """A line of prose, or of the code block with this number."""

    atoms: Atoms
    code_block: int | None = None


def markdown_text(lines: Sequence[DiscordLine]) -> str:
    """Return lines in Discord's markdown."""
    blocks = groupby(lines, lambda line: line.code_block)
    bodies = ((number, "\n".join("".join(line.atoms) for line in block)) for number, block in blocks)
    return "\n".join(body if number is None else f"{FENCE}\n{body}\n{FENCE}" for number, body in bodies)


def fit_text(lines: Sequence[DiscordLine], room: int) -> str:
    """Return lines in markdown; if they are too long, the first ones and how many are missing."""
    whole = markdown_text(lines)
    if len(whole) <= room:
        return whole
    room -= TAIL_LENGTH if len(lines) > 1 else 0
    count = bisect_right(range(len(lines)), room, key=lambda last: len(markdown_text(lines[: last + 1])))
    kept, longest = [*lines[:count]], lines[count]
    left = room - len(markdown_text([*kept, replace(longest, atoms=())]))
    if not kept or left >= LEAST_CUT_LENGTH:
        kept.append(replace(longest, atoms=(cut_atoms(longest.atoms, left),)))
    missing = len(lines) - len(kept)
    return "\n".join([markdown_text(kept), *([f"… {missing} more"] if missing else [])])
