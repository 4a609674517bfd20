"""Modals on their way: opened as the first thing that answers an interaction, and taken when they come back."""

import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from discord import ui

from adapters.chat.discord.interactions.dynamic_items import Choice
from adapters.chat.discord.interactions.interaction_handler import Asked, Reception
from adapters.chat.discord.interactions.interaction_response import Reaction
from adapters.chat.discord.interactions.modals import (
    ANSWER,
    ANSWER_INPUT,
    COMMAND,
    LIST,
    SEPARATOR,
    SHEET,
    answer_modal,
    command_modal,
    entered,
    list_modal,
    page_modal,
)
from adapters.chat.discord.interactions.request_mapping import Interaction, is_private, request_of
from adapters.chat.discord.render.components import ANOTHER
from adapters.chat.discord.render.markdown import readable
from adapters.chat.discord.render.sheet_page import asked_at_once, changed, page_of
from adapters.chat.discord.transport.errors import FOREIGN, delivery_error
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.reply.blocks import Reply, Tone
from bot.commands.reply.replacement import parse_tag
from bot.commands.reply.sheet import FormSheet, key_value_line
from bot.commands.spec.request import Request
from bot.domain.errors import Unavailable

logger = logging.getLogger(__name__)

OVER = "Refused: this form is over (forms live 30 min). Send its command again, for example /new"
MAX_DRAFTS = 500

Draft = tuple[str, str]
"""Whose entries, for which form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What was entered for a field, and what stood there before; it is old once the field has another answer."""

    name: str
    before: str
    entered: str


