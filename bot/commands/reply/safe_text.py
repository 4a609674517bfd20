"""Safe text: no user's text can move a cursor, hide text or change its direction."""

import re
import unicodedata

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029]")
_INVISIBLE = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_ISOLATED = re.compile(f"({_ISOLATE}[^{_ISOLATE}{_END_ISOLATE}]*{_END_ISOLATE})")


def safe_lines(text: str) -> list[str]:
    """Split a text into safe lines; leading blanks stay."""
    return [_safe(line) for line in _LINE_ENDS.split(text)]


def clean_lines(text: str) -> list[str]:
    """Split a text like `safe_lines`, but keep blanks at the end of lines that go on."""
    return [_cleaned(line) for line in _LINE_ENDS.split(text)]


def safe_line(text: str) -> str:
    """Return a text as one safe line, without blanks around it."""
    return " ".join(safe_lines(text)).strip()


def safe_cell(text: str) -> str:
    """Return a text as one safe line; leading blanks stay, they show what belongs to the row above."""
    return " ".join(safe_lines(text)).rstrip()


def _safe(line: str) -> str:
    return line if line.isascii() and line.isprintable() else _cleaned(line).rstrip()


def _cleaned(line: str) -> str:
    if line.isascii() and line.isprintable():
        return line
    kept = "".join(char for char in line.replace("\t", "  ") if _is_kept(char))
    # A removed character may have stood between a letter and its accent.
    return unicodedata.normalize("NFC", _balance_isolates(kept))


def _is_kept(char: str) -> bool:
    if char in (_ISOLATE, _END_ISOLATE):
        return True
    return char not in _INVISIBLE and unicodedata.category(char) not in _DROPPED


def _balance_isolates(line: str) -> str:
    """Keep the isolates that `echo_text` puts around right-to-left text; a lone one would turn what follows."""
    if _ISOLATE not in line and _END_ISOLATE not in line:
        return line
    parts = _ISOLATED.split(line)
    return "".join(
        part if index % 2 else part.replace(_ISOLATE, "").replace(_END_ISOLATE, "") for index, part in enumerate(parts)
    )
