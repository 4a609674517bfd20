"""Draw the pictures of the README from what the gateways really send: `python -m tests.pictures`.

Needs the font Noto Color Emoji; nothing is sent to anybody.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from pathlib import Path

import discord
import simcord
from PIL import Image

from tests.builders.chat_driver import ChatDriver, ShownMessage
from tests.builders.discord_driver import DiscordDriver, a_discord_driver
from tests.builders.telegram_driver import TelegramDriver, a_telegram_driver
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.records import message_record
from tests.pictures import discord_card, telegram_bubble

IMAGES = Path(__file__).parents[2] / "docs" / "images"
NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%"


async def draw_all() -> None:
    """Play the same story on both platforms and draw its best moments."""
    with tempfile.TemporaryDirectory() as folder:
        async with a_telegram_driver(Path(folder)) as seat:
            assert isinstance(seat, TelegramDriver)
            shown = [await played(seat), await seat.say("/bot alpha")]
            beside([telegram(seat, one) for one in shown], telegram_bubble.ROOM).save(IMAGES / "telegram.png")
    with tempfile.TemporaryDirectory() as folder:
        async with a_discord_driver(Path(folder)) as seat:
            assert isinstance(seat, DiscordDriver)
            form = await seat.say(NEW)
            cards = [await on_discord(form), await on_discord(await played(seat, form))]
            beside(cards, discord_card.ROOM).save(IMAGES / "discord.png")


async def played(seat: ChatDriver, form: ShownMessage | None = None) -> ShownMessage:
    """Create a bot, let it trade, and return what is told of its first trade."""
    await seat.press(form or await seat.say(NEW), "Create and run")
    await seat.play()
    return await seat.news("🏁 alpha", "trade 1 closed")


def telegram(seat: TelegramDriver, shown: ShownMessage) -> Image.Image:
    """Draw a message of Telegram."""
    message = shown.source
    assert isinstance(message, Message)
    picture = message.picture if message.content.picture else None
    return telegram_bubble.drawn(message_record(message, seat.person.chat.chat), picture)


async def on_discord(shown: ShownMessage) -> Image.Image:
    """Draw a message of Discord."""
    message = shown.source.message if isinstance(shown.source, simcord.ResponseMessage) else shown.source
    assert isinstance(message, discord.Message)
    wire = {
        "content": message.content,
        "embeds": [embed.to_dict() for embed in message.embeds],
        "components": [row.to_dict() for row in message.components],
    }
    return discord_card.drawn(wire, [await file.read() for file in message.attachments])


def beside(images: Sequence[Image.Image], room: str) -> Image.Image:
    """Put pictures side by side."""
    whole = Image.new("RGB", (sum(one.width for one in images), max(one.height for one in images)), room)
    left = 0
    for image in images:
        whole.paste(image, (left, 0))
        left += image.width
    return whole


if __name__ == "__main__":
    asyncio.run(draw_all())
