"""Open forms, one per user and chat, stored so that they survive a restart."""

import secrets
from collections.abc import Iterable
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from bot.commands.forms.form import (
    BACK,
    CANCEL,
    Answers,
    FormDefinition,
    FormState,
    RunCommand,
    open_field,
    previous_state,
    step_reply,
)
from bot.commands.reply.blocks import Reply, Tone, sentence_reply
from bot.commands.reply.input_text import clean_text
from bot.commands.spec.request import CommandContext, Request
from bot.domain.errors import Refused, UserError
from bot.domain.facts import KeyValue, Saved
from bot.domain.ids import Entropy, new_id
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

FORM_LIFETIME = timedelta(minutes=30)
BACK_WORDS = frozenset({BACK, "\u2039", "\u2039 back", "back"})
CANCEL_WORDS = frozenset({CANCEL, "quit", "exit", "abort"})
FORM_ID_LENGTH = 5
_STATE = TypeAdapter(FormState)


class FormService:
    """Opens, continues and closes forms."""

    def __init__(
        self,
        *,
        reader: PeopleReader,
        writer: Writer,
        clock: Clock,
        definitions: Iterable[FormDefinition],
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._definitions = {script.name: script for script in definitions}
        self._entropy = entropy

    async def open_form(self, form_name: str, answers: Answers, ctx: CommandContext) -> Reply:
        """Open a form with the answers known already and ask its first question; it replaces an open form."""
        form_id = new_id(self._entropy, FORM_ID_LENGTH)
        state = FormState(form_id=form_id, form_name=form_name, answers=answers, began_at=self._clock.now())
        opening = await self._definitions[form_name].start_form(state, ctx)
        return await self._ask_question(opening.state, ctx, opening.error)

    async def find_open_form(self, request: Request) -> FormState | None:
        """Return the sender's open form in this chat."""
        state = _parse_state(await self._reader.key_value(_storage_key(request)))
        is_open = state is not None and self._clock.now() - state.began_at <= FORM_LIFETIME
        return state if is_open and state and state.form_name in self._definitions else None

    async def submit_answer(self, state: FormState, text: str, ctx: CommandContext) -> Reply | RunCommand:
        """Apply an answer; raise UserError, with nothing changed, for an invalid one."""
        form = self._definitions[state.form_name]
        word = text.strip().casefold()
        if word in CANCEL_WORDS:
            await self.close_form(ctx.request)
            return sentence_reply("Canceled, nothing was changed.", tone=Tone.NEUTRAL)
        if word in BACK_WORDS:
            return await self._ask_question(previous_state(form, state), ctx)
        outcome = await form.process_answer(state, open_field(form, state), clean_text(text), ctx)
        if isinstance(outcome, FormState):
            return await self._ask_question(outcome, ctx)
        await self.close_form(ctx.request)
        return outcome

    async def repeat_question(self, state: FormState, error: UserError | None, ctx: CommandContext) -> Reply:
        """Ask the same question again, below the error of the last answer."""
        form = self._definitions[state.form_name]
        step = await form.ask_field(state, open_field(form, state), ctx)
        return step_reply(state, step, error, has_back=previous_state(form, state) != state)

    async def reopen_form(self, state: FormState, error: UserError, ctx: CommandContext) -> Reply:
        """Reopen a form whose command was refused, at the answer that was refused."""
        await self._save_state(state, ctx.request)
        return await self.repeat_question(state, error, ctx)

    async def close_form(self, request: Request) -> None:
        await self._writer.commit((Saved(KeyValue(_storage_key(request), "")),))

    async def require_open_form(self, form_id: str, request: Request) -> FormState:
        """Return the open form of a button; raise Refused when it is over."""
        state = await self.find_open_form(request)
        if state is None or state.form_id != form_id:
            raise Refused("form-over")
        return state

    async def _ask_question(self, state: FormState, ctx: CommandContext, error: UserError | None = None) -> Reply:
        """Ask the next question; the form is stored once there is one."""
        question = await self.repeat_question(state, error, ctx)
        await self._save_state(state, ctx.request)
        return question

    async def _save_state(self, state: FormState, request: Request) -> None:
        await self._writer.commit((Saved(KeyValue(_storage_key(request), _STATE.dump_json(state).decode())),))


def _storage_key(request: Request) -> str:
    return "form:" + ":".join(request.conversation_key)


def _parse_state(note: str | None) -> FormState | None:
    """Parse a stored form; return None for one of another version of the program."""
    try:
        return _STATE.validate_json(note) if note else None
    except ValidationError:
        return None
