"""What a call wants to show, read with Telegram's limits: lengths, markup, keyboards, pictures."""

import re
import struct

from tests.fakes.bot_api.calls import Call
from tests.fakes.bot_api.markup import Marked, parse_html
from tests.fakes.bot_api.messages import Button, Content, Upload
from tests.fakes.bot_api.refusals import Json, breach
from tests.fakes.bot_api.utf16 import units

MAX_TEXT, MAX_CAPTION = 4096, 1024
MAX_BUTTONS, MAX_IN_ROW, MAX_ROWS = 100, 8, 100
MAX_ENTITIES = 100
ADDRESS = re.compile(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:[/?#:]\S*)?|tg://\S+|https?://\S+")
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8"


def text_content(call: Call) -> Content:
    """Read a text with its buttons."""
    marked = marked_text(call, "text", call.values)
    if not marked.text.strip():
        raise breach("message text is empty")
    if units(marked.text) > MAX_TEXT:
        raise breach("message is too long")
    return _content(call.record("reply_markup"), marked)


def photo_content(call: Call) -> Content:
    """Read a picture with its caption and its buttons."""
    picture = call.file("photo")
    check_picture(picture)
    return _content(call.record("reply_markup"), caption(call, call.values), picture=picture)


def document_content(call: Call) -> Content:
    """Read a file with its caption and its buttons."""
    return _content(call.record("reply_markup"), caption(call, call.values), document=call.file("document"))


def media_content(call: Call) -> Content:
    """Read a picture or a file that takes the place of another one."""
    media = call.record("media")
    upload = call.file("media", str(media.get("media", "")))
    marked = caption(call, media)
    if media.get("type") == "photo":
        check_picture(upload)
        return _content(call.record("reply_markup"), marked, picture=upload)
    return _content(call.record("reply_markup"), marked, document=upload)


def caption(call: Call, values: Json) -> Marked:
    """Read a caption."""
    marked = marked_text(call, "caption", values)
    if units(marked.text) > MAX_CAPTION:
        raise breach("message caption is too long")
    return marked


def marked_text(call: Call, name: str, values: Json) -> Marked:
    """Read a text in the parse mode that was asked for; Telegram takes blanks at both ends away."""
    source, mode = str(values.get(name, "")), str(values.get("parse_mode", ""))
    if mode not in {"", "HTML"}:
        raise breach(f"unsupported parse_mode {mode}: the fake reads HTML alone")
    marked = parse_html(source) if mode else Marked(source)
    if len(marked.entities) > MAX_ENTITIES:
        raise breach(f"{len(marked.entities)} entities: those after the first {MAX_ENTITIES} are lost")
    if marked.text.strip() and marked.text != marked.text.lstrip():
        raise breach("blanks at the beginning, which Telegram takes away")
    return Marked(marked.text.rstrip(), marked.entities)


def keyboard(markup: Json) -> tuple[tuple[Button, ...], ...]:
    """Read an inline keyboard."""
    rows = markup.get("inline_keyboard")
    if not isinstance(rows, list):
        return ()
    read = tuple(tuple(Button.read(button) for button in row) for row in rows)
    if sum(map(len, read)) > MAX_BUTTONS or len(read) > MAX_ROWS:
        raise breach("reply markup is too long")
    for row in read:
        if not 1 <= len(row) <= MAX_IN_ROW:
            raise breach(f"{len(row)} buttons in a row, expected 1 to {MAX_IN_ROW}")
        for button in row:
            _check_button(button)
    return read


def _check_button(button: Button) -> None:
    if not button.text.strip():
        raise breach("inline keyboard button text must be non-empty")
    acts = [bool(button.data), bool(button.url), bool(button.copied)]
    if sum(acts) != 1:
        raise breach("text buttons are unallowed in the inline keyboard")
    if len(button.data.encode()) > 64:
        raise breach("BUTTON_DATA_INVALID")
    if button.url and not ADDRESS.fullmatch(button.url):
        raise breach(f"inline keyboard button URL '{button.url}' is invalid: Wrong HTTP URL")
    if units(button.copied) > 256:
        raise breach("BUTTON_COPY_TEXT_INVALID")


def check_picture(picture: Upload) -> None:
    """Refuse what is no picture, or one of a shape that Telegram does not show."""
    if picture.content.startswith(PNG) and len(picture.content) >= 24:
        width, height = struct.unpack(">II", picture.content[16:24])
        if width + height > 10_000 or max(width, height) > 20 * min(width, height):
            raise breach("PHOTO_INVALID_DIMENSIONS")
    elif not picture.content.startswith(JPEG):
        raise breach("IMAGE_PROCESS_FAILED")


def _content(markup: Json, marked: Marked, *, picture: Upload | None = None, document: Upload | None = None) -> Content:
    return Content(
        text=marked.text,
        entities=marked.entities,
        keyboard=keyboard(markup),
        reply_markup=markup or None,
        picture=picture,
        document=document,
    )
