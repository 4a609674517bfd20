"""The methods that ask and set things: who the bot is, its commands, chats, files, answers to presses."""

import json
import re

from tests.fakes.bot_api.calls import Call
from tests.fakes.bot_api.records import BOT, BOT_AS_SENDER, BOT_ID, file_record
from tests.fakes.bot_api.refusals import Json, bad_request, breach
from tests.fakes.bot_api.world import Popup, World, standing

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
MAX_COMMANDS = 100
ACTIONS = frozenset({"typing", "upload_photo", "upload_document"})
GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def get_me(world: World, call: Call) -> Json:
    """Carry out getMe."""
    return BOT


def set_commands(world: World, call: Call) -> bool:
    """Carry out setMyCommands."""
    commands = call.records("commands")
    if len(commands) > MAX_COMMANDS:
        raise breach("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not COMMAND.fullmatch(str(command["command"])):
            raise breach("BOT_COMMAND_INVALID")
        if not 1 <= len(str(command["description"])) <= 256:
            raise breach("BOT_COMMAND_DESCRIPTION_INVALID")
    scope = call.record("scope")
    if "chat_id" in scope:
        world.room(scope["chat_id"])
    world.commands[scope_key(call)] = commands
    return True


def get_commands(world: World, call: Call) -> list[Json]:
    """Carry out getMyCommands."""
    return world.commands.get(scope_key(call), [])


def delete_commands(world: World, call: Call) -> bool:
    """Carry out deleteMyCommands."""
    world.commands.pop(scope_key(call), None)
    return True


def scope_key(call: Call) -> str:
    """Return where commands are shown: `default`, `all_private_chats`, `chat 7` and so on."""
    scope = call.record("scope") or {"type": "default"}
    words = [scope["type"], scope.get("chat_id"), scope.get("user_id"), call.text("language_code") or None]
    return " ".join(str(word) for word in words if word is not None)


def get_chat(world: World, call: Call) -> Json:
    """Carry out getChat."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    return {
        **room.chat,
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(GIFTS, False),
    }


def get_member(world: World, call: Call) -> Json:
    """Carry out getChatMember."""
    room, user_id = world.room(call.values.get("chat_id")), call.number("user_id")
    room.check_open(0)
    if user_id == BOT_ID:
        return standing({"user": BOT_AS_SENDER}, room.bot)
    seen = next((one.sender for one in room.everything if one.sender["id"] == user_id), None)
    if seen is None:
        raise bad_request("PARTICIPANT_ID_INVALID")
    return standing({"user": seen}, "member")


def answer_press(world: World, call: Call) -> bool:
    """Carry out answerCallbackQuery: once, and not too late."""
    waiting = world.presses.get(call.text("callback_query_id"))
    if waiting is None or waiting.done():
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    waiting.set_result(Popup(call.text("text"), call.flag("show_alert")))
    return True


def act(world: World, call: Call) -> bool:
    """Carry out sendChatAction."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(call.number("message_thread_id"))
    if call.text("action") not in ACTIONS:
        raise breach("wrong parameter action in request")
    world.actions.append((room.chat_id, call.text("action")))
    return True


def webhook_info(world: World, call: Call) -> Json:
    """Carry out getWebhookInfo."""
    waiting = len(world.updates.pending)
    return {"url": world.updates.webhook, "has_custom_certificate": False, "pending_update_count": waiting}


def delete_webhook(world: World, call: Call) -> bool:
    """Carry out deleteWebhook."""
    world.updates.webhook = ""
    if call.flag("drop_pending_updates"):
        world.updates.pending.clear()
    return True


def get_file(world: World, call: Call) -> Json:
    """Carry out getFile."""
    file_id = call.text("file_id")
    if file_id not in world.files:
        raise bad_request("invalid file_id")
    return {**file_record(world.files[file_id]), "file_path": f"documents/{file_id}"}


def leave(world: World, call: Call) -> bool:
    """Carry out leaveChat."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    room.bot = "left"
    return True


def create_topic(world: World, call: Call) -> Json:
    """Carry out createForumTopic."""
    room = world.room(call.values.get("chat_id"))
    room.check_open(0)
    if not room.is_forum:
        raise bad_request("the chat is not a forum")
    if room.bot != "administrator":
        raise bad_request("not enough rights to create a topic")
    topic = world.next_id()
    room.topics.add(topic)
    room.names[topic] = call.text("name")
    return {"message_thread_id": topic, "name": call.text("name"), "icon_color": 7322096}


def edit_topic(world: World, call: Call) -> bool:
    """Carry out editForumTopic."""
    room, topic = world.room(call.values.get("chat_id")), call.number("message_thread_id")
    room.check_open(0)
    if topic not in room.topics:
        raise bad_request("TOPIC_ID_INVALID")
    room.names[topic] = call.text("name")
    return True


def set_menu(world: World, call: Call) -> bool:
    """Carry out setChatMenuButton."""
    world.commands["menu"] = [{"button": json.dumps(call.values.get("menu_button"))}]
    return True
