"""The body of a message: paragraphs and code blocks, cut where Discord would refuse them."""

from dataclasses import dataclass

from adapters.chat.discord.render.markdown import FENCE, Atoms, cut

OPENING, CLOSING = f"{FENCE}\n", f"\n{FENCE}"
ROOM_FOR_TAIL = len("\n… 1000000 more")
WORTH_CUTTING = 200
"""With less room than this left, a line that is too long is left out as a whole."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Lines that stand together, as prose or in a code block."""

    lines: tuple[Atoms, ...]
    is_code: bool = False

    @property
    def text(self) -> str:
        """Return the piece as Discord takes it."""
        body = "\n".join("".join(line) for line in self.lines)
        return f"{OPENING}{body}{CLOSING}" if self.is_code else body


def fitted(pieces: tuple[Piece, ...], room: int) -> str:
    """Return all pieces below each other; where they do not fit, the first lines and how many more there are."""
    whole = "\n".join(piece.text for piece in pieces)
    if len(whole) <= room:
        return whole
    count = sum(len(piece.lines) for piece in pieces)
    kept = _kept(pieces, room - (ROOM_FOR_TAIL if count > 1 else 0))
    missing = count - sum(len(piece.lines) for piece in kept)
    return "\n".join([*(piece.text for piece in kept), *([f"… {missing} more"] if missing else [])])


def _kept(pieces: tuple[Piece, ...], room: int) -> list[Piece]:
    """Return what is shown: whole lines, and the beginning of one that is too long for all the room there is."""
    kept: list[Piece] = []
    left = room
    for piece in pieces:
        begun = _begun(piece, left)
        if begun is None and (not kept or left >= WORTH_CUTTING):
            begun = _first_line(piece, left)
        if begun is None:
            break
        kept.append(begun)
        left -= len(begun.text) + 1
        if len(begun.lines) < len(piece.lines) or left < 0:
            break
    return kept


def _begun(piece: Piece, room: int) -> Piece | None:
    """Return as many lines of a piece as fit, None for none."""
    left = room - (len(OPENING) + len(CLOSING) if piece.is_code else 0)
    count = 0
    for line in piece.lines:
        left -= sum(map(len, line)) + 1
        if left < 0:
            break
        count += 1
    return Piece(piece.lines[:count], piece.is_code) if count else None


def _first_line(piece: Piece, room: int) -> Piece:
    inner = room - (len(OPENING) + len(CLOSING) if piece.is_code else 0)
    return Piece(((cut(piece.lines[0], inner),),), piece.is_code)
