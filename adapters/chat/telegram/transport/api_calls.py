"""The calls of the Bot API that show things, each with its deadline; errors stay the library's."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from telegram import Bot, InputMediaDocument, InputMediaPhoto, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from adapters.chat.telegram.render.address import Address
from adapters.chat.telegram.render.keyboard import markup_of
from adapters.chat.telegram.render.limits import CAPTION
from adapters.chat.telegram.render.markup import html_of, plain_of, timeless
from adapters.chat.telegram.render.message import Post, Upload
from adapters.chat.telegram.render.splitting import Pieces, fitted
from adapters.chat.telegram.transport.errors import MEDIA_LESS, NO_PICTURE, NOT_MODIFIED, TEXT_LESS, UNPARSABLE, says

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """Where a message goes and how."""

    to: Address
    answers: int | None = None
    is_silent: bool = False

    @property
    def reply_parameters(self) -> ReplyParameters | None:
        """Return what the message answers; it leaves also if that is gone."""
        if self.answers is None:
            return None
        return ReplyParameters(message_id=self.answers, allow_sending_without_reply=True)


async def send(bot: Bot, post: Post, way: Way) -> int:
    """Send one message; return its id. What Telegram takes for no picture goes as a file."""
    try:
        message = await _worded(post.pieces, lambda text, mode: _sent(bot, post, way, text, mode))
    except BadRequest as error:
        if post.upload is None or not says(error, *NO_PICTURE):
            raise
        return await send(bot, replace(post, upload=replace(post.upload, is_picture=False)), way)
    return message.message_id


async def edit(bot: Bot, to: Address, message_id: int, post: Post) -> None:
    """Change one message; one that is so already is no error."""
    try:
        await _worded(post.pieces, lambda text, mode: _edited(bot, to, message_id, post, (text, mode)))
    except BadRequest as error:
        if says(error, TEXT_LESS) and post.upload is None:
            await _edit_caption(bot, to, message_id, post)
        elif says(error, MEDIA_LESS) and post.upload is not None:
            await edit(bot, to, message_id, Post(pieces=post.pieces, rows=post.rows))
        elif not says(error, NOT_MODIFIED):
            raise


async def _edit_caption(bot: Bot, to: Address, message_id: int, post: Post) -> None:
    """Change the words below a picture, which stays."""
    pieces = fitted(post.pieces, CAPTION)

    async def call(text: str, mode: str | None) -> object:
        return await bot.edit_message_caption(
            chat_id=to.chat_id,
            message_id=message_id,
            caption=text,
            parse_mode=mode,
            reply_markup=markup_of(post.rows),
        )

    try:
        await _worded(pieces, call)
    except BadRequest as error:
        if not says(error, NOT_MODIFIED):
            raise


async def _worded(pieces: Pieces, call: Callable[[str, str | None], Awaitable[T]]) -> T:
    """Call with HTML; if Telegram cannot read it, without times, which older servers do not know; then bare."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        for source in dict.fromkeys((html_of(pieces), html_of(_timeless(pieces)))):
            try:
                return await call(source, ParseMode.HTML)
            except BadRequest as error:
                if not says(error, UNPARSABLE):
                    raise
        logger.warning("markup was not understood, sent without")
        return await call(plain_of(pieces), None)


def _timeless(pieces: Pieces) -> Pieces:
    return tuple(replace(piece, lines=tuple(map(timeless, piece.lines))) for piece in pieces)


async def _sent(bot: Bot, post: Post, way: Way, text: str, mode: str | None) -> Message:
    if post.upload is None:
        return await bot.send_message(
            way.to.chat_id,
            text,
            parse_mode=mode,
            message_thread_id=way.to.thread_id,
            reply_parameters=way.reply_parameters,
            disable_notification=way.is_silent,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup_of(post.rows),
        )
    send = bot.send_photo if post.upload.is_picture else bot.send_document
    return await send(
        way.to.chat_id,
        post.upload.content,
        filename=post.upload.filename,
        caption=text or None,
        parse_mode=mode,
        message_thread_id=way.to.thread_id,
        reply_parameters=way.reply_parameters,
        disable_notification=way.is_silent,
        reply_markup=markup_of(post.rows),
    )


async def _edited(bot: Bot, to: Address, message_id: int, post: Post, words: tuple[str, str | None]) -> object:
    text, mode = words
    markup = markup_of(post.rows)
    if post.upload is None:
        return await bot.edit_message_text(
            text,
            chat_id=to.chat_id,
            message_id=message_id,
            parse_mode=mode,
            link_preview_options=NO_PREVIEW,
            reply_markup=markup,
        )
    media = _media(post.upload, text, mode)
    return await bot.edit_message_media(media, chat_id=to.chat_id, message_id=message_id, reply_markup=markup)


def _media(upload: Upload, text: str, mode: str | None) -> InputMediaPhoto | InputMediaDocument:
    kind = InputMediaPhoto if upload.is_picture else InputMediaDocument
    return kind(upload.content, caption=text or None, parse_mode=mode, filename=upload.filename)
