"""Calls of the Bot API that send and change messages, each with a deadline; errors stay the library's."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypedDict, TypeVar

from telegram import (
    Bot,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest

from adapters.chat.telegram.render.limits import CAPTION
from adapters.chat.telegram.render.markup import TelegramText, html_text, plain_text
from adapters.chat.telegram.render.message import TelegramMessage, fit_text
from adapters.chat.telegram.transport.errors import (
    INVALID_PICTURE,
    NO_MEDIA,
    NO_TEXT,
    NOT_MODIFIED,
    UNPARSABLE,
    has_error_text,
)
from adapters.chat.telegram.transport.request_mapping import TelegramAddress

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
"""Deadline of one call; a fallback, such as a file instead of a picture, has its own."""
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")
MarkupCall = Callable[[str, str | None], Awaitable[T]]
"""A call with a text and the mode in which it is parsed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions:
    """Address and options of a message."""

    address: TelegramAddress
    reply_to: int | None = None
    is_silent: bool = False


class _SendArguments(TypedDict):
    message_thread_id: int | None
    reply_parameters: ReplyParameters | None
    disable_notification: bool
    reply_markup: InlineKeyboardMarkup | None


class _EditArguments(TypedDict):
    chat_id: int
    message_id: int
    reply_markup: InlineKeyboardMarkup | None


async def send_message(bot: Bot, outgoing: TelegramMessage, options: SendOptions) -> int:
    """Send one message and return its id; a picture that Telegram refuses is sent as a file."""
    upload, chat_id = outgoing.upload, options.address.chat_id
    arguments = _send_arguments(outgoing, options)

    async def send(text: str, mode: str | None) -> Message:
        if upload is None:
            return await bot.send_message(chat_id, text, parse_mode=mode, link_preview_options=NO_PREVIEW, **arguments)
        send_file = bot.send_photo if upload.is_picture else bot.send_document
        return await send_file(
            chat_id, upload.content, caption=text or None, filename=upload.filename, parse_mode=mode, **arguments
        )

    try:
        return (await _call_with_markup(outgoing.text, send)).message_id
    except BadRequest as error:
        if upload is None or not has_error_text(error, *INVALID_PICTURE):
            raise
        return await send_message(bot, replace(outgoing, upload=replace(upload, is_picture=False)), options)


async def edit_message(bot: Bot, address: TelegramAddress, message_id: int, outgoing: TelegramMessage) -> None:
    """Change one message; an unchanged one is no error."""
    upload = outgoing.upload
    arguments = _EditArguments(chat_id=address.chat_id, message_id=message_id, reply_markup=outgoing.keyboard)

    async def edit_text(text: str, mode: str | None) -> object:
        return await bot.edit_message_text(text, parse_mode=mode, link_preview_options=NO_PREVIEW, **arguments)

    async def edit_caption(text: str, mode: str | None) -> object:
        return await bot.edit_message_caption(caption=text, parse_mode=mode, **arguments)

    async def edit(text: str, mode: str | None) -> object:
        if upload is None:
            return await edit_text(text, mode)
        kind = InputMediaPhoto if upload.is_picture else InputMediaDocument
        media = kind(upload.content, caption=text or None, parse_mode=mode, filename=upload.filename)
        return await bot.edit_message_media(media, **arguments)

    try:
        await _change(outgoing.text, edit)
    except BadRequest as error:
        if upload is None and has_error_text(error, NO_TEXT):
            # A picture, which stays.
            await _change(fit_text(outgoing.text, CAPTION), edit_caption)
        elif upload is not None and has_error_text(error, NO_MEDIA):
            await _change(outgoing.text, edit_text)
        else:
            raise


def _send_arguments(outgoing: TelegramMessage, options: SendOptions) -> _SendArguments:
    # A reply to a message that was deleted meanwhile is sent all the same.
    reply_to = ReplyParameters(options.reply_to, allow_sending_without_reply=True) if options.reply_to else None
    return _SendArguments(
        message_thread_id=options.address.thread_id,
        reply_parameters=reply_to,
        disable_notification=options.is_silent,
        reply_markup=outgoing.keyboard,
    )


async def _change(lines: TelegramText, call: MarkupCall[object]) -> None:
    try:
        await _call_with_markup(lines, call)
    except BadRequest as error:
        if not has_error_text(error, NOT_MODIFIED):
            raise


async def _call_with_markup(lines: TelegramText, call: MarkupCall[T]) -> T:
    """Call with HTML; if Telegram cannot parse it, without times, which older servers do not know; then plain."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        for source in dict.fromkeys((html_text(lines), html_text(line.without_times() for line in lines))):
            try:
                return await call(source, ParseMode.HTML)
            except BadRequest as error:
                if not has_error_text(error, UNPARSABLE):
                    raise
        logger.warning("markup was not understood, sent without")
        return await call(plain_text(lines), None)
