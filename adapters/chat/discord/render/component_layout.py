"""Layout of components: at most three buttons in a row and five rows; more become a list to choose from."""

from collections.abc import Mapping

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.components import (
    ANSWER_BUTTON_ID,
    FIELD_SELECT_ID,
    FORM_PAGE_BUTTON_ID,
    ID_SEPARATOR,
    ActionSelect,
    DiscordButton,
    DiscordButtonRow,
    DiscordComponentRow,
    FieldSelect,
)
from adapters.chat.discord.render.markdown import shorten_text
from adapters.chat.discord.render.sheet_page import can_be_listed, page_count
from adapters.chat.reply_parts import ELLIPSIS, balance_rows, convert_buttons, full_url
from bot.commands.reply.blocks import Button, ButtonStyle, FormChoices, Reply, Tone
from bot.commands.reply.replacement import message_tag
from bot.commands.reply.sheet import FormField, FormSheet

BUTTONS_PER_ROW = 3
SHORT_LABEL_LENGTH = 4
"""Labels up to this length, such as numbers and arrows, may stand five in a row."""
FORM_PREFIX = "form:"
ANSWER_LABEL = "Answer…"
NAVIGATION_BUTTONS = 2
"""Buttons at the end of a form's page: to the next step, and out of the form."""


def arrange_buttons(reply: Reply, payloads: Mapping[Button, str], page: int = 0) -> tuple[DiscordComponentRow, ...]:
    """Arrange the buttons of a reply, without those that have neither payload nor link.

    `page` is the page of the reply's sheet, if it has one, that is to be filled in next.
    """
    button_rows = convert_buttons(reply, lambda button: _discord_button(button, payloads))
    if reply.sheet and reply.sheet.select_fields:
        return _form_page(reply, reply.sheet, button_rows, page)
    if reply.subject_key.startswith(FORM_PREFIX) and any(isinstance(block, FormChoices) for block in reply.blocks):
        *before, last = button_rows or [()]
        button_rows = [*before, (*_modal_buttons(reply, page), *last)]
    rows = [part for row in button_rows for part in _split_row(row)]
    return tuple(rows) if len(rows) <= limits.ROWS else _condense_rows(button_rows)


def _discord_button(button: Button, payloads: Mapping[Button, str]) -> DiscordButton | None:
    label = shorten_text(button.label, limits.BUTTON_LABEL) or ELLIPSIS
    if button in payloads:
        return DiscordButton(label=label, payload=payloads[button], style=button.style)
    # Discord has no button that copies; what would be copied stands in the text.
    url = full_url(button.url)
    return DiscordButton(label=label, url=url) if url and len(url) <= limits.BUTTON_URL else None


def _modal_buttons(reply: Reply, page: int) -> DiscordButtonRow:
    """Return the buttons that open modals: for a form's fields, and for an answer in words."""
    modal_id = f"{ANSWER_BUTTON_ID}{message_tag(reply)}{reply.subject_key.removeprefix(FORM_PREFIX)}"
    answer = DiscordButton(label=ANSWER_LABEL, modal_id=modal_id)
    return (_page_button(reply, reply.sheet, page), answer) if reply.sheet and reply.sheet.fields else (answer,)


def _page_button(reply: Reply, sheet: FormSheet, page: int) -> DiscordButton:
    count = page_count(sheet)
    number = page if page < count else 0
    of_many = f" {number + 1} of {count}" if count > 1 else ""
    if reply.tone is Tone.ERROR and all(item.value for item in sheet.select_fields):
        label = "Fix"
    elif number:
        label = f"More,{of_many}"
    else:
        label = sheet.label or f"Fill in{of_many}"
    return DiscordButton(
        label=f"{shorten_text(label, limits.BUTTON_LABEL - 1)}…",
        modal_id=f"{FORM_PAGE_BUTTON_ID}{message_tag(reply)}{sheet.form_id}{ID_SEPARATOR}{number}",
        style=ButtonStyle.PRIMARY,
    )


def _form_page(
    reply: Reply, sheet: FormSheet, button_rows: list[DiscordButtonRow], page: int
) -> tuple[DiscordComponentRow, ...]:
    """Return a form's lists above one row of buttons: those that fix an error first, those that leave it last."""
    lists = tuple(row for row in (_field_select(reply, sheet, item) for item in sheet.select_fields) if row.choices)
    page_buttons = (_page_button(reply, sheet, page),) if sheet.fields else ()
    buttons = [item for row in button_rows for item in row]
    before, last = buttons[:-NAVIGATION_BUTTONS], buttons[-NAVIGATION_BUTTONS:]
    row = (*before[: limits.WIDEST_ROW - len(page_buttons) - len(last)], *page_buttons, *last)
    return (*lists[: limits.ROWS - 1], *([row] if row else []))


def _field_select(reply: Reply, sheet: FormSheet, item: FormField) -> FieldSelect:
    """Return a form's list with its first choices; the chosen one is always among them."""
    known = [choice for choice in dict.fromkeys(item.choices) if can_be_listed(choice)]
    most = limits.OPTIONS if len(known) <= limits.OPTIONS else limits.OPTIONS - 1
    shown = known[:most]
    if item.value in known[most:]:
        shown = [item.value, *shown[:-1]]
    return FieldSelect(
        custom_id=f"{FIELD_SELECT_ID}{message_tag(reply)}{sheet.form_id}{ID_SEPARATOR}{item.name}",
        label=item.label,
        choices=tuple(shown),
        selected=item.value,
        hidden_count=len(known) - len(shown),
    )


def _split_row(row: DiscordButtonRow) -> list[DiscordButtonRow]:
    is_short = all(not item.modal_id and len(item.label) <= SHORT_LABEL_LENGTH for item in row)
    return balance_rows(row, limits.WIDEST_ROW if is_short else BUTTONS_PER_ROW)


def _condense_rows(button_rows: list[DiscordButtonRow]) -> tuple[DiscordComponentRow, ...]:
    """Turn harmless buttons into lists; dangerous ones, links and the last row stay buttons."""
    *before, last = button_rows
    buttons = [item for row in before for item in row]
    listed = [item for item in buttons if item.payload and item.style is not ButtonStyle.DANGER]
    others = tuple(item for item in buttons if item not in listed)
    final = _split_row(last)[: limits.ROWS - 1]
    between = _split_row(others)[: limits.ROWS - 1 - len(final)] if others else []
    unique = tuple({item.payload: item for item in listed}.values())
    lists = [ActionSelect(unique[start : start + limits.OPTIONS]) for start in range(0, len(unique), limits.OPTIONS)]
    return (*lists[: limits.ROWS - len(between) - len(final)], *between, *final)
