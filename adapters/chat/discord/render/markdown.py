"""Escaping of Discord's markdown and mentions, done here and nowhere else."""

import re
import unicodedata

from adapters.chat.reply_parts import ELLIPSIS
from bot.commands.reply.inline_time import InlineTime, RichText, TimeStyle, VisiblePart, safe_text_line, safe_text_lines
from bot.commands.reply.safe_text import safe_lines

ZERO_WIDTH_SPACE = "\u200b"
"""Invisible character that separates what would be read together as markup."""
FENCE = "```"
_SPECIAL = frozenset("\\*_~|`<[]")
_URL = re.compile(r"https?://[A-Za-z0-9./?=&%#:~+_-]*[A-Za-z0-9/=_-]")
_EVERYBODY = re.compile(r"@(?=everyone|here)", re.IGNORECASE)
_EMOJI = re.compile(r":(?=(?:[\w+-]*[A-Za-z][\w+-]*|100|1234):)", re.ASCII)
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
        found += _line_atoms(part, is_begin=not found) if isinstance(part, str) else (_time_atom(part),)
    return tuple(found)


def _time_atom(time: InlineTime) -> str:
    """Return a time that clients show on the reader's clock; it is never cut."""
    return f"<t:{time.unix}:{TIME_STYLES[time.style]}>"


def _line_atoms(line: str, *, is_begin: bool) -> list[str]:
    found: list[str] = []
    start = _LINE_START.match(line) if is_begin else None
    index = 0
    if start:
        found += [*start.group(1), *_escape_line_start(start.group(2))]
        index = start.end()
    while index < len(line):
        url = _URL.match(line, index)
        atom = url.group() if url else _atom(line, index)
        index += len(atom) if url else 1
        found.append(atom)
    return found


def _escape_line_start(mark: str) -> list[str]:
    return [*mark, "\\"] if mark.isdigit() else [f"\\{mark[0]}", *mark[1:]]


def _atom(line: str, index: int) -> str:
    char = line[index]
    if char in _SPECIAL or (char == ":" and _EMOJI.match(line, index)):
        return f"\\{char}"
    if char == "@" and _EVERYBODY.match(line, index):
        return char + ZERO_WIDTH_SPACE
    return char


def _is_combining(atom: str) -> bool:
    return atom[:1] == _JOINER or unicodedata.category(atom[:1]) in _COMBINING
