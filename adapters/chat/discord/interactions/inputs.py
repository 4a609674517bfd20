"""Inputs: pressed buttons and chosen values, and the modals that some of them open."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Mapping
from dataclasses import replace
from functools import partial

from adapters.chat.discord.interactions.interaction_handler import InteractionHandler
from adapters.chat.discord.interactions.interaction_response import InteractionResponder
from adapters.chat.discord.interactions.modals import (
    ANSWER_INPUT,
    SEPARATOR,
    ModalKind,
    answer_modal,
    command_modal,
    list_modal,
    modal_values,
    page_modal,
)
from adapters.chat.discord.interactions.request_mapping import Interaction, is_private, request_from_interaction
from adapters.chat.discord.render import components
from adapters.chat.discord.render.components import ID_SEPARATOR, OTHER_CHOICE
from adapters.chat.discord.render.markdown import unescape_text
from adapters.chat.discord.render.sheet_page import build_page, changed_values, command_modal_fields
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error
from adapters.chat.reply_parts import EXPIRED
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.reply.blocks import Tone
from bot.commands.reply.replacement import TAG_LENGTH, MessageTag, parse_tag
from bot.commands.reply.sheet import FormSheet, key_value_line
from bot.commands.spec.request import Request
from bot.domain.errors import Unavailable

logger = logging.getLogger(__name__)

FORM_ENDED = "Refused: this form is over (forms live 30 min). Send its command again, for example /new"
MAX_DRAFTS = 500

DraftKey = tuple[str, str]
"""User id and form id."""
FieldEntries = Mapping[str, tuple[str, str]]
"""By field the answer at the time, and the entered text; outdated once the field has another answer."""


class ModalInputs:
    """Handles presses, choices and modals; remembers refused entries, so that nobody has to type them again."""

    def __init__(self, context: GatewayContext, interaction_handler: InteractionHandler) -> None:
        self._context = context
        self._interaction_handler = interaction_handler
        self._drafts: OrderedDict[DraftKey, FieldEntries] = OrderedDict()

    async def handle_command(self, interaction: Interaction, name: str, words: Mapping[str, str]) -> None:
        """Handle a slash command, or open its modal, which must be the first response."""
        named = self._context.registry.find_command(name)
        fields = command_modal_fields(named.spec, words, is_private=is_private(interaction)) if named else ()
        if fields:
            await _respond(interaction.response.send_modal(command_modal(name, fields)))
        else:
            await self._interaction_handler.handle_command(interaction, name, words)

    async def handle_component(self, interaction: Interaction) -> None:
        """Handle a pressed button or a choice in a list by its id, which says all, also after a restart."""
        data: Mapping[str, object] = dict(interaction.data or {})
        custom_id, values = str(data.get("custom_id", "")), data.get("values")
        chosen = str(values[0]) if isinstance(values, list) and values else ""
        tag, (form_id, _, detail) = custom_id[1 : TAG_LENGTH + 1], custom_id[TAG_LENGTH + 1 :].partition(ID_SEPARATOR)
        match custom_id[:1]:
            case components.ACTION_BUTTON_ID if payload := custom_id[2:]:
                await self._interaction_handler.handle_press(interaction, payload)
            case components.ACTION_SELECT_ID:
                await self._interaction_handler.handle_press(interaction, chosen)
            case components.ANSWER_BUTTON_ID if form_id:
                await self._open_answer_modal(interaction, tag, form_id)
            case components.FORM_PAGE_BUTTON_ID if detail.isdecimal():
                await self._open_page_modal(interaction, tag, form_id, int(detail))
            case components.FIELD_SELECT_ID if detail:
                await self._handle_choice(interaction, tag, form_id, detail, chosen)
            case _:
                await self._interaction_handler.refuse_interaction(interaction, EXPIRED)

    async def _open_answer_modal(self, interaction: Interaction, tag: str, form_id: str) -> None:
        question = unescape_text(interaction.message.content) if interaction.message else ""
        await _respond(interaction.response.send_modal(answer_modal(tag, form_id, question)))

    async def _open_page_modal(self, interaction: Interaction, tag: str, form_id: str, page_number: int) -> None:
        sheet = await self._current_sheet(request_from_interaction(interaction, f"/form {form_id}"))
        if sheet is None or not sheet.fields:
            await _respond(interaction.response.send_message(FORM_ENDED, ephemeral=True))
            return
        values = {item.name: item.value for item in sheet.fields}
        entries = self._drafts.get((str(interaction.user.id), form_id), {})
        drafted = {name: entered for name, (before, entered) in entries.items() if values.get(name) == before}
        await _respond(
            interaction.response.send_modal(page_modal(tag, build_page(sheet, page_number, drafted), page_number))
        )

    async def _handle_choice(self, interaction: Interaction, tag: str, form_id: str, name: str, value: str) -> None:
        """Answer a form with a choice of a list, or open the modal for a choice that the list has no room for."""
        if value != OTHER_CHOICE:
            line = f"/form {form_id} {key_value_line({name: value})}"
            await self._interaction_handler.handle_answer(interaction, line, tag, is_button_press=True)
            return
        sheet = await self._current_sheet(request_from_interaction(interaction, f"/form {form_id}"))
        item = next((item for item in sheet.select_fields if item.name == name), None) if sheet else None
        if item is None:
            await _respond(interaction.response.send_message(FORM_ENDED, ephemeral=True))
            return
        await _respond(interaction.response.send_modal(list_modal(tag, form_id, replace(item, choices=(), value=""))))

    async def handle_modal(self, interaction: Interaction) -> None:
        data: Mapping[str, object] = dict(interaction.data or {})
        values = modal_values(data.get("components"))
        handler = self._interaction_handler
        match str(data.get("custom_id", "")).split(SEPARATOR):
            case [ModalKind.ANSWER, tag, form_id]:
                line = f"/form {form_id} {values.get(ANSWER_INPUT, '')}"
                await handler.handle_answer(interaction, line, tag, is_button_press=False)
            case [ModalKind.PAGE, tag, form_id, page] if page.isdecimal():
                request = request_from_interaction(interaction, f"/form {form_id}")
                work = partial(self._answer_page, request, parse_tag(tag), int(page), values)
                await handler.handle_interaction(interaction, work)
            case [ModalKind.LIST, tag, form_id, name]:
                line = f"/form {form_id} {key_value_line({name: values.get(name, '')})}"
                await handler.handle_answer(interaction, line, tag, is_button_press=True)
            case [ModalKind.COMMAND, name]:
                words = {key: value for key, value in values.items() if value}
                await handler.handle_command(interaction, name, words)
            case _:
                await handler.refuse_interaction(interaction, EXPIRED)

    async def _answer_page(
        self,
        request: Request,
        tag: MessageTag | None,
        page_number: int,
        values: Mapping[str, str],
        responder: InteractionResponder,
    ) -> None:
        """Answer the form with the changed values, and show it again with a button to the next page."""
        sheet = await self._current_sheet(request)
        if sheet is None:
            # The reply says that the form is over, or another user's.
            await self._interaction_handler.answer_request(responder, request, tag)
            return
        pipeline, answers = self._context.pipeline, changed_values(sheet, values)
        if answers:
            reply = await pipeline.dispatch_request(replace(request, text=sheet.command_line(answers)))
        else:
            reply = await pipeline.refresh_reply(request)
        now = reply.sheet if reply else None
        is_refused = reply is not None and now is not None and reply.tone is Tone.ERROR
        entries = {item.name: (item.value, values[item.name]) for item in sheet.fields if item.name in values}
        self._remember_draft((request.platform_id, sheet.form_id), entries if is_refused else {})
        is_same = now is not None and [item.name for item in now.fields] == [item.name for item in sheet.fields]
        page = page_number if is_refused else page_number + 1 if is_same else 0
        await self._interaction_handler.show_reply(responder, request, reply, tag, page)

    async def _current_sheet(self, request: Request) -> FormSheet | None:
        try:
            reply = await self._context.pipeline.refresh_reply(request)
        except Unavailable:
            # The failure is recorded; nothing can be filled in now.
            return None
        return reply.sheet if reply else None

    def _remember_draft(self, key: DraftKey, entries: FieldEntries) -> None:
        """Remember refused entries; empty ones forget the draft."""
        self._drafts.pop(key, None)
        if entries:
            self._drafts[key] = entries
        while len(self._drafts) > MAX_DRAFTS:
            self._drafts.popitem(last=False)


async def _respond(response: Awaitable[object]) -> None:
    """Respond at once, as only a first response can open a modal."""
    try:
        await response
    except LIBRARY_ERRORS as error:
        logger.warning("interaction not answered", extra={"error": str(delivery_error(error))})
