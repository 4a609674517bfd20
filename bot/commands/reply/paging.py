"""Pages of lists, and the buttons between them."""

from dataclasses import dataclass

from bot.commands.reply.blocks import Button
from bot.ports.storage import Page

BEFORE, AFTER = "\u2039", "\u203a"


@dataclass(frozen=True, slots=True)
class TablePage:
    """A page of a list of `total` rows; a page after the last one is the last one."""

    requested_number: int
    limit: int
    total: int

    @property
    def last_number(self) -> int:
        return max(-(-self.total // self.limit), 1)

    @property
    def number(self) -> int:
        return min(self.requested_number, self.last_number)

    @property
    def page(self) -> Page:
        return Page(limit=self.limit, offset=(self.number - 1) * self.limit)

    @property
    def label(self) -> str:
        """Return `page 1 of 2`."""
        return f"page {self.number} of {self.last_number}"

    def buttons(self, command: str) -> tuple[Button, ...]:
        """Return the buttons to other pages, none for a single page."""
        return page_buttons(command, self.number, self.last_number)


def page_buttons(command: str, number: int, last: int | None = None, *, has_more: bool = False) -> tuple[Button, ...]:
    """Return the buttons to other pages, none for a single page.

    Without `last` the pages were not counted, and `has_more` says whether another one follows.
    """
    here = () if last in (None, 1) else (Button(f"{number}/{last}", f"{command} page={number}"),)
    before = (Button(BEFORE, f"{command} page={number - 1}"),) if number > 1 else ()
    has_next = has_more if last is None else number < last
    after = (Button(AFTER, f"{command} page={number + 1}"),) if has_next else ()
    return (*before, *here, *after)
