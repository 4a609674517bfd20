"""The methods that write, edit and delete messages."""

from dataclasses import replace

from tests.fakes.bot_api.calls import Call
from tests.fakes.bot_api.contents import caption, document_content, keyboard, media_content, photo_content, text_content
from tests.fakes.bot_api.messages import Content, Message
from tests.fakes.bot_api.records import BOT_AS_SENDER, BOT_ID
from tests.fakes.bot_api.refusals import bad_request
from tests.fakes.bot_api.rooms import Kind, Room
from tests.fakes.bot_api.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)
READ = {"sendMessage": text_content, "sendPhoto": photo_content, "sendDocument": document_content}


def send(world: World, call: Call) -> dict[str, object]:
    """Carry out sendMessage, sendPhoto and sendDocument."""
    room, topic = world.room(call.values.get("chat_id")), call.number("message_thread_id")
    room.check_open(topic)
    content = READ[call.method](call)
    answered = _answered(room, call)
    world.pace.take(room.chat_id, is_group=not room.is_private)
    topic = topic or (answered.topic if answered else 0)
    answers = answered.message_id if answered else 0
    is_silent = call.flag("disable_notification")
    message = world.post(room, BOT_AS_SENDER, content, topic=topic, answers=answers, is_silent=is_silent)
    return world.record(message)


def _answered(room: Room, call: Call) -> Message | None:
    parameters = call.record("reply_parameters")
    if "message_id" not in parameters:
        return None
    found = room.find(int(str(parameters["message_id"])))
    if found is None and parameters.get("allow_sending_without_reply") is not True:
        raise bad_request("message to be replied not found")
    return found


def edit(world: World, call: Call) -> dict[str, object]:
    """Carry out editMessageText, -Caption, -Media and -ReplyMarkup."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    message = room.find(call.number("message_id"))
    if message is None:
        raise bad_request("message to edit not found")
    if message.sender["id"] != BOT_ID:
        raise bad_request("message can't be edited")
    content = _edited(message, call)
    if _shown(content) == _shown(message.content):
        raise bad_request(NOT_MODIFIED)
    world.pace.take(room.chat_id, is_group=not room.is_private)
    message.change(world.clock.now(), content)
    room.touch()
    return world.record(message)


def _shown(content: Content) -> Content:
    return replace(content, reply_markup=content.reply_markup if content.keyboard else None)


def _edited(message: Message, call: Call) -> Content:
    before = message.content
    match call.method:
        case "editMessageText" if before.has_media:
            raise bad_request("there is no text in the message to edit")
        case "editMessageText":
            return text_content(call)
        case "editMessageCaption" if not before.has_media:
            raise bad_request("there is no caption in the message to edit")
        case "editMessageMedia":
            return media_content(call)
        case _:
            pass
    markup = call.record("reply_markup")
    changed = replace(before, keyboard=keyboard(markup), reply_markup=markup or None)
    if call.method == "editMessageReplyMarkup":
        return changed
    marked = caption(call, call.values)
    return replace(changed, text=marked.text, entities=marked.entities)


def delete(world: World, call: Call) -> bool:
    """Carry out deleteMessage."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    _delete(room, call.number("message_id"))
    return True


def delete_many(world: World, call: Call) -> bool:
    """Carry out deleteMessages, which passes over those that are not there."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    listed = call.values.get("message_ids")
    for message_id in listed if isinstance(listed, list) else []:
        if room.find(int(message_id)) is not None:
            _delete(room, int(message_id))
    return True


def _delete(room: Room, message_id: int) -> None:
    message = room.find(message_id)
    if message is None:
        raise bad_request("message to delete not found")
    if message.sender["id"] != BOT_ID and room.kind is not Kind.PRIVATE and room.bot != "administrator":
        raise bad_request("message can't be deleted")
    message.is_deleted = True
    room.touch()


def pin(world: World, call: Call) -> bool:
    """Carry out pinChatMessage and unpinChatMessage."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    message = room.find(call.number("message_id")) if "message_id" in call.values else _pinned(room)
    if message is None:
        raise bad_request(
            "message to pin not found" if call.method == "pinChatMessage" else "message to unpin not found"
        )
    if not room.is_private and room.bot != "administrator":
        raise bad_request("not enough rights to manage pinned messages in the chat")
    message.is_pinned = call.method == "pinChatMessage"
    room.touch()
    return True


def _pinned(room: Room) -> Message | None:
    return next((one for one in reversed(room.everything) if one.is_pinned), None)


def react(world: World, call: Call) -> bool:
    """Carry out setMessageReaction."""
    room = world.room(call.values.get("chat_id"))
    message = room.find(call.number("message_id"))
    if message is None:
        raise bad_request("message to react not found")
    world.reactions[room.chat_id, message.message_id] = [str(one.get("emoji")) for one in call.records("reaction")]
    return True
