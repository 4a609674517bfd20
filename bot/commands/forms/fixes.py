"""Buttons that put a refused line right, where the refusal knows how."""

import difflib
import re
from collections.abc import Iterator

from bot.commands.reply.blocks import Button, ButtonStyle
from bot.commands.spec.corrections import with_word, without_word
from bot.domain.errors import UserError

BOT_COMMAND = "/bot "
SIMILARITY_CUTOFF = 0.6
"""How alike a mistyped name must be for a button to do with the right one what was asked."""
_DANGEROUS = frozenset({"stop", "close", "delete", "panic"})
_EXAMPLE = re.compile(r"for example ((?:[a-z_]+=\S+ ?)+)$")
BACK_BUTTON = Button("Back", "/bots")


def fix_buttons(error: UserError, line: str) -> tuple[Button, ...]:
    """Return what would work instead of the line, each as one button."""
    if error.interpretations:
        name = next(iter(example_words(error)), "").partition("=")[0]
        return tuple(Button(value, _with_slash(with_word(line, f"{name}={value}"))) for value in error.interpretations)
    if error.fix is not None and error.fix.startswith("/"):
        return _replacement_buttons(error, error.fix, line)
    words = fix_words(error)
    if not words:
        return ()
    line = without_word(line, error.unknown_name)
    for word in words:
        line = with_word(line, word)
    label = error.fix_label or (f"Use {words[0].partition('=')[2]}" if len(words) == 1 else "Use these")
    return (Button(label, _with_slash(line), ButtonStyle.PRIMARY),)


def fix_words(error: UserError) -> list[str]:
    """Return the `name=value` words that a refusal offers."""
    if error.fix is not None:
        return [] if error.fix.startswith("/") or "=" not in error.fix else [error.fix]
    return example_words(error)


def example_words(error: UserError) -> list[str]:
    """Return the words of the example at the end of a refusal."""
    found = _EXAMPLE.search(error.user_text)
    return found[1].split() if found else []


def _replacement_buttons(error: UserError, fix: str, line: str) -> tuple[Button, ...]:
    label = error.fix_label or fix.lstrip("/")
    if fix.startswith(BOT_COMMAND):
        return (_similar_bot_button(line, fix.removeprefix(BOT_COMMAND)),)
    if fix.lstrip("/").split(" ")[0] in _DANGEROUS:
        return Button(label, fix, ButtonStyle.DANGER), BACK_BUTTON
    return (Button(label, fix, ButtonStyle.PRIMARY),)


def _similar_bot_button(line: str, name: str) -> Button:
    """Do the same with the bot that was meant; where none is near, show which there are."""
    verb, *words = line.split()
    typed = difflib.get_close_matches(name, [word.casefold() for word in words], n=1, cutoff=SIMILARITY_CUTOFF)
    if not typed:
        return Button("Bots", "/bots", ButtonStyle.PRIMARY)
    mended = _with_slash(" ".join([verb, *_replace_word(words, typed[0], name)]))
    label = name if mended == f"{BOT_COMMAND}{name}" else mended.lstrip("/")
    return Button(label, mended, ButtonStyle.PRIMARY)


def _replace_word(words: list[str], old: str, new: str) -> Iterator[str]:
    for word in words:
        yield new if word.casefold() == old else word


def _with_slash(line: str) -> str:
    return line if line.startswith("/") else f"/{line}"
