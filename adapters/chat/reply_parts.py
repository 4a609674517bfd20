"""Parts of replies that the gateways show alike: tables, links, rows of buttons, and texts of their own."""

from collections.abc import Callable
from typing import TypeVar

from bot.commands.reply.blocks import Actions, Button, FormChoices, KeyValues, Reply, Table
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines

NOT_SHOWN = "Failed: this answer cannot be shown here; the log says why. The command itself may have been done."
EXPIRED = "Refused: this button has expired. Send /bots for the current cards."
SENT_PRIVATELY = "Sent to you privately."
WARNING_SIGN = "⚠️ "
ELLIPSIS = "…"

T = TypeVar("T")


def draw_table(block: KeyValues | Table, cells: int) -> list[str]:
    """Return a table as lines of at most so many cells."""
    return pair_lines(block, cells) if isinstance(block, KeyValues) else table_lines(block, cells)


def full_url(url: str) -> str:
    """Return a button's link with its scheme."""
    return url if not url or "://" in url else f"https://{url}"


def convert_buttons(reply: Reply, convert: Callable[[Button], T | None]) -> list[tuple[T, ...]]:
    """Return the rows of a reply's buttons, without those that become None and without empty rows."""
    groups = (block for block in reply.blocks if isinstance(block, Actions | FormChoices))
    rows = (tuple(filter(None, map(convert, row))) for group in groups for row in group.rows)
    return [row for row in rows if row]


def balance_rows(buttons: tuple[T, ...], most_per_row: int) -> list[tuple[T, ...]]:
    """Split a row into as few as possible of at most `most_per_row` buttons each, longer ones first."""
    count = -(-len(buttons) // most_per_row)
    size, longer = divmod(len(buttons), count)
    ends = [size * (index + 1) + min(index + 1, longer) for index in range(count)]
    return [buttons[start:end] for start, end in zip([0, *ends], ends, strict=False)]
