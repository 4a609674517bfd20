"""Three hundred events at once: all arrive in order, each once, as fast as Telegram takes them, answers first."""

import re
from dataclasses import replace

from bot.domain.events import NotificationLevel
from bot.domain.facts import EventRaised
from bot.domain.instance import Bot
from tests.builders.facts import an_event
from tests.e2e.telegram_desk import Server, TelegramDesk, made
from tests.fakes.bot_api.groups import open_group
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import Room

COUNT, UNIT = 300, 25
NAMES = [f"b{number:03}" for number in range(COUNT)]


def told(room: Room) -> list[str]:
    """Return the names in everything that the bot said, in the order in which it was said."""
    return [name for text in room.texts for name in re.findall(r"\bb\d{3}\b", text)]


async def all_told(room: Room, names: list[str]) -> None:
    """Wait until the last of the names was said."""
    await room.until(lambda: names[-1] in told(room) or None, f"news of {names[-1]}")


def started(bot: Bot, name: str) -> EventRaised:
    """Return the news that a bot was started, under a name of its own."""
    event = an_event(f"e-{name}", operator=str(bot.owner), bot=str(bot.bot_id))
    assert event.bot is not None
    return EventRaised(replace(event, bot=replace(event.bot, bot_id=bot.bot_id, name=name)))


async def test_three_hundred_events_arrive_in_order_each_once_while_commands_are_answered_first(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    room = open_group(server.telegram.world, mia)
    await mia.says("/subscribe alpha", room)
    bot = await desk.bot("alpha")
    server.clock.run_at(100)
    for first in range(0, COUNT, UNIT):
        unit = tuple(started(bot, name) for name in NAMES[first : first + UNIT])
        await desk.desk.writer.commit(unit)
    written = mia.writes("/version")
    answer = await mia.chat.shows("Quarterdeck 0.0.0")
    ahead = [one for one in mia.chat.messages if written.message_id < one.message_id < answer.message_id]
    assert len(ahead) <= 2, "news that wait let an answer go first"
    assert len(told(mia.chat)) < COUNT
    await all_told(mia.chat, NAMES)
    await all_told(room, NAMES)
    assert told(mia.chat) == NAMES
    assert told(room) == NAMES
    assert server.telegram.world.pace.refused == 0
    assert len(mia.chat.messages) < 50, "more than ten in a burst are lines of digests"


async def test_what_cannot_be_joined_goes_message_by_message_as_fast_as_telegram_takes_it(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    # Time runs faster here than messages travel: some that went apart arrive together.
    server.telegram.world.pace.burst = 8
    await made(mia)
    room = open_group(server.telegram.world, mia)
    await mia.says("/subscribe alpha", room)
    bot, names = await desk.bot("alpha"), NAMES[:28]
    urgent = [replace(one.event, level=NotificationLevel.CRITICAL) for one in (started(bot, name) for name in names)]
    await desk.desk.writer.commit(tuple(map(EventRaised, urgent)))
    written = mia.writes("/version")
    answer = await mia.chat.shows("Quarterdeck 0.0.0")
    ahead = [one for one in mia.chat.messages if written.message_id < one.message_id < answer.message_id]
    assert len(ahead) <= 4
    for there in (mia.chat, room):
        await all_told(there, names)
        assert told(there) == names
        assert sum("b0" in text for text in there.texts) == len(names)
    assert server.telegram.world.pace.refused == 0
