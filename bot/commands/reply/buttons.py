"""What buttons carry: a tag of their message and a command line, or the key of a line that is too long to carry."""

import hashlib
from dataclasses import dataclass

from bot.commands.reply.blocks import Button, Reply
from bot.commands.reply.replacement import TAG_LENGTH, Tag, read_tag, tag_of
from bot.domain.access_facts import ButtonKept
from bot.domain.ids import spell
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

KEPT = "~"
KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a press means: the line to carry out, and the tag of the message it stands on."""

    line: str
    tag: Tag | None


class Buttons:
    """Turns buttons into payloads within a platform's limit and back; both work over restarts and renames."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock

    async def payloads(self, reply: Reply, most_bytes: int) -> dict[Button, str]:
        """Return what each button with a command carries; lines that are too long are kept durably first."""
        tag = str(tag_of(reply))
        found: dict[Button, str] = {}
        kept: list[ButtonKept] = []
        for button in reply.buttons:
            if not button.command:
                continue
            payload = tag + button.command
            if len(payload.encode()) > most_bytes:
                key = _key(button.command)
                kept.append(ButtonKept(key, button.command, self._clock.now()))
                payload = tag + KEPT + key
            found[button] = payload
        if kept:
            await self._writer.commit(tuple(kept))
        return found

    async def pressed(self, payload: str) -> Pressed | None:
        """Return what a payload means; None if it is none of ours or was forgotten."""
        tag, rest = read_tag(payload[:TAG_LENGTH]), payload[TAG_LENGTH:]
        if rest.startswith(KEPT):
            line = await self._reader.button(rest.removeprefix(KEPT))
            return None if line is None else Pressed(line, tag)
        return Pressed(rest, tag) if rest.startswith("/") else None


def _key(line: str) -> str:
    """Name a line by its content, so that drawing the same card again keeps nothing twice."""
    return spell(hashlib.blake2b(line.encode(), digest_size=16).digest(), KEY_LENGTH)
