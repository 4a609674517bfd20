"""Modals as discord.py takes them, and the values of a submitted one."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from discord import ui

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.components import select_option
from adapters.chat.discord.render.markdown import shorten_text
from adapters.chat.discord.render.sheet_page import can_be_listed
from bot.commands.reply.sheet import FormField, FormSheet

ANSWER_INPUT = "answer"
SEPARATOR = ":"
DEFAULT_TITLE = "Form"
ANSWER_LENGTH = 1500
"""Length of an answer: a command line has at most 2,000 characters, its name included."""


class ModalKind(StrEnum):
    """Kind of a modal, with which its id begins."""

    ANSWER = "answer"
    PAGE = "sheet"
    COMMAND = "command"
    LIST = "list"


def answer_modal(tag: str, form_id: str, question: str) -> ui.Modal:
    """Return the modal for one answer to a form in words."""
    item = FormField(name=ANSWER_INPUT, label="Your answer", hint=question, is_required=True)
    return _modal("Answer", (ModalKind.ANSWER, tag, form_id), (item,))


def page_modal(tag: str, page: FormSheet, number: int) -> ui.Modal:
    """Return the modal of one page of a sheet, with the present answers."""
    return _modal(page.title, (ModalKind.PAGE, tag, page.form_id, str(number)), page.fields)


def list_modal(tag: str, form_id: str, item: FormField) -> ui.Modal:
    """Return the modal for a choice that a list has no room for."""
    return _modal(item.label, (ModalKind.LIST, tag, form_id, item.name), (item,))


def command_modal(name: str, fields: tuple[FormField, ...]) -> ui.Modal:
    return _modal(f"/{name}", (ModalKind.COMMAND, name), fields)


def modal_values(components: object) -> dict[str, str]:
    """Return the entered values by input, whatever components Discord nests them in."""
    return dict(_component_values(components))


def _modal(title: str, id_parts: tuple[str, ...], fields: tuple[FormField, ...]) -> ui.Modal:
    title = shorten_text(title, limits.MODAL_TITLE) or DEFAULT_TITLE
    modal = ui.Modal(title=title, custom_id=SEPARATOR.join(id_parts))
    for item in fields:
        modal.add_item(_input_label(item))
    # Values are read from the event, also after a restart; the library need not remember this modal.
    modal.stop()
    return modal


def _input_label(item: FormField) -> "ui.Label[ui.Modal]":
    choices = tuple(dict.fromkeys(item.choices))
    component: ui.Item[ui.Modal]
    if 0 < len(choices) <= limits.OPTIONS and all(map(can_be_listed, choices)):
        component = _select_input(item, choices)
    else:
        default = item.value[:ANSWER_LENGTH] or None
        component = ui.TextInput(
            custom_id=item.name, default=default, required=item.is_required, max_length=ANSWER_LENGTH
        )
    return ui.Label(
        text=shorten_text(item.label, limits.MODAL_LABEL) or item.name,
        description=shorten_text(item.hint, limits.MODAL_DESCRIPTION) or None,
        component=component,
    )


def _select_input(item: FormField, choices: tuple[str, ...]) -> "ui.Select[ui.Modal]":
    # The only choice of a required field is chosen already.
    chosen = choices[0] if item.is_required and len(choices) == 1 else item.value
    options = [select_option(choice, is_chosen=choice == chosen) for choice in choices]
    least = 1 if item.is_required else 0
    return ui.Select(custom_id=item.name, options=options, required=item.is_required, min_values=least)


def _component_values(node: object) -> Iterator[tuple[str, str]]:
    if isinstance(node, list):
        for item in node:
            yield from _component_values(item)
    elif isinstance(node, Mapping):
        name = node.get("custom_id")
        value, values = node.get("value"), node.get("values")
        if isinstance(name, str) and isinstance(value, str):
            yield name, value
        elif isinstance(name, str) and isinstance(values, list):
            yield name, " ".join(str(one) for one in values)
        yield from _component_values(node.get("component"))
        yield from _component_values(node.get("components"))
