"""Everything the fake knows: rooms, messages, commands, presses that wait for their answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from bot.ports.clock import Clock
from tests.fakes.bot_api.messages import Content, Message, Upload
from tests.fakes.bot_api.pace import RateLimit
from tests.fakes.bot_api.records import BOT_AS_SENDER, BOT_ID, commands_in, file_record, message_record
from tests.fakes.bot_api.refusals import Json, bad_request
from tests.fakes.bot_api.rooms import Kind, Room
from tests.fakes.bot_api.updates import Updates


@dataclass(frozen=True, slots=True)
class Popup:
    """What a person sees after a press: nothing, a line at the top, or a box to close."""

    text: str = ""
    is_alert: bool = False


@dataclass
class World:
    """The state behind the server."""

    clock: Clock
    updates: Updates = field(default_factory=Updates)
    rooms: dict[int, Room] = field(default_factory=dict)
    commands: dict[str, list[Json]] = field(default_factory=dict)
    files: dict[str, Upload] = field(default_factory=dict)
    presses: dict[str, "asyncio.Future[Popup]"] = field(default_factory=dict)
    actions: list[tuple[int, str]] = field(default_factory=list)
    reactions: dict[tuple[int, int], list[str]] = field(default_factory=dict)
    _ids: "count[int]" = field(default_factory=lambda: count(1000))

    def __post_init__(self) -> None:
        self.pace = RateLimit(self.clock)

    def next_id(self) -> int:
        """Return a number that was never used."""
        return next(self._ids)

    def room(self, chat_id: object) -> Room:
        """Return a chat the bot may know of; refuse any other."""
        found = self.rooms.get(int(str(chat_id))) if str(chat_id).lstrip("-").isdigit() else None
        if found is None:
            raise bad_request("chat not found")
        return found

    def open(self, chat_id: int, kind: Kind, title: str) -> Room:
        """Open a room."""
        room = self.rooms[chat_id] = Room(chat_id, kind, title)
        return room

    def post(self, room: Room, sender: Json, content: Content, **more: int) -> Message:
        """Put a message into a room; `more` are its topic, what it answers, and whether it is silent."""
        message = Message(
            message_id=self.next_id(),
            chat_id=room.chat_id,
            sender=sender,
            content=content,
            date=self.clock.now(),
            topic=more.get("topic", 0),
            answers=more.get("answers", 0),
            is_silent=bool(more.get("is_silent", 0)),
        )
        for upload in (content.picture, content.document):
            if upload is not None:
                self.files[str(file_record(upload)["file_id"])] = upload
        room.add(message)
        return message

    def record(self, message: Message) -> dict[str, object]:
        """Write a message as the Bot API does."""
        room = self.rooms[message.chat_id]
        return message_record(message, room.chat, room.find(message.answers) if message.answers else None)

    def hears(self, room: Room, message: Message) -> bool:
        """Tell whether the bot is told of a message: in groups of commands, answers to it and services alone."""
        if room.is_private or room.bot == "administrator" or message.service:
            return True
        answered = room.find(message.answers)
        return (
            any(entity["offset"] == 0 for entity in commands_in(message.text))
            or (answered is not None and answered.sender["id"] == BOT_ID)
            or room.kind is Kind.CHANNEL
        )

    def tell(self, message: Message, kind: str = "message") -> int:
        """Queue a message for the bot; return the id of the update, 0 if the bot is not told of it."""
        return self.updates.put(kind, self.record(message)) if self.hears(self.rooms[message.chat_id], message) else 0

    def service(self, room: Room, sender: Json, **what: object) -> None:
        """Note in a room that something happened to it, and tell the bot."""
        message = self.post(room, sender, Content())
        message.service = what
        self.tell(message)

    def tell_standing(self, room: Room, by: Json, before: str) -> None:
        """Tell the bot what it is in a room now."""
        member: Mapping[str, object] = {"user": BOT_AS_SENDER}
        change = {
            "chat": room.chat,
            "from": by,
            "date": int(self.clock.now().timestamp()),
            "old_chat_member": standing(member, before),
            "new_chat_member": standing(member, room.bot),
        }
        self.updates.put("my_chat_member", change)


def standing(member: Json, status: str) -> Json:
    """Write what somebody is in a chat."""
    record: dict[str, object] = {**member, "status": status}
    match status:
        case "kicked":
            return record | {"until_date": 0}
        case "creator":
            return record | {"is_anonymous": False}
        case "administrator":
            return record | dict.fromkeys(ADMINISTRATOR_RIGHTS, True)
        case _:
            return record


ADMINISTRATOR_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)