class Inputs:
    """Knows what was entered and refused, so that nobody types it again; forms themselves are the desk's."""

    def __init__(self, gateway_context: GatewayContext, reception: Reception) -> None:
        self._gateway_context = gateway_context
        self._reception = reception
        self._drafts: OrderedDict[Draft, Sequence[Entry]] = OrderedDict()

    async def command(self, interaction: Interaction, name: str, words: Mapping[str, str]) -> None:
        """Take a slash command; one that needs a modal gets it, for nothing may come before."""
        named = self._gateway_context.registry.find_command(name)
        fields = asked_at_once(named.spec, words, is_private=is_private(interaction)) if named else ()
        if fields:
            await _open(interaction, command_modal(name, fields))
        else:
            await self._reception.command(interaction, name, words)

    async def ask(self, interaction: Interaction, tag: str, form_id: str) -> None:
        """Open the input for an answer to a form."""
        question = readable(interaction.message.content) if interaction.message else ""
        await _open(interaction, answer_modal(tag, form_id, question))

    async def fill(self, interaction: Interaction, tag: str, form_id: str, number: int) -> None:
        """Open a page of a form's sheet, as the form is now."""
        sheet = await self._sheet(request_of(interaction, f"/form {form_id}"))
        if sheet is None or not sheet.fields:
            await _over(interaction)
            return
        values = {item.name: item.value for item in sheet.fields}
        entries = self._drafts.get((str(interaction.user.id), form_id), ())
        drafted = {entry.name: entry.entered for entry in entries if values.get(entry.name) == entry.before}
        await _open(interaction, page_modal(tag, page_of(sheet, number, drafted)))

    async def choose(self, interaction: Interaction, tag: str, choice: Choice) -> None:
        """Take what was chosen of a list on a page, or open the input for what it has no room for."""
        if choice.value != ANOTHER:
            await self._chosen(interaction, tag, choice)
            return
        sheet = await self._sheet(request_of(interaction, f"/form {choice.form_id}"))
        item = next((item for item in sheet.select_fields if item.name == choice.name), None) if sheet else None
        if item is None:
            await _over(interaction)
            return
        await _open(interaction, list_modal(tag, choice.form_id, replace(item, choices=(), value="")))

    async def submitted(self, interaction: Interaction) -> None:
        """Take what was entered in a modal."""
        data: Mapping[str, object] = dict(interaction.data or {})
        kind, *rest = str(data.get("custom_id", "")).split(SEPARATOR)
        values = entered(data.get("components"))
        take = self._reception.take
        match kind, rest:
            case str(), [tag, form_id] if kind == ANSWER:
                request = request_of(interaction, f"/form {form_id} {values.get(ANSWER_INPUT, '')}")
                asked = Asked(interaction=interaction, request=request, pressed_tag=parse_tag(tag))
                await take(interaction, partial(self._answered, asked))
            case str(), [tag, form_id, page] if kind == SHEET and page.isdecimal():
                request = request_of(interaction, f"/form {form_id}")
                asked = Asked(interaction=interaction, request=request, pressed_tag=parse_tag(tag))
                await take(interaction, partial(self._filled, asked, int(page), values))
            case str(), [tag, form_id, name] if kind == LIST:
                choice = Choice(form_id=form_id, name=name, value=values.get(name, ""))
                await self._chosen(interaction, tag, choice)
            case str(), [name] if kind == COMMAND:
                words = {key: value for key, value in values.items() if value}
                await self._reception.command(interaction, name, words)
            case _:
                await self._reception.stale(interaction)

    async def _chosen(self, interaction: Interaction, tag: str, choice: Choice) -> None:
        line = f"/form {choice.form_id} {key_value_line({choice.name: choice.value})}"
        asked = Asked(
            interaction=interaction,
            request=request_of(interaction, line, is_button_press=True),
            pressed_tag=parse_tag(tag),
        )
        await self._reception.take(interaction, partial(self._answered, asked))

    async def _answered(self, asked: Asked, reaction: Reaction) -> None:
        await self._reception.show(asked, await self._reception.dispatch(asked.request), reaction)

    async def _filled(self, asked: Asked, number: int, values: Mapping[str, str], reaction: Reaction) -> None:
        """Answer the form with what differs, and show it again with a button for the page that comes next."""
        sheet = await self._sheet(asked.request)
        if sheet is None:
            # What the desk says of a form that is over, or of somebody else's.
            await self._answered(asked, reaction)
            return
        answers = changed(sheet, values)
        reply = await self._answer(asked.request, sheet, answers)
        is_refused = reply is not None and reply.sheet is not None and reply.tone is Tone.ERROR
        entries = [
            Entry(name=item.name, before=item.value, entered=values[item.name])
            for item in sheet.fields
            if item.name in values
        ]
        self._draft((asked.request.platform_id, sheet.form_id), entries if is_refused else ())
        is_same = reply is not None and reply.sheet is not None and _names(reply.sheet) == _names(sheet)
        page = number if is_refused else number + 1 if is_same else 0
        await self._reception.show(asked, reply, reaction, page=page)

    async def _answer(self, request: Request, sheet: FormSheet, answers: Mapping[str, str]) -> Reply | None:
        if not answers:
            return await self._gateway_context.pipeline.refresh_reply(request)
        return await self._reception.dispatch(replace(request, text=sheet.command_line(answers)))

    async def _sheet(self, request: Request) -> FormSheet | None:
        try:
            reply = await self._gateway_context.pipeline.refresh_reply(request)
        except Unavailable:
            # What broke is noted; nothing can be filled in now.
            return None
        return reply.sheet if reply else None

    def _draft(self, key: Draft, entries: Sequence[Entry]) -> None:
        """Remember what was entered and refused; nothing forgets it."""
        self._drafts.pop(key, None)
        if entries:
            self._drafts[key] = entries
        while len(self._drafts) > MAX_DRAFTS:
            self._drafts.popitem(last=False)


def _names(sheet: FormSheet) -> list[str]:
    return [item.name for item in sheet.fields]


async def _open(interaction: Interaction, modal: ui.Modal) -> None:
    await _respond(lambda: interaction.response.send_modal(modal))


async def _over(interaction: Interaction) -> None:
    await _respond(lambda: interaction.response.send_message(OVER, ephemeral=True))


async def _respond(way: Callable[[], Awaitable[object]]) -> None:
    """Answer at once with what only a first response can be."""
    try:
        await way()
    except FOREIGN as error:
        logger.warning("interaction not answered", extra={"error": str(delivery_error(error))})
