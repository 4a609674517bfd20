"""Replies as Discord would get them."""

from datetime import UTC, datetime

from adapters.chat.discord.render.components import MAX_PAYLOAD, DiscordMessage, message_view
from adapters.chat.discord.render.renderer import render_reply
from bot.commands.reply.blocks import Reply
from bot.commands.reply.buttons import ButtonCodec
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

NOW = datetime(2024, 8, 26, 13, 0, 5, tzinfo=UTC)


async def drawn(reply: Reply) -> DiscordMessage:
    """Draw a reply with what its buttons carry."""
    clock = FakeClock(NOW)
    shelf = MemoryStorage(clock)
    return render_reply(reply, await ButtonCodec(shelf, shelf, clock).encode_buttons(reply, MAX_PAYLOAD), NOW)


def wire(message: DiscordMessage) -> dict[str, object]:
    """Return a message as it goes over the wire, without the bytes of its files."""
    view = message_view(message)
    return {
        "content": message.content,
        "embeds": [embed.to_dict() for embed in message.embeds],
        "components": view.to_components() if view else [],
        "attachments": [{"filename": one.filename, "description": one.alt} for one in message.uploads],
    }


def rows(message: DiscordMessage) -> str:
    """Return the buttons as UX.md writes them."""
    view = message_view(message)
    marks = {1: "p", 3: "s", 4: "d"}
    found = []
    for row in view.to_components() if view else []:
        items = row.get("components", [])
        found.append(" ".join(f"[{item.get('label', '')}]{marks.get(item.get('style', 0), '')}" for item in items))
    return " / ".join(found)
