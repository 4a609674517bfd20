"""Places from which one person works the desk, so that one story can be played on every platform."""

import re
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from adapters.data.recording import Recording
from tests.builders.stretches import a_stretch

NAME = "mia"
BACK_MARK = "\N{SINGLE LEFT-POINTING ANGLE QUOTATION MARK} "
SURE = 50
"""So many characters of line 1 stand on one line everywhere."""
_CLOCK = re.compile(r"\b\d\d:\d\d:\d\d(?: UTC)?\b")
_BY = re.compile(r"\b(by \w+) \d\d:\d\d\b")
"""The minute in which somebody did something may end between two platforms."""
_LASTED = re.compile(r"\bfor \d+ s\b")
_REFERENCE = re.compile(r"\bo-[2-9A-Z]{4}\b")
_VALID = re.compile(r"^valid .*$|(?:^| · )as of .*$", re.MULTILINE)
"""How long a question waits and how old a card is: each platform has a way of its own to say so."""
WAYS_OUT = frozenset({"back", "cancel"})
"""The console leaves a question by typing something else."""
NOT_EVERYWHERE = WAYS_OUT | {"keep live"}
"""Nor do messages of the console stay."""
_COLUMN = re.compile(r" {2,}")
MAX_PAIRED = 3
"""A line of a card has a label and at most two figures; what has more columns loses some on a phone."""


@dataclass(frozen=True, slots=True)
class ShownMessage:
    """What a person is told, however it is laid out: line 1, all words in any order, and what can be pressed.

    `place` is where it stands, for what is pressed there.
    """

    headline: str
    words: tuple[str, ...]
    buttons: tuple[str, ...]
    pictures: int = 0
    has_table: bool = False
    source: object = None


def shown_message(text: str, buttons: tuple[str, ...], pictures: int = 0, source: object = None) -> ShownMessage:
    """Take down a text without what differs from one moment, person and code to the next."""
    plain = _VALID.sub(
        "", _REFERENCE.sub("o-8F2K", _LASTED.sub("for a while", _CLOCK.sub("now", _BY.sub(r"\1 now", text))))
    )
    lines = [line.strip() for line in plain.split("\n") if line.strip()]
    words = tuple(sorted(" ".join(lines).split()))
    labels = tuple(
        label for button in buttons if (label := button.casefold().removeprefix(BACK_MARK)) not in NOT_EVERYWHERE
    )
    has_table = any(len(_COLUMN.split(line)) > MAX_PAIRED for line in lines)
    return ShownMessage(lines[0][:SURE] if lines else "", words, labels, pictures, has_table, source)


def market() -> Recording:
    """Return a market that brings a bot on averages one trade and a bit."""
    return a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=100)


class ChatDriver(Protocol):
    """One person's place at a desk of their own; lines are typed as `/help` writes them."""

    async def say(self, line: str) -> ShownMessage:
        """Send a command."""

    async def answer(self, form: ShownMessage, text: str) -> ShownMessage:
        """Answer the question of a form in words."""

    async def press(self, shown: ShownMessage, label: str) -> ShownMessage:
        """Press a button."""

    async def news(self, *texts: str) -> ShownMessage:
        """Wait for a message that nobody asked for; its buttons are commands at the console."""

    async def play(self) -> None:
        """Let the market run to its end."""


class DriverFactory(Protocol):
    """Takes a seat at a new desk in a folder."""

    def __call__(self, folder: Path) -> AbstractAsyncContextManager[ChatDriver]:
        """Open it."""
