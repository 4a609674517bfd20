"""Blocks of replies: frozen data that every gateway renders in its own way."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeVar

from bot.commands.reply.inline_time import RichText, join_text, plain_text
from bot.commands.reply.sheet import FormSheet
from bot.domain.market import Mode

T = TypeVar("T")
SEPARATOR = " · "


class ButtonStyle(StrEnum):
    """Meaning of a button; gateways choose its colour."""

    PRIMARY = "primary"
    SUCCESS = "success"
    DANGER = "danger"
    NONE = "none"


class Tone(StrEnum):
    """Tone of a reply; gateways choose its colour."""

    INFORMATION = "information"
    SUCCESS = "good"
    WARNING = "look"
    ERROR = "bad"
    NEUTRAL = "neutral"


class LiveMode(StrEnum):
    """Whether a reply stays live: as long as its kind does, permanently and pinned, or no longer."""

    DEFAULT = "usual"
    PINNED = "for good"
    UNPINNED = "ended"


class Align(StrEnum):
    """Alignment of a column's cells."""

    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Headline:
    """Line 1, complete without the rest: symbol, bot or subject, mode, text."""

    content: RichText
    symbol: str = ""
    name: str = ""
    mode: Mode | None = None

    @property
    def text(self) -> str:
        """Return the text after symbol, name and mode, without markup."""
        return plain_text(self.content)

    @property
    def line(self) -> RichText:
        before = [part for part in (self.name, self.mode.value if self.mode else "") if part]
        start = SEPARATOR.join([*before, ""]) if self.content else SEPARATOR.join(before)
        return join_text(f"{self.symbol} " if self.symbol else "", start, self.content)

    @property
    def plain_text(self) -> str:
        """Return the line without markup, with times in the reader's zone."""
        return plain_text(self.line)

    def with_suffix(self, *pieces: RichText) -> "Headline":
        return replace(self, content=join_text(self.content, *pieces))


@dataclass(frozen=True, slots=True)
class Text:
    """A short paragraph, or several lines."""

    content: RichText

    @property
    def text(self) -> str:
        return plain_text(self.content)


@dataclass(frozen=True, slots=True)
class WarningText:
    """A warning; gateways put the symbol before it."""

    content: RichText

    @property
    def text(self) -> str:
        return plain_text(self.content)


@dataclass(frozen=True, slots=True)
class KeyValues:
    """Rows of a label at the left and one or two values at the right."""

    rows: tuple[tuple[RichText, ...], ...]

    @property
    def cell_texts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(plain_text, row)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column; of those that do not fit the one with the highest `priority` goes first, 0 never goes.

    Where a row needs several lines, columns with the same `line` stay together. `is_prose` marks sentences, which may
    be wrapped there.
    """

    title: str
    align: Align = Align.LEFT
    priority: int = 0
    line: int = 1
    is_prose: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under columns."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[RichText, ...], ...]

    @property
    def cell_texts(self) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(map(plain_text, row)) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Image:
    """A PNG picture; `caption` gives its figures in words, `title` says what it shows to whoever does not see it.

    One that `shows_amounts` is left out where they are hidden.
    """

    png: bytes = field(repr=False)
    caption: RichText
    filename: str
    shows_amounts: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A file; one that `shows_amounts` is left out where they are hidden."""

    content: bytes = field(repr=False)
    filename: str
    caption: RichText = ""
    shows_amounts: bool = True


@dataclass(frozen=True, slots=True)
class Button:
    """A command line on a button; it names bots by id (`#id`), so a rename breaks nothing.

    Instead of a command a button may open `url` or copy `copy_text`. `typed_command` is the command as a person would
    type it. One that `carries_amounts` is left out where they are hidden: `amount_button` makes it.
    """

    label: str
    command: str
    style: ButtonStyle = ButtonStyle.NONE
    url: str = ""
    copy_text: str = ""
    typed_command: str = ""
    carries_amounts: bool = False


KeyboardRow = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Actions:
    """Next steps as rows of buttons, the sensible one first."""

    rows: tuple[KeyboardRow, ...]

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class FormChoices:
    """Suggested answers to a form as rows of buttons; they can also be typed, or counted where `takes_numbers`."""

    rows: tuple[KeyboardRow, ...]
    takes_numbers: bool = False

    @property
    def buttons(self) -> tuple[Button, ...]:
        return tuple(button for row in self.rows for button in row)


@dataclass(frozen=True, slots=True)
class Footer:
    """The last line: page, reference, freshness; `as_of` is the time of rendering, `is_live` marks a live message."""

    text: RichText
    as_of: str = ""
    is_live: bool = False

    @property
    def line(self) -> str:
        freshness = f"{'live,' if self.is_live else 'as of'} {self.as_of}" if self.as_of else ""
        return SEPARATOR.join(part for part in (plain_text(self.text), freshness) if part)


Block = Headline | Text | WarningText | KeyValues | Table | Image | Document | Actions | FormChoices | Footer


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a request, or a notification.

    `subject_key` names what it shows (`bot:ID`, `order:ID`, `form:ID`), so that a gateway can change that
    subject's message instead of sending another; `is_private` keeps it out of groups; `is_request_secret`
    asks to delete the request's message, which held a code or key; `sheet` are the fields of an open form
    that may be answered together.
    """

    blocks: tuple[Block, ...]
    tone: Tone = Tone.INFORMATION
    subject_key: str = ""
    is_private: bool = False
    is_request_secret: bool = False
    sheet: FormSheet | None = None
    live_mode: LiveMode = LiveMode.DEFAULT

    @property
    def headline(self) -> str:
        """Return line 1 as plain text."""
        for block in self.blocks:
            if isinstance(block, Headline):
                return block.plain_text
            if isinstance(block, Text):
                return block.text
        return ""

    @property
    def buttons(self) -> tuple[Button, ...]:
        groups = (block.buttons for block in self.blocks if isinstance(block, Actions | FormChoices))
        return tuple(button for group in groups for button in group)


Columns = tuple[tuple[Column, Callable[[T], RichText]], ...]
"""The columns of a table, each with its cell of a row."""


def build_table(columns: Columns[T], rows: Iterable[T]) -> Table:
    return Table(tuple(column for column, _ in columns), tuple(tuple(cell(row) for _, cell in columns) for row in rows))


def build_reply(*blocks: Block | None, tone: Tone = Tone.INFORMATION, subject_key: str = "") -> Reply:
    """Return a reply of the blocks that are not None."""
    return Reply(blocks=tuple(block for block in blocks if block is not None), tone=tone, subject_key=subject_key)


def sentence_reply(line: RichText | Headline, *actions: Button, tone: Tone = Tone.INFORMATION) -> Reply:
    """Return a reply of one line and a row of buttons."""
    return build_reply(line if isinstance(line, Headline) else Headline(line), button_row(*actions), tone=tone)


def button_row(*buttons: Button) -> Actions | None:
    """Return buttons as one row, None without any."""
    return Actions((buttons,)) if buttons else None


def fill_rows(buttons: Sequence[Button], per_row: int) -> Actions:
    """Return buttons in rows of `per_row`."""
    starts = range(0, len(buttons), per_row)
    return Actions(tuple(tuple(buttons[start : start + per_row]) for start in starts))


def button_rows(*rows: tuple[Button, ...]) -> Actions | None:
    """Return rows of buttons without the empty ones, None without any."""
    kept = tuple(row for row in rows if row)
    return Actions(kept) if kept else None
