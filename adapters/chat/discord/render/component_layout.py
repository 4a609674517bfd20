"""Where buttons stand: at most three in a row and five rows; what is more becomes a list to pick from."""

from collections.abc import Mapping

from adapters.chat.button_rows import in_rows
from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shortened
from adapters.chat.discord.render.message import Ask, Choose, Fill, Link, Pick, Press, Row
from adapters.chat.discord.render.sheet_page import can_be_listed, page_count
from bot.commands.reply.blocks import Actions, Button, ButtonStyle, FormChoices, Reply, Tone
from bot.commands.reply.replacement import message_tag
from bot.commands.reply.sheet import FormField, FormSheet

A_ROW = 3
DIGITS = 4
"""Labels up to this length, such as numbers and arrows, may stand five in a row."""
FORM = "form:"
WAYS_ON = 2
"""At the end of a page of a form: on to what comes next, and out of it."""

Standing = Press | Link | Ask | Fill
Shelf = tuple[Standing, ...]


def arranged(reply: Reply, payloads: Mapping[Button, str], page: int = 0) -> tuple[Row, ...]:
    """Arrange the buttons of a reply; those that carry nothing and open nothing are left out.

    `page` is the one of its sheet, if it has one, that is to be filled in next.
    """
    shelves = [
        _shelf(row, payloads)
        for block in reply.blocks
        if isinstance(block, Actions | FormChoices)
        for row in block.rows
    ]
    shelves = [shelf for shelf in shelves if shelf]
    if reply.sheet and reply.sheet.select_fields:
        return _form_page(reply, reply.sheet, shelves, page)
    if reply.subject_key.startswith(FORM) and any(isinstance(block, FormChoices) for block in reply.blocks):
        shelves = _with_inputs(shelves, _inputs(reply, page))
    rows = [row for shelf in shelves for row in _in_rows(shelf)]
    if len(rows) <= limits.ROWS:
        return tuple(rows)
    return _condensed(shelves)


def _shelf(row: tuple[Button, ...], payloads: Mapping[Button, str]) -> Shelf:
    found = (_standing(button, payloads) for button in row)
    return tuple(item for item in found if item is not None)


def _standing(button: Button, payloads: Mapping[Button, str]) -> Standing | None:
    label = shortened(button.label, limits.BUTTON_LABEL) or "…"
    if button in payloads:
        return Press(label, payloads[button], button.style)
    if not button.url:
        # Discord has no button that copies; what would be copied stands in the text.
        return None
    url = button.url if "://" in button.url else f"https://{button.url}"
    return Link(label, url) if len(url) <= limits.BUTTON_URL else None


def _inputs(reply: Reply, page: int) -> Shelf:
    """Return what opens modals: for all fields of a form, and for the answer to its question in words."""
    form_id, tag, sheet = reply.subject_key.removeprefix(FORM), str(message_tag(reply)), reply.sheet
    if sheet is None or not sheet.fields:
        return (Ask(form_id, tag),)
    return _fill(reply, sheet, page), Ask(form_id, tag)


def _fill(reply: Reply, sheet: FormSheet, page: int) -> Fill:
    """Return what opens the page of a sheet that comes next."""
    count = page_count(sheet)
    number = page if page < count else 0
    of_many = f" {number + 1} of {count}" if count > 1 else ""
    if reply.tone is Tone.ERROR and all(item.value for item in sheet.select_fields):
        label = "Fix"
    elif number:
        label = f"More,{of_many}"
    else:
        label = sheet.label or f"Fill in{of_many}"
    return Fill(f"{shortened(label, limits.BUTTON_LABEL - 1)}…", sheet.form_id, str(message_tag(reply)), number)


def _form_page(reply: Reply, sheet: FormSheet, shelves: list[Shelf], page: int) -> tuple[Row, ...]:
    """Put the lists of a form above one row of buttons: what mends an error first, the way out last."""
    lists = tuple(row for row in (_choose(reply, sheet, item) for item in sheet.select_fields) if row.choices)
    fill = (_fill(reply, sheet, page),) if sheet.fields else ()
    standing = [item for shelf in shelves for item in shelf]
    before, last = standing[:-WAYS_ON], standing[-WAYS_ON:]
    row = (*before[: limits.WIDEST_ROW - len(fill) - len(last)], *fill, *last)
    return (*lists[: limits.ROWS - 1], *([row] if row else []))


def _choose(reply: Reply, sheet: FormSheet, item: FormField) -> Choose:
    """Return a list with its likeliest choices; what was chosen is always one of them."""
    known = [choice for choice in dict.fromkeys(item.choices) if can_be_listed(choice)]
    most = limits.OPTIONS if len(known) <= limits.OPTIONS else limits.OPTIONS - 1
    shown = known[:most]
    if item.value in known[most:]:
        shown = [item.value, *shown[:-1]]
    return Choose(
        form_id=sheet.form_id,
        tag=str(message_tag(reply)),
        name=item.name,
        label=item.label,
        choices=tuple(shown),
        chosen=item.value,
        rest=len(known) - len(shown),
    )


def _with_inputs(shelves: list[Shelf], inputs: Shelf) -> list[Shelf]:
    """Put the ways to answer in words beside Back and Cancel."""
    return [*shelves[:-1], (*inputs, *shelves[-1])] if shelves else [inputs]


def _in_rows(shelf: Shelf) -> list[Shelf]:
    is_digits = all(not isinstance(item, Ask | Fill) and len(item.label) <= DIGITS for item in shelf)
    return in_rows(shelf, limits.WIDEST_ROW if is_digits else A_ROW)


def _condensed(shelves: list[Shelf]) -> tuple[Row, ...]:
    """Make lists of what can be picked from; dangerous acts, links and the last row stay buttons."""
    *before, last = shelves
    listed = [item for shelf in before for item in shelf if isinstance(item, Press) and _is_harmless(item)]
    others = tuple(item for shelf in before for item in shelf if item not in listed)
    final = _in_rows(last)[: limits.ROWS - 1]
    between = _in_rows(others)[: limits.ROWS - 1 - len(final)] if others else []
    unique = tuple({item.payload: item for item in listed}.values())
    lists = [Pick(unique[start : start + limits.OPTIONS]) for start in range(0, len(unique), limits.OPTIONS)]
    return (*lists[: limits.ROWS - len(between) - len(final)], *between, *final)


def _is_harmless(press: Press) -> bool:
    return press.meaning is not ButtonStyle.DANGER
