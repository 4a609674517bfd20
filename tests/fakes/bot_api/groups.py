"""What happens to groups: the bot comes and goes, topics open and close, a group becomes a supergroup."""

from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.records import BOT_AS_SENDER
from tests.fakes.bot_api.rooms import Kind, Room, kicked
from tests.fakes.bot_api.world import World


def open_group(world: World, by: TelegramUser, *, kind: Kind = Kind.SUPERGROUP, title: str = "Desk") -> Room:
    """Let somebody make a group, a supergroup or a channel and take the bot into it."""
    number = world.next_id()
    room = world.open(-number if kind is Kind.GROUP else -1_001_000_000_000 - number, kind, title)
    if kind is Kind.CHANNEL:
        room.bot = "administrator"
    world.tell_standing(room, by.user, "left")
    if kind is not Kind.CHANNEL:
        world.service(room, by.user, new_chat_members=[BOT_AS_SENDER])
    return room


def open_topic(world: World, room: Room) -> int:
    """Open a topic; return its id."""
    room.is_forum = True
    topic = world.next_id()
    room.topics.add(topic)
    return topic


def promote(world: World, room: Room, by: TelegramUser) -> None:
    """Make the bot an administrator."""
    before, room.bot = room.bot, "administrator"
    world.tell_standing(room, by.user, before)


def kick(world: World, room: Room, by: TelegramUser) -> None:
    """Throw the bot out."""
    before, room.bot = room.bot, "kicked"
    room.barred = kicked(room.kind)
    world.tell_standing(room, by.user, before)


def upgrade(world: World, room: Room, by: TelegramUser) -> Room:
    """Let a group become a supergroup, with another id; the old one refuses everything from then on."""
    new = world.open(-1_001_000_000_000 - world.next_id(), Kind.SUPERGROUP, room.title)
    new.bot = room.bot
    world.service(room, by.user, migrate_to_chat_id=new.chat_id)
    room.moved_to = new.chat_id
    world.service(new, by.user, migrate_from_chat_id=room.chat_id)
    return new
