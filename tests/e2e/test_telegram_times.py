"""Times at Telegram: each reader's own clock for what happened to people, the recording's for what its market did."""

import re
from datetime import datetime

from bot.domain.instance import Bot
from tests.e2e.telegram_desk import Server, TelegramDesk, made
from tests.fakes.bot_api.faults import refused
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.utf16 import cut


def times(message: Message) -> list[tuple[str, int, str]]:
    """Return the times of a message: what they stand on, when they are, and how much of them is shown."""
    return [
        (
            cut(message.text, int(str(entity["offset"])), int(str(entity["length"]))),
            int(str(entity["unix_time"])),
            str(entity["date_time_format"]),
        )
        for entity in message.content.entities
        if entity["type"] == "date_time"
    ]


async def test_who_paused_a_bot_when_stands_on_the_clock_of_who_reads(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia, label="Create and run")
    card = await mia.says("/bot alpha")
    assert times(card) == [], "what the recording did has its own clock"
    await mia.taps(card, "Pause")
    ((text, unix, written),) = times(card)
    assert re.fullmatch(r"\d\d:\d\d", text)
    assert f"paused by Mia {text}, flat" in card.headline
    assert (unix, written) == (int(changed_at(await desk.bot("alpha")).timestamp()), "t")


async def test_a_server_that_knows_no_times_gets_their_texts_and_all_other_marks(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia, label="Create and run")
    await mia.says("/pause alpha")
    await desk.settled()
    server.telegram.fail(
        "sendMessage", refused('can\'t parse entities: Unsupported start tag "tg-time" at byte offset 40')
    )
    card = await mia.says("/bot alpha")
    assert re.search(r"paused by Mia \d\d:\d\d, flat", card.headline)
    kinds = {entity["type"] for entity in card.content.entities}
    assert kinds == {"bold", "pre", "italic"}


def changed_at(bot: Bot) -> datetime:
    """Return when the state of a bot last changed."""
    assert bot.status_changed_wall is not None
    return bot.status_changed_wall
