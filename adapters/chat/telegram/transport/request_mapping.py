"""Mapping of updates to requests, and addresses of chats: `123`, or `-100123:77` for a topic of a group."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from telegram import CallbackQuery, Chat, Message, User
from telegram.constants import ChatType

from adapters.chat.telegram.transport.callback_answer import CallbackAnswer
from bot.commands.reply.replacement import MessageTag
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError

PLATFORM = "telegram"
_ADDRESS = re.compile(r"(-?\d{1,20})(?::(\d{1,20}))?", re.ASCII)
_COMMAND_FOR = re.compile(r"(/[A-Za-z0-9_]+)@([A-Za-z0-9_]+)(?=\s|$)", re.ASCII)


@dataclass(frozen=True, slots=True)
class TelegramAddress:
    """A chat, or a topic in it."""

    chat_id: int
    thread_id: int | None = None

    def __str__(self) -> str:
        return f"{self.chat_id}" if self.thread_id is None else f"{self.chat_id}:{self.thread_id}"

    @property
    def is_private(self) -> bool:
        """Return whether this is a private chat: groups and channels have negative ids."""
        return self.chat_id > 0


def parse_address(text: str) -> TelegramAddress:
    """Parse an address; raise DeliveryError for anything else."""
    match = _ADDRESS.fullmatch(text)
    if match is None:
        raise DeliveryError(f"an id is expected for a chat of Telegram, found {text[:20]!r}", is_permanent=True)
    return TelegramAddress(int(match[1]), int(match[2]) if match[2] else None)


def parse_message_id(text: str) -> int:
    """Parse the id of a message; raise DeliveryError for anything else."""
    if not (text.isascii() and text.isdecimal()):
        raise DeliveryError(f"a number is expected for a message of Telegram, found {text[:20]!r}", is_permanent=True)
    return int(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedUpdate:
    """An update's id, and the time since which it may have waited: before that everything was fetched."""

    update_id: str
    waiting_since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestOrigin:
    """A request with its message: the one that was sent, or the one whose button was pressed.

    For a press, there are the tag of that message and the answer to the press.
    """

    request: Request
    message_id: int
    pressed_tag: MessageTag | None = None
    callback_answer: CallbackAnswer | None = None

    @property
    def queue_key(self) -> str:
        """Return the key of the queue: the user's, or the chat's where senders have no identity."""
        return self.request.platform_id or f"chat {self.request.chat}"

    async def show_popup(self, text: str) -> bool:
        """Answer the press with a pop-up; return whether there was one to answer, and it was shown."""
        return self.callback_answer is not None and await self.callback_answer.show_popup(text)

    def without_press(self) -> "RequestOrigin":
        """Return the origin for a reply that is a message of its own."""
        return replace(self, pressed_tag=None, callback_answer=None)


def message_origin(message: Message, received: ReceivedUpdate, bot_name: str) -> RequestOrigin | None:
    """Return the request of a message, None if it is not for us; `bot_name` is our user name."""
    text = _strip_bot_name(message.text or message.caption or "", bot_name)
    is_private = message.chat.type == ChatType.PRIVATE
    if not text or not (is_private or text.startswith("/") or _is_reply_to_bot(message, bot_name)):
        return None
    sender = None if message.sender_chat else message.from_user
    # Telegram's clock and ours may differ: what was sent before everything was fetched would have been fetched, too.
    sent_at = max(message.date, received.waiting_since)
    origin = _request_origin(message.chat, message, sender, text, received)
    return replace(origin, request=replace(origin.request, sent_at=sent_at, is_sending_time_exact=True))


def callback_origin(query: CallbackQuery, received: ReceivedUpdate) -> RequestOrigin | None:
    """Return the request of a press, None if its message is in no chat."""
    if query.message is None:
        return None
    message = query.message if isinstance(query.message, Message) else None
    origin = _request_origin(query.message.chat, message, query.from_user, "", received, is_button_press=True)
    return replace(origin, message_id=query.message.message_id)


def _request_origin(
    chat: Chat,
    message: Message | None,
    sender: User | None,
    text: str,
    received: ReceivedUpdate,
    *,
    is_button_press: bool = False,
) -> RequestOrigin:
    has_topic = message is not None and bool(message.is_topic_message)
    is_private = chat.type == ChatType.PRIVATE
    thread = message.message_thread_id if message is not None and has_topic and not is_private else None
    request = Request(
        platform=PLATFORM,
        platform_id=str(sender.id) if sender is not None and not sender.is_bot else "",
        chat=str(TelegramAddress(chat.id, thread)),
        text=text,
        display_name=sender.full_name if sender is not None else "",
        chat_title=chat.title or "",
        is_private=is_private,
        is_button_press=is_button_press,
        topic_parent=str(chat.id) if chat.is_forum and not is_private else "",
        update_id=received.update_id,
        # A press has no date of its own.
        sent_at=received.waiting_since,
        is_sending_time_exact=False,
    )
    return RequestOrigin(request=request, message_id=message.message_id if message is not None else 0)


def _strip_bot_name(text: str, bot_name: str) -> str:
    """Return a text without our name behind its command, an empty one if it names another bot."""
    match = _COMMAND_FOR.match(text)
    if match is None:
        return text
    return match[1] + text[match.end() :] if match[2].casefold() == bot_name.casefold() else ""


def _is_reply_to_bot(message: Message, bot_name: str) -> bool:
    replied_to = message.reply_to_message
    author = replied_to.from_user if replied_to is not None else None
    return author is not None and (author.username or "").casefold() == bot_name.casefold()
