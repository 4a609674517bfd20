"""HTML as Telegram reads it: plain text and entities, and its own complaints about what it cannot read."""

import re
from dataclasses import dataclass, field

from tests.fakes.bot_api.refusals import Json, breach
from tests.fakes.bot_api.utf16 import units

_TIME_FORMAT = re.compile("r|w?[dD]?[tT]?")
ENTITY_OF = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "code": "code", "pre": "pre",
    "a": "text_link", "blockquote": "blockquote", "tg-spoiler": "spoiler", "span": "spoiler",
    "tg-emoji": "custom_emoji", "tg-time": "date_time",
}  # fmt: skip
_CHARACTERS = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_END = re.compile(r"</([^\s>]*)\s*(>?)")
_START = re.compile(r"<([^\s>]*)")
_ATTRIBUTE = re.compile(r"\s*([^\s=>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"']+)))?\s*")


@dataclass(frozen=True, slots=True)
class Marked:
    """A text without markup, and the entities that stand on it."""

    text: str
    entities: tuple[Json, ...] = ()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int


@dataclass(slots=True)
class _Reader:
    source: str
    at: int = 0
    plain: str = ""
    opened: list[_Open] = field(default_factory=list)
    entities: list[Json] = field(default_factory=list)

    @property
    def byte(self) -> int:
        return len(self.source[: self.at].encode())

    def read(self) -> Marked:
        while self.at < len(self.source):
            self._step()
        if self.opened:
            raise _complaint(f"Can't find end tag corresponding to start tag {self.opened[-1].tag}")
        return Marked(self.plain, tuple(sorted(self.entities, key=_place)))

    def _step(self) -> None:
        reference = _REFERENCE.match(self.source, self.at)
        if reference is not None:
            self.plain += _character(reference)
            self.at = reference.end()
        elif self.source.startswith("</", self.at):
            self._close()
        elif self.source[self.at] == "<":
            self._open()
        else:
            self.plain += self.source[self.at]
            self.at += 1

    def _open(self) -> None:
        found = _START.match(self.source, self.at)
        tag = found.group(1).lower() if found else ""
        if found is None or found.end() == len(self.source):
            raise _complaint(f"Unclosed start tag at byte offset {self.byte}")
        if tag not in ENTITY_OF:
            raise _complaint(f'Unsupported start tag "{tag}" at byte offset {self.byte}')
        attributes, end = self._attributes(tag, found.end())
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            raise _complaint(f'Tag "span" must have class "tg-spoiler" at byte offset {self.byte}')
        self.opened.append(_Open(tag, attributes, units(self.plain)))
        self.at = end

    def _attributes(self, tag: str, at: int) -> tuple[dict[str, str], int]:
        attributes: dict[str, str] = {}
        while not self.source.startswith(">", at):
            found = _ATTRIBUTE.match(self.source, at)
            if ">" not in self.source[at:]:
                raise _complaint(f"Unclosed start tag at byte offset {self.byte}")
            if found is None:
                raise _complaint(f'Empty attribute name in the tag "{tag}" at byte offset {self.byte}')
            attributes[found.group(1).lower()] = next((text for text in found.groups()[1:] if text is not None), "")
            at = found.end()
        return attributes, at + 1

    def _close(self) -> None:
        if not self.opened:
            raise _complaint(f"Unexpected end tag at byte offset {self.byte}")
        found = _END.match(self.source, self.at)
        if found is None or not found.group(2):
            raise _complaint(f"Unclosed end tag at byte offset {self.byte}")
        begun, ended = self.opened.pop(), found.group(1).lower()
        if ended and ended != begun.tag:
            expected = f'expected "</{begun.tag}>", found "</{ended}>"'
            raise _complaint(f"Unmatched end tag at byte offset {self.byte}, {expected}")
        self.at = found.end()
        length = units(self.plain) - begun.offset
        if length:
            self.entities.append(_entity(begun, length))


def parse_html(source: str) -> Marked:
    """Read a text with tags."""
    return _Reader(source).read()


def _complaint(reason: str) -> Exception:
    return breach(f"can't parse entities: {reason}")


def _place(entity: Json) -> tuple[int, int]:
    return int(str(entity["offset"])), -int(str(entity["length"]))


def _character(reference: re.Match[str]) -> str:
    name, decimal, hexadecimal = reference.groups()
    if name:
        return _CHARACTERS[name]
    return chr(int(decimal) if decimal else int(hexadecimal, 16))


def _entity(begun: _Open, length: int) -> dict[str, object]:
    kind = ENTITY_OF[begun.tag]
    if kind == "blockquote" and "expandable" in begun.attributes:
        kind = "expandable_blockquote"
    entity: dict[str, object] = {"type": kind, "offset": begun.offset, "length": length}
    match kind:
        case "text_link":
            entity["url"] = begun.attributes.get("href", "")
        case "date_time":
            unix, written = begun.attributes.get("unix", ""), begun.attributes.get("format", "")
            if not unix.isdecimal() or not _TIME_FORMAT.fullmatch(written):
                raise _complaint(f"a time of {unix!r} in the format {written!r}")
            entity["unix_time"], entity["date_time_format"] = int(unix), written
        case _:
            pass
    return entity
