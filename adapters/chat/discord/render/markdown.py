"""Escaping of Discord's markdown and mentions, done here and nowhere else."""

import re
import unicodedata

from adapters.chat.reply_parts import ELLIPSIS
from bot.commands.reply.inline_time import RichText, TimeStyle, VisiblePart, safe_text_line, safe_text_lines
from bot.commands.reply.safe_text import safe_lines

ZERO_WIDTH_SPACE = "\u200b"
"""Invisible character that separates what would be read together as markup."""
FENCE = "```"
_ATOM = re.compile(
    r"(?P<url>https?://[A-Za-z0-9./?=&%#:~+_-]*[A-Za-z0-9/=_-])"
    r"|(?P<call>@(?=(?i:everyone|here)))"
    r"|(?P<special>[\\*_~|`<\[\]]|:(?=(?:[\w+-]*[A-Za-z][\w+-]*|100|1234):))"
    r"|.",
    re.ASCII | re.DOTALL,
)
"""An address, a call to everybody, a character of markup or the colon of an emoji, or any other character."""
# A quote, a heading, small print or a list.
_LINE_START = re.compile(r"(\s*)(>|#{1,3}(?=\s)|-#(?=\s)|[-+](?=\s)|\d+(?=\.\s))")
_JOINER, _END_ISOLATE = "\u200d", "\u2069"
_ISOLATE = "\u2068"
_COMBINING = frozenset({"Mn", "Me", "Mc"})

TIME_STYLES = {TimeStyle.TIME: "t", TimeStyle.SECONDS: "T", TimeStyle.DAY_AND_TIME: "f", TimeStyle.DAY: "D"}
"""Discord's letters for the styles in which its clients show a time."""

Atoms = tuple[str, ...]
"""A text in pieces that show one character each and are never cut."""


def escape_text(text: str) -> str:
    """Return text with its lines, escaped so that Discord shows it unchanged."""
    return "\n".join("".join(line) for line in escape_lines(text))


def escape_lines(words: RichText) -> list[Atoms]:
    return [_atoms(line) for line in safe_text_lines(words)]


def escape_line(words: RichText) -> Atoms:
    return _atoms(safe_text_line(words))


def escape_code_line(line: str) -> str:
    """Escape a line for a code block, where only the block's end is special."""
    return line.replace("`", f"`{ZERO_WIDTH_SPACE}")


def cut_atoms(atoms: Atoms, room: int) -> str:
    """Return a text cut to `room` characters, with an ellipsis if something was cut."""
    if sum(map(len, atoms)) <= room:
        return "".join(atoms)
    size, count = len(ELLIPSIS), 0
    while count < len(atoms) and size + len(atoms[count]) <= room:
        size += len(atoms[count])
        count += 1
    while count and _is_combining(atoms[count]):
        count -= 1
    kept = "".join(atoms[:count]).rstrip()
    is_open = kept.count(_ISOLATE) > kept.count(_END_ISOLATE)
    if is_open and len(kept) + len(ELLIPSIS) >= room:
        kept = kept.replace(_ISOLATE, "")
    return kept + ELLIPSIS + (_END_ISOLATE if _ISOLATE in kept and is_open else "")


def shorten_text(text: str, room: int) -> str:
    """Return plain text, such as a label, on one line and cut to `room` characters."""
    return cut_atoms(tuple(" ".join(part.strip() for part in safe_lines(text) if part.strip())), room)


def unescape_text(content: str) -> str:
    """Return escaped text without markup, for places where Discord knows no markdown."""
    return re.sub(r"\\(.)", r"\1", content.replace("**", "")).replace(ZERO_WIDTH_SPACE, "")


def _atoms(line: tuple[VisiblePart, ...]) -> Atoms:
    found: list[str] = []
    for part in line:
        if isinstance(part, str):
            found += _line_atoms(part, is_begin=not found)
        else:
            # Clients show it on the reader's clock; it is never cut.
            found.append(f"<t:{part.unix}:{TIME_STYLES[part.style]}>")
    return tuple(found)


def _line_atoms(line: str, *, is_begin: bool) -> list[str]:
    start = _LINE_START.match(line) if is_begin else None
    found = [*start[1], *_escape_line_start(start[2])] if start else []
    return found + [_escape_atom(match) for match in _ATOM.finditer(line, start.end() if start else 0)]


def _escape_line_start(mark: str) -> list[str]:
    return [*mark, "\\"] if mark.isdigit() else [f"\\{mark[0]}", *mark[1:]]


def _escape_atom(match: re.Match[str]) -> str:
    match match.lastgroup:
        case "special":
            return f"\\{match[0]}"
        case "call":
            return match[0] + ZERO_WIDTH_SPACE
        case _:
            return match[0]


def _is_combining(atom: str) -> bool:
    return atom[:1] == _JOINER or unicodedata.category(atom[:1]) in _COMBINING
