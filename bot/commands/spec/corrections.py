"""Corrections of a refused line: an error says `for example slow=26`, and sending just that is enough."""

import re
from collections import OrderedDict

from bot.commands.spec.parse import line_words
from bot.commands.spec.request import Request
from bot.domain.errors import UserError, WordFix

MAX_REMEMBERED = 1000
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*=\S+")


class Corrections:
    """Remembers the last line of each conversation if it was refused for the value of a word."""

    def __init__(self) -> None:
        self._refused: OrderedDict[tuple[str, str, str], str] = OrderedDict()

    def record_refusal(self, request: Request, line: str, error: UserError) -> None:
        """Remember a refused line whose error offers another value."""
        fix = error.fix
        if not line or not isinstance(fix, WordFix):
            return
        self._refused[request.conversation_key] = without_replaced(line, fix)
        while len(self._refused) > MAX_REMEMBERED:
            self._refused.popitem(last=False)

    def apply_correction(self, request: Request, line: str) -> str:
        """Return the refused line with the corrected word, or the given line if it is no such word.

        Only the next line can correct one.
        """
        refused = self._refused.pop(request.conversation_key, None)
        words = line.split()
        if refused is None or not words or not all(_WORD.fullmatch(word) for word in words):
            return line
        mended = refused
        for word in words:
            mended = with_word(mended, word)
        return mended


def with_word(line: str, word: str) -> str:
    """Return a line with a `name=value` word, which replaces an older one of that name."""
    return f"{without_word(line, word.partition('=')[0])} {word}"


def without_replaced(line: str, fix: WordFix) -> str:
    """Return a line without what a fix replaces: a name it does not know, or a word without a name."""
    kept = line_words(without_word(line, fix.unknown))
    return " ".join(kept if not fix.typed else (word for word in kept if word != fix.typed))


def without_word(line: str, name: str) -> str:
    """Return a line without the `name=value` word of a name, unchanged for an empty name."""
    if not name:
        return line
    return " ".join(part for part in line_words(line) if not part.startswith(f"{name}="))
