"""A seat at the console."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from getpass import getuser
from pathlib import Path

from tests.builders.chat_driver import NAME, ChatDriver, ShownMessage, market, shown_message
from tests.builders.running_process import RunningProcess, a_running_process

_OFFERED = re.compile(r"^(?:next|answer): .*(?:\n {2,}.*)*$", re.MULTILINE)
_QUESTION = re.compile(r"^(?:valid \d+ s; )?(.+): send (yes [2-9A-Z]{4})$", re.MULTILINE)
_OFFER = re.compile(r"(\d+)(?: (\S.*?))?(?=  |$)")
NUMBER_MARK = "no. "
"""Stands before a label that could be taken for the number to type."""
_PICTURE = re.compile(r"^picture: .*$", re.MULTILINE)


@dataclass(slots=True)
class ConsoleDriver:
    """Types, and reads what stands between two prompts."""

    process: RunningProcess

    async def say(self, line: str) -> ShownMessage:
        return _shown_message(await self.process.say(line))

    async def answer(self, form: ShownMessage, text: str) -> ShownMessage:
        del form
        return await self.say(text)

    async def press(self, shown: ShownMessage, label: str) -> ShownMessage:
        assert isinstance(shown.source, dict)
        return await self.say(shown.source[label.casefold()])

    async def news(self, *texts: str) -> ShownMessage:
        return replace(_shown_message(await self.process.told(*texts)), buttons=())

    async def play(self) -> None:
        await self.process.played()


def _shown_message(text: str) -> ShownMessage:
    found = offers(text)
    found |= {label.casefold(): line for label, line in _QUESTION.findall(text)}
    plain, pictures = _PICTURE.subn("", _QUESTION.sub("", without_offers(text)))
    return shown_message(re.sub(rf"\b{re.escape(getuser())}\b", NAME, plain), tuple(found), pictures, found)


def without_offers(text: str) -> str:
    """Return what a console says, without what it offers."""
    return _OFFERED.sub("", text)


def offers(text: str) -> dict[str, str]:
    """Return what a console offers, and what to type for it."""
    found: dict[str, str] = {}
    for line in (offer.replace("\n", " ") for offer in _OFFERED.findall(text)):
        kind, _, rest = line.partition(": ")
        if kind == "next":
            found |= {(label or number).removeprefix(NUMBER_MARK): number for number, label in _OFFER.findall(rest)}
        else:
            words = [word.strip() for word in rest.split("  ") if word.strip()]
            if all(word.startswith(f"{number} ") for number, word in enumerate(words, 1)):
                # Words that can be counted have their number in front.
                words = [word.partition(" ")[2] for word in words]
            found |= {word.strip("< "): word.strip("< ") for word in words}
    return found


@asynccontextmanager
async def a_console_driver(folder: Path) -> AsyncIterator[ChatDriver]:
    """Claim a desk at its console."""
    async with a_running_process(folder, market()) as engine:
        yield ConsoleDriver(engine)
