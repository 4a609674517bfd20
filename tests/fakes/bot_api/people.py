"""People at their phones: they type, press, edit, block; and see what stands in their chats."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.bot_api.messages import Content, Message
from tests.fakes.bot_api.records import BOT_NAME, commands_in
from tests.fakes.bot_api.refusals import Json
from tests.fakes.bot_api.rooms import PATIENCE_SECONDS, Kind, Room, blocked, not_started
from tests.fakes.bot_api.world import Popup, World

START_LINK = f"t.me/{BOT_NAME}?start="


@dataclass
class TelegramUser:
    """Somebody with a phone; `chat` is their private chat with the bot, not open before they write there."""

    world: World
    user_id: int
    first_name: str
    last_update: int = 0
    """The id of the newest update that this person caused."""
    chat: Room = field(init=False)

    def __post_init__(self) -> None:
        self.chat = self.world.open(self.user_id, Kind.PRIVATE, self.first_name)
        self.chat.barred = not_started()

    @property
    def user(self) -> Json:
        """Return the record of the person."""
        return {"id": self.user_id, "is_bot": False, "first_name": self.first_name, "language_code": "en"}

    async def says(
        self, text: str, room: Room | None = None, *, answers: Message | None = None, topic: int = 0
    ) -> Message:
        """Write a message and return the next one that the bot writes in that room."""
        room = room or self.chat
        written = self.writes(text, room, answers=answers, topic=topic)
        return await room.after(written)

    async def fills(self, form: Message, text: str) -> Message:
        """Write a message that a form takes as an answer; return the form, changed."""
        room, version = self.world.rooms[form.chat_id], len(form.versions)
        self.writes(text, room, answers=None if room.is_private else form)
        return await room.changed(form, version)

    async def taps(self, message: Message, label: str) -> Message:
        """Press a button and return its message when that has changed."""
        version = len(message.versions)
        await self.presses(message, label)
        return await self.world.rooms[message.chat_id].changed(message, version)

    def writes(self, text: str, room: Room | None = None, *, answers: Message | None = None, topic: int = 0) -> Message:
        """Write a message without waiting for anything; return it."""
        room = room or self.chat
        if room.is_private:
            room.barred = None
        number = answers.message_id if answers else 0
        message = self.world.post(room, self.user, Content(text, commands_in(text)), topic=topic, answers=number)
        self.last_update = self.world.tell(message)
        return message

    def edits(self, message: Message, text: str) -> None:
        """Change a message of one's own."""
        message.change(self.world.clock.now(), Content(text, commands_in(text)))
        self.last_update = self.world.tell(message, "edited_message")

    async def presses(self, message: Message, label: str) -> Popup:
        """Press a button that calls back; return what pops up when the bot has answered."""
        return await self.sends_data(message, message.button(label).data)

    async def sends_data(self, message: Message, data: str) -> Popup:
        """Press a button that a program of this person's has made up."""
        waiting = self.starts_press(message, data)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await waiting

    def starts_press(self, message: Message, data: str) -> "asyncio.Future[Popup]":
        """Press without waiting; the future is what pops up."""
        assert data, "this button does not call back"
        query_id = str(self.world.next_id())
        waiting = self.world.presses[query_id] = asyncio.get_running_loop().create_future()
        query = {
            "id": query_id,
            "from": self.user,
            "chat_instance": str(message.chat_id),
            "message": self.world.record(message),
            "data": data,
        }
        self.last_update = self.world.updates.put("callback_query", query)
        return waiting

    async def follows(self, link: str) -> Message:
        """Follow a link to the bot: its payload is sent with a start, as the button in the chat does it."""
        _, found, payload = link.partition(START_LINK)
        assert found, f"leads elsewhere: {link}"
        return await self.says(f"/start {payload}")

    def blocks(self) -> None:
        """Block the bot."""
        self.chat.barred, self.chat.bot = blocked(), "kicked"
        self.world.tell_standing(self.chat, self.user, "member")

    def unblocks(self) -> None:
        """Let the bot write again."""
        self.chat.barred, self.chat.bot = None, "member"
        self.world.tell_standing(self.chat, self.user, "kicked")

    def deletes(self, message: Message) -> None:
        """Delete a message, of which bots are not told."""
        message.is_deleted = True
        self.world.rooms[message.chat_id].touch()


def posts_as(world: World, room: Room, sender: Json, text: str, sender_chat: Mapping[str, object]) -> Message:
    """Write without a personal sender: as an anonymous administrator, a channel, or a post of a linked channel."""
    message = world.post(room, sender, Content(text, commands_in(text)))
    message.sender_chat = sender_chat
    world.tell(message, "channel_post" if room.kind is Kind.CHANNEL else "message")
    return message
