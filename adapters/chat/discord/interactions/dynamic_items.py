"""Dynamic items: buttons and lists recognised by their ids, also after a restart; nothing is stored of them."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Self

from discord import ui

from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.render.components import (
    ACTION_BUTTON_ID,
    ACTION_SELECT_ID,
    ANSWER_BUTTON_ID,
    FIELD_SELECT_ID,
    FORM_PAGE_BUTTON_ID,
    ID_SEPARATOR,
)

_ACTION_BUTTON_PATTERN = rf"{ACTION_BUTTON_ID}[0-9a-z](?P<payload>.+)"
_ACTION_SELECT_PATTERN = rf"{ACTION_SELECT_ID}[0-9a-z]"
_ANSWER_BUTTON_PATTERN = rf"{ANSWER_BUTTON_ID}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+)"
_FORM_PAGE_BUTTON_PATTERN = (
    rf"{FORM_PAGE_BUTTON_ID}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+){ID_SEPARATOR}(?P<page>[0-9]{{1,2}})"
)

_FIELD_SELECT_PATTERN = (
    rf"{FIELD_SELECT_ID}(?P<tag>.{{3}})(?P<form_id>[a-z0-9]+){ID_SEPARATOR}(?P<name>[a-z][a-z0-9_]*)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A value chosen in a form's list."""

    form_id: str
    name: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemHandlers:
    """Handlers of presses by kind: a payload, an answer to a form, a page of its sheet, a choice in a list."""

    handle_press: Callable[[Interaction, str], Awaitable[None]]
    open_answer_modal: Callable[[Interaction, str, str], Awaitable[None]]
    open_page_modal: Callable[[Interaction, str, str, int], Awaitable[None]]
    handle_choice: Callable[[Interaction, str, FieldChoice], Awaitable[None]]


def is_known_id(custom_id: str) -> bool:
    """Return whether a custom id is one of ours."""
    return any(
        re.fullmatch(pattern, custom_id, re.DOTALL)
        for pattern in (
            _ACTION_BUTTON_PATTERN,
            _ACTION_SELECT_PATTERN,
            _ANSWER_BUTTON_PATTERN,
            _FORM_PAGE_BUTTON_PATTERN,
            _FIELD_SELECT_PATTERN,
        )
    )


class _MatchedItem(ui.DynamicItem["ui.Item[ui.View]"], template=r"(?!)"):
    """An item with the fields of its id."""

    def __init__(self, item: "ui.Item[ui.View]", id_fields: dict[str, str]) -> None:
        super().__init__(item)
        self.id_fields = id_fields

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, item: "ui.Item[ui.View]", match: re.Match[str], /) -> Self:
        del interaction
        return cls(item, match.groupdict())


def dynamic_item_types(handlers: ItemHandlers) -> "tuple[type[ui.DynamicItem[ui.Item[ui.View]]], ...]":
    """Create the item types of one client."""

    class ActionButtonItem(_MatchedItem, template=re.compile(_ACTION_BUTTON_PATTERN, re.DOTALL)):
        async def callback(self, interaction: Interaction) -> None:
            await handlers.handle_press(interaction, self.id_fields["payload"])

    class ActionSelectItem(_MatchedItem, template=_ACTION_SELECT_PATTERN):
        async def callback(self, interaction: Interaction) -> None:
            await handlers.handle_press(interaction, _selected_value(self.item))

    class AnswerButtonItem(_MatchedItem, template=_ANSWER_BUTTON_PATTERN):
        async def callback(self, interaction: Interaction) -> None:
            await handlers.open_answer_modal(interaction, self.id_fields["tag"], self.id_fields["form_id"])

    class FormPageButtonItem(_MatchedItem, template=_FORM_PAGE_BUTTON_PATTERN):
        async def callback(self, interaction: Interaction) -> None:
            await handlers.open_page_modal(
                interaction, self.id_fields["tag"], self.id_fields["form_id"], int(self.id_fields["page"])
            )

    class FieldSelectItem(_MatchedItem, template=_FIELD_SELECT_PATTERN):
        async def callback(self, interaction: Interaction) -> None:
            fields = self.id_fields
            choice = FieldChoice(form_id=fields["form_id"], name=fields["name"], value=_selected_value(self.item))
            await handlers.handle_choice(interaction, fields["tag"], choice)

    return ActionButtonItem, ActionSelectItem, AnswerButtonItem, FormPageButtonItem, FieldSelectItem


def _selected_value(item: "ui.Item[ui.View]") -> str:
    picked = item.values if isinstance(item, ui.Select) else []
    return picked[0] if picked else ""
