"""Body of an embed: paragraphs and code blocks, cut to Discord's limits."""

from dataclasses import dataclass

from adapters.chat.discord.render.markdown import FENCE, Atoms, cut_atoms

CODE_OPENING, CODE_CLOSING = f"{FENCE}\n", f"\n{FENCE}"
TAIL_LENGTH = len("\n… 1000000 more")
LEAST_CUT_LENGTH = 200
"""With less room than this left, a line that is too long is left out instead of cut."""


@dataclass(frozen=True, slots=True)
class DiscordTextBlock:
    """Consecutive lines, as prose or in a code block."""

    lines: tuple[Atoms, ...]
    is_code: bool = False

    @property
    def text(self) -> str:
        """Return the block in Discord's markdown."""
        body = "\n".join("".join(line) for line in self.lines)
        return f"{CODE_OPENING}{body}{CODE_CLOSING}" if self.is_code else body


def fit_text_blocks(text_blocks: tuple[DiscordTextBlock, ...], room: int) -> str:
    """Join blocks; if they are too long, keep the first lines and add how many are missing."""
    whole = "\n".join(block.text for block in text_blocks)
    if len(whole) <= room:
        return whole
    count = sum(len(block.lines) for block in text_blocks)
    kept = _blocks_that_fit(text_blocks, room - (TAIL_LENGTH if count > 1 else 0))
    missing = count - sum(len(block.lines) for block in kept)
    return "\n".join([*(block.text for block in kept), *([f"… {missing} more"] if missing else [])])


def _blocks_that_fit(text_blocks: tuple[DiscordTextBlock, ...], room: int) -> list[DiscordTextBlock]:
    """Return the blocks cut to whole lines, and to part of the first line if that alone is too long."""
    kept: list[DiscordTextBlock] = []
    left = room
    for block in text_blocks:
        fitting = _lines_that_fit(block, left)
        if fitting is None and (not kept or left >= LEAST_CUT_LENGTH):
            fitting = _first_line(block, left)
        if fitting is None:
            break
        kept.append(fitting)
        left -= len(fitting.text) + 1
        if len(fitting.lines) < len(block.lines) or left < 0:
            break
    return kept


def _lines_that_fit(text_block: DiscordTextBlock, room: int) -> DiscordTextBlock | None:
    """Return a block with as many lines as fit, None for none."""
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
