"""Pressed items: buttons and lists recognised by their ids, also after a restart; nothing is stored of them."""

import re
from collections.abc import Mapping

from adapters.chat.discord.interactions.inputs import ModalInputs
from adapters.chat.discord.interactions.interaction_handler import InteractionHandler
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render.components import (
    ACTION_BUTTON_ID,
    ACTION_SELECT_ID,
    ANSWER_BUTTON_ID,
    FIELD_SELECT_ID,
    FORM_PAGE_BUTTON_ID,
    ID_SEPARATOR,
)

_FORM = r"(?P<tag>.{3})(?P<form_id>[a-z0-9]+)"
_PATTERNS = {
    ACTION_BUTTON_ID: re.compile(r"[0-9a-z](?P<payload>.+)", re.DOTALL),
    ACTION_SELECT_ID: re.compile(r"[0-9a-z]"),
    ANSWER_BUTTON_ID: re.compile(_FORM, re.DOTALL),
    FORM_PAGE_BUTTON_ID: re.compile(rf"{_FORM}{ID_SEPARATOR}(?P<page>[0-9]{{1,2}})", re.DOTALL),
    FIELD_SELECT_ID: re.compile(rf"{_FORM}{ID_SEPARATOR}(?P<name>[a-z][a-z0-9_]*)", re.DOTALL),
}


async def handle_pressed_item(interaction: Interaction, handler: InteractionHandler, inputs: ModalInputs) -> None:
    """Handle a pressed button or a choice in a list; say that one with an unknown id is expired."""
    data: Mapping[str, object] = dict(interaction.data or {})
    custom_id, values = str(data.get("custom_id", "")), data.get("values")
    chosen = str(values[0]) if isinstance(values, list) and values else ""
    kind = custom_id[:1]
    found = _PATTERNS[kind].fullmatch(custom_id, 1) if kind in _PATTERNS else None
    if found is None:
        await handler.answer_expired_button(interaction)
        return
    fields = found.groupdict()
    match kind:
        case str() if kind == ACTION_BUTTON_ID:
            await handler.handle_press(interaction, fields["payload"])
        case str() if kind == ACTION_SELECT_ID:
            await handler.handle_press(interaction, chosen)
        case str() if kind == ANSWER_BUTTON_ID:
            await inputs.open_answer_modal(interaction, fields["tag"], fields["form_id"])
        case str() if kind == FORM_PAGE_BUTTON_ID:
            await inputs.open_page_modal(interaction, fields["tag"], fields["form_id"], int(fields["page"]))
        case _:
            await inputs.handle_choice(interaction, fields["tag"], fields["form_id"], fields["name"], chosen)
