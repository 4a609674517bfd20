"""Messages, people and rooms as records of the Bot API."""

import re
from hashlib import sha256

from tests.fakes.bot_api.messages import Content, Message, Upload
from tests.fakes.bot_api.refusals import Json
from tests.fakes.bot_api.utf16 import units

BOT_ID = 123456789
BOT_NAME = "DeskBot"
BOT: Json = {
    "id": BOT_ID,
    "is_bot": True,
    "first_name": "Desk",
    "username": BOT_NAME,
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": False,
}
BOT_AS_SENDER: Json = {"id": BOT_ID, "is_bot": True, "first_name": "Desk", "username": BOT_NAME}
ANONYMOUS_ADMIN: Json = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
CHANNEL_BOT: Json = {"id": 136817688, "is_bot": True, "first_name": "Channel", "username": "Channel_Bot"}
LINKED_CHANNEL: Json = {"id": 777000, "is_bot": False, "first_name": "Telegram"}
_COMMAND = re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?")


def commands_in(text: str) -> tuple[Json, ...]:
    """Return the entities of the commands in what a person types."""
    return tuple(
        {"type": "bot_command", "offset": units(text[: found.start()]), "length": units(found.group())}
        for found in _COMMAND.finditer(text)
    )


def message_record(message: Message, chat: Json, answered: Message | None = None) -> dict[str, object]:
    """Write a message as the Bot API does."""
    record: dict[str, object] = {
        "message_id": message.message_id,
        "date": int(message.date.timestamp()),
        "chat": chat,
        "from": message.sender,
        **_content_record(message.content),
        **message.service,
    }
    if message.sender_chat is not None:
        record["sender_chat"] = message.sender_chat
    if message.sender.get("id") == LINKED_CHANNEL["id"]:
        record["is_automatic_forward"] = True
    if chat.get("type") == "channel":
        del record["from"]
    if message.edited_at is not None:
        record["edit_date"] = int(message.edited_at.timestamp())
    if message.topic:
        record |= {"message_thread_id": message.topic, "is_topic_message": True}
    if answered is not None:
        record["reply_to_message"] = message_record(answered, chat)
    return record


def _content_record(content: Content) -> dict[str, object]:
    kind, marks = ("caption", "caption_entities") if content.has_media else ("text", "entities")
    record: dict[str, object] = {}
    if content.text:
        record[kind] = content.text
    if content.entities:
        record[marks] = list(content.entities)
    if content.picture is not None:
        record["photo"] = [{**file_record(content.picture), "width": 1080, "height": 720}]
    if content.document is not None:
        record["document"] = {**file_record(content.document), "file_name": content.document.name}
    if content.keyboard and content.reply_markup is not None:
        record["reply_markup"] = content.reply_markup
    return record


def file_record(upload: Upload) -> dict[str, object]:
    """Write a file; its id tells its content."""
    key = sha256(upload.content).hexdigest()[:16]
    return {"file_id": f"file-{key}", "file_unique_id": key, "file_size": len(upload.content)}
