"""Replies as Telegram would get them, and what it would refuse of them."""

import html
import re
from collections.abc import Iterator

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import html_text, plain_text
from adapters.chat.telegram.render.message import TelegramMessage, TelegramReply
from adapters.chat.telegram.render.renderer import render_reply
from bot.commands.reply.blocks import Reply
from bot.commands.reply.buttons import ButtonCodec
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

TAG = re.compile(r"<(/?)(b|i|pre|blockquote|tg-time)(?: expandable|(?<=tg-time) unix=\"\d+\" format=\"[dDtT]+\")?>")
MAX_IN_ROW = 8
MAX_ENTITIES = 100
MARKS = {"primary": "p", "success": "s", "danger": "d"}


async def drawn(reply: Reply) -> TelegramReply:
    """Draw a reply with what its buttons carry."""
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    return render_reply(reply, await ButtonCodec(shelf, shelf, clock).encode_buttons(reply, limits.PAYLOAD_BYTES))


def text_of(post: TelegramMessage) -> str:
    """Return the HTML of a message."""
    return html_text(post.text)


def rows(post: TelegramMessage) -> str:
    """Return the buttons as UX.md writes them."""
    return " / ".join(
        " ".join(f"[{key.text}]{MARKS.get(key.style or '', '')}" for key in row) for row in post.button_rows
    )


def refusals(post: TelegramMessage) -> Iterator[str]:
    """Yield what Telegram would refuse or change about a message."""
    source = html_text(post.text)
    source.encode()
    text = html.unescape(TAG.sub("", source))
    if "<" in TAG.sub("", source):
        yield f"a tag Telegram does not know: {source!r}"
    if text != plain_text(post.text):
        yield f"markup and plain text differ: {text!r}"
    yield from _text_refusals(post, text)
    yield from _tag_refusals(source)
    yield from _button_refusals(post)


def _text_refusals(post: TelegramMessage, text: str) -> Iterator[str]:
    if len(text.encode("utf-16-le")) // 2 > (limits.CAPTION if post.upload else limits.TEXT):
        yield "too long"
    if not text.strip() and post.upload is None:
        yield "empty"
    if text != text.lstrip():
        yield "blanks at the beginning"


def _tag_refusals(source: str) -> Iterator[str]:
    opened: list[str] = []
    count = 0
    for match in TAG.finditer(source):
        if not match[1]:
            opened.append(match[2])
            count += 1
        elif not opened or opened.pop() != match[2]:
            yield "tags do not match"
    if opened:
        yield f"tags are left open: {opened}"
    if count > MAX_ENTITIES:
        yield f"{count} entities"


def _button_refusals(post: TelegramMessage) -> Iterator[str]:
    for row in post.button_rows:
        if not 1 <= len(row) <= MAX_IN_ROW:
            yield f"{len(row)} buttons in a row"
        for key in row:
            if not key.text.strip():
                yield "a button without a label"
            if len(str(key.callback_data or "").encode()) > limits.PAYLOAD_BYTES:
                yield "a button carries too much"
            if sum(map(bool, (key.callback_data, key.url, key.copy_text))) != 1:
                yield "a button does nothing, or two things"
    if len(post.button_rows) > limits.ROWS:
        yield "too many rows"
