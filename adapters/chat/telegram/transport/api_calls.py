"""Calls of the Bot API that send and change messages, each with a deadline; errors stay the library's."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import Bot, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from adapters.chat.telegram.render.address import TelegramAddress
from adapters.chat.telegram.render.keyboard import inline_keyboard
from adapters.chat.telegram.render.limits import CAPTION
from adapters.chat.telegram.render.markup import html_text, plain_text, strip_times
from adapters.chat.telegram.render.message import TelegramMessage, TelegramUpload
from adapters.chat.telegram.render.splitting import TextBlocks, fit_text_blocks
from adapters.chat.telegram.transport.errors import (
    INVALID_PICTURE,
    NO_MEDIA,
    NO_TEXT,
    NOT_MODIFIED,
    UNPARSABLE,
    has_error_text,
)

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class SendOptions:
    """Address and options of a message."""

    address: TelegramAddress
    reply_to: int | None = None
    is_silent: bool = False

    @property
    def reply_parameters(self) -> ReplyParameters | None:
        """Return the reference to the message this one replies to; it is sent even if that was deleted."""
        if self.reply_to is None:
            return None
        return ReplyParameters(message_id=self.reply_to, allow_sending_without_reply=True)


async def send_message(bot: Bot, outgoing: TelegramMessage, options: SendOptions) -> int:
    """Send one message and return its id; a picture that Telegram refuses is sent as a file."""
    try:
        message = await _call_with_markup(
            outgoing.text_blocks, lambda text, mode: _call_send(bot, outgoing, options, text, mode)
        )
    except BadRequest as error:
        if outgoing.upload is None or not has_error_text(error, *INVALID_PICTURE):
            raise
        return await send_message(bot, replace(outgoing, upload=replace(outgoing.upload, is_picture=False)), options)
    return message.message_id


async def edit_message(bot: Bot, address: TelegramAddress, message_id: int, outgoing: TelegramMessage) -> None:
    """Change one message; an unchanged one is no error."""
    try:
        await _call_with_markup(
            outgoing.text_blocks, lambda text, mode: _call_edit(bot, address, message_id, outgoing, (text, mode))
        )
    except BadRequest as error:
        if has_error_text(error, NO_TEXT) and outgoing.upload is None:
            await _edit_caption(bot, address, message_id, outgoing)
        elif has_error_text(error, NO_MEDIA) and outgoing.upload is not None:
            await edit_message(
                bot,
                address,
                message_id,
                TelegramMessage(text_blocks=outgoing.text_blocks, button_rows=outgoing.button_rows),
            )
        elif not has_error_text(error, NOT_MODIFIED):
            raise


async def _edit_caption(bot: Bot, address: TelegramAddress, message_id: int, outgoing: TelegramMessage) -> None:
    """Change the caption of a picture, which stays."""
    text_blocks = fit_text_blocks(outgoing.text_blocks, CAPTION)

    async def call(text: str, mode: str | None) -> object:
        return await bot.edit_message_caption(
            chat_id=address.chat_id,
            message_id=message_id,
            caption=text,
            parse_mode=mode,
            reply_markup=inline_keyboard(outgoing.button_rows),
        )

    try:
        await _call_with_markup(text_blocks, call)
    except BadRequest as error:
        if not has_error_text(error, NOT_MODIFIED):
            raise


async def _call_with_markup(text_blocks: TextBlocks, call: Callable[[str, str | None], Awaitable[T]]) -> T:
    """Call with HTML; if Telegram cannot parse it, without times, which older servers do not know; then plain."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        for source in dict.fromkeys((html_text(text_blocks), html_text(_strip_times(text_blocks)))):
            try:
                return await call(source, ParseMode.HTML)
            except BadRequest as error:
                if not has_error_text(error, UNPARSABLE):
                    raise
        logger.warning("markup was not understood, sent without")
        return await call(plain_text(text_blocks), None)


def _strip_times(text_blocks: TextBlocks) -> TextBlocks:
    return tuple(replace(block, lines=tuple(map(strip_times, block.lines))) for block in text_blocks)


async def _call_send(bot: Bot, outgoing: TelegramMessage, options: SendOptions, text: str, mode: str | None) -> Message:
    if outgoing.upload is None:
        return await bot.send_message(
            options.address.chat_id,
            text,
            parse_mode=mode,
            message_thread_id=options.address.thread_id,
            reply_parameters=options.reply_parameters,
            disable_notification=options.is_silent,
            link_preview_options=NO_PREVIEW,
            reply_markup=inline_keyboard(outgoing.button_rows),
        )
    send = bot.send_photo if outgoing.upload.is_picture else bot.send_document
    return await send(
        options.address.chat_id,
        outgoing.upload.content,
        filename=outgoing.upload.filename,
        caption=text or None,
        parse_mode=mode,
        message_thread_id=options.address.thread_id,
        reply_parameters=options.reply_parameters,
        disable_notification=options.is_silent,
        reply_markup=inline_keyboard(outgoing.button_rows),
    )


async def _call_edit(
    bot: Bot,
    address: TelegramAddress,
    message_id: int,
    outgoing: TelegramMessage,
    text_and_mode: tuple[str, str | None],
) -> object:
    text, mode = text_and_mode
    markup = inline_keyboard(outgoing.button_rows)
    if outgoing.upload is None:
        return await bot.edit_message_text(
            text,
            chat_id=address.chat_id,
            message_id=message_id,
            parse_mode=mode,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
        )
    media = _media(outgoing.upload, text, mode)
    return await bot.edit_message_media(media, chat_id=address.chat_id, message_id=message_id, reply_markup=markup)


def _media(upload: TelegramUpload, text: str, mode: str | None) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if upload.is_picture else InputMediaDocument
    return kind(upload.content, caption=text or None, parse_mode=mode, filename=upload.filename)
