"""Payloads of buttons: a tag of their message and a command line, or the key of a stored line if it is too long."""

from dataclasses import dataclass

from bot.commands.reply.blocks import Button, Reply
from bot.commands.reply.replacement import TAG_LENGTH, MessageTag, message_tag, parse_tag
from bot.domain.facts import KeptButton, Saved
from bot.domain.ids import derive_id
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

STORED_PREFIX = "~"
KEY_LENGTH = 16


@dataclass(frozen=True, slots=True)
class ButtonPress:
    """A decoded press: the command line, and the tag of the button's message."""

    line: str
    tag: MessageTag | None


class ButtonCodec:
    """Encodes buttons within a platform's limit and decodes presses, also after restarts and renames."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock

    async def encode_buttons(self, reply: Reply, max_bytes: int) -> dict[Button, str]:
        """Return the payload of each button with a command; lines that are too long are stored first."""
        tag = str(message_tag(reply))
        found: dict[Button, str] = {}
        kept: list[Saved] = []
        for button in reply.buttons:
            if not button.command:
                continue
            payload = tag + button.command
            if len(payload.encode()) > max_bytes:
                # A digest, so that rendering a card again stores nothing twice.
                key = derive_id(button.command, KEY_LENGTH)
                kept.append(Saved(KeptButton(key, button.command, self._clock.now())))
                payload = tag + STORED_PREFIX + key
            found[button] = payload
        if kept:
            await self._writer.commit(tuple(kept))
        return found

    async def decode_press(self, payload: str) -> ButtonPress | None:
        """Return the press of a payload, None if it is not ours or its line was deleted."""
        tag, rest = parse_tag(payload[:TAG_LENGTH]), payload[TAG_LENGTH:]
        if rest.startswith(STORED_PREFIX):
            line = await self._reader.button_command(rest.removeprefix(STORED_PREFIX))
            return None if line is None else ButtonPress(line, tag)
        return ButtonPress(rest, tag) if rest.startswith("/") else None
