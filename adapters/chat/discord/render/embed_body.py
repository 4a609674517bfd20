"""The body of a message: paragraphs and code blocks, cut where Discord would refuse them."""

from dataclasses import dataclass

from adapters.chat.discord.render.markdown import FENCE, Atoms, cut_atoms

CODE_OPENING, CODE_CLOSING = f"{FENCE}\n", f"\n{FENCE}"
TAIL_LENGTH = len("\n… 1000000 more")
LEAST_CUT_LENGTH = 200
"""With less room than this left, a line that is too long is left out as a whole."""


@dataclass(frozen=True, slots=True)
class DiscordTextBlock:
    """Lines that stand together, as prose or in a code block."""

    lines: tuple[Atoms, ...]
    is_code: bool = False

    @property
    def text(self) -> str:
        """Return the piece as Discord takes it."""
        body = "\n".join("".join(line) for line in self.lines)
        return f"{CODE_OPENING}{body}{CODE_CLOSING}" if self.is_code else body


def fit_text_blocks(text_blocks: tuple[DiscordTextBlock, ...], room: int) -> str:
    """Return all pieces below each other; where they do not fit, the first lines and how many more there are."""
    whole = "\n".join(piece.text for piece in text_blocks)
    if len(whole) <= room:
        return whole
    count = sum(len(piece.lines) for piece in text_blocks)
    kept = _blocks_that_fit(text_blocks, room - (TAIL_LENGTH if count > 1 else 0))
    missing = count - sum(len(piece.lines) for piece in kept)
    return "\n".join([*(piece.text for piece in kept), *([f"… {missing} more"] if missing else [])])


def _blocks_that_fit(text_blocks: tuple[DiscordTextBlock, ...], room: int) -> list[DiscordTextBlock]:
    """Return what is shown: whole lines, and the beginning of one that is too long for all the room there is."""
    kept: list[DiscordTextBlock] = []
    left = room
    for piece in text_blocks:
        begun = _lines_that_fit(piece, left)
        if begun is None and (not kept or left >= LEAST_CUT_LENGTH):
            begun = _first_line(piece, left)
        if begun is None:
            break
        kept.append(begun)
        left -= len(begun.text) + 1
        if len(begun.lines) < len(piece.lines) or left < 0:
            break
    return kept


def _lines_that_fit(text_block: DiscordTextBlock, room: int) -> DiscordTextBlock | None:
    """Return as many lines of a piece as fit, None for none."""
    left = room - (len(CODE_OPENING) + len(CODE_CLOSING) if text_block.is_code else 0)
    count = 0
    for line in text_block.lines:
        left -= sum(map(len, line)) + 1
        if left < 0:
            break
        count += 1
    return DiscordTextBlock(text_block.lines[:count], text_block.is_code) if count else None


def _first_line(text_block: DiscordTextBlock, room: int) -> DiscordTextBlock:
    inner = room - (len(CODE_OPENING) + len(CODE_CLOSING) if text_block.is_code else 0)
    return DiscordTextBlock(((cut_atoms(text_block.lines[0], inner),),), text_block.is_code)
