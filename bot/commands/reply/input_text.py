"""Input text: cleaning it, quoting it with or without its amounts, and finding what was meant."""

import re
import unicodedata
from collections.abc import Sequence

from bot.commands.reply.amount import Amount, AmountKind
from bot.commands.reply.inline_time import RichText, join_text

MAX_ECHO = 40
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BLANKS = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_NUMBER = r"(?<![\w#.,-])[+-]?\d(?:[\d,]*\d)?(?:\.\d+)?"
_CURRENCY_FIGURE = re.compile(rf"{_NUMBER} [A-Z][A-Z0-9]+\w*")
_FIGURE = re.compile(rf"{_NUMBER}(?![\d.,]*%)(?: [A-Z][A-Z0-9]+\w*|(?![\w]))")


def clean_text(text: str) -> str:
    """Remove control, zero-width, bidi and unassigned characters; line ends and tabs become blanks."""
    spaced = "".join(" " if char in _BLANKS else char for char in text)
    kept = "".join(char for char in spaced if unicodedata.category(char) not in _DROPPED)
    return unicodedata.normalize("NFC", kept).strip()


def echo_text(text: str) -> str:
    """Return a user's text to be quoted: cleaned, cut, and isolated if it runs right to left."""
    shown = clean_text(text)
    if len(shown) > MAX_ECHO:
        shown = f"{shown[:MAX_ECHO].rstrip()}…"
    if any(unicodedata.bidirectional(char) in _RIGHT_TO_LEFT for char in shown):
        return f"{_ISOLATE}{shown}{_END_ISOLATE}"
    return shown


def join_words(words: Sequence[str], conjunction: str = "or") -> str:
    """Join words for a sentence: `a`, `a or b`, `a, b or c`."""
    if len(words) <= 1:
        return "".join(words)
    return f"{', '.join(words[:-1])} {conjunction} {words[-1]}"


def join_words_limited(words: Sequence[str], most: int, conjunction: str = "and") -> str:
    """Join words for a sentence, only the first of many: `a, b and 12 more`."""
    # One more word takes no more room than "and 1 more".
    return join_words(words, conjunction) if len(words) <= most + 1 else join_list_limited(words, most)


def join_list_limited(words: Sequence[str], most: int) -> str:
    """Join words for a list, only the first of many: `a, b and 12 more`."""
    rest = len(words) - most
    return ", ".join(words) if rest <= 1 else f"{', '.join(words[:most])} and {rest:,} more"


def count_text(number: int, singular: str, plural: str = "") -> str:
    """Return a count with its noun: `1 bot`, `2 bots`."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def as_sentence(text: str) -> str:
    """Begin a text with a capital letter and end it with a full stop."""
    shown = text[:1].upper() + text[1:]
    return shown if not shown or shown.endswith((".", "!", "?")) else f"{shown}."


def quote_words(text: str) -> RichText:
    """Quote a text of the engine, a venue or a person, whose figures may all be amounts."""
    return _hide_figures(text, _FIGURE)


def quote_reason(text: str) -> RichText:
    """Quote a strategy's reason: prices and indicator values are visible, figures of a currency are amounts."""
    return _hide_figures(text, _CURRENCY_FIGURE)


def _hide_figures(text: str, figure: re.Pattern[str]) -> RichText:
    words, figures = figure.split(text), figure.findall(text)
    amounts = (Amount(AmountKind.SETTING, found) for found in figures)
    return join_text(words[0], *(part for pair in zip(amounts, words[1:], strict=True) for part in pair))
