"""Open forms, one per user and chat, stored so that they survive a restart."""

from collections.abc import Iterable
from datetime import timedelta

from pydantic import TypeAdapter, ValidationError

from bot.commands.forms.form import BACK, CANCEL, Answers, Form, FormState, RunCommand, step_reply
from bot.commands.reply.blocks import Reply, Tone, sentence_reply
from bot.commands.reply.input_text import clean_text
from bot.commands.spec.request import CommandContext, Request
from bot.domain.errors import Refused, UserError
from bot.domain.ids import new_id
from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

FORM_LIFETIME = timedelta(minutes=30)
BACK_WORDS = frozenset({BACK, "\u2039", "\u2039 back", "back"})
CANCEL_WORDS = frozenset({CANCEL, "quit", "exit", "abort"})
FORM_ID_LENGTH = 5
_STATE = TypeAdapter(FormState)


class FormService:
    """Opens, continues and closes forms."""

    def __init__(self, storage: KeyValueStore, clock: Clock, forms: Iterable[Form]) -> None:
        self._storage = storage
        self._clock = clock
        self._forms = {form.name: form for form in forms}

    async def open_form(self, form_name: str, answers: Answers, ctx: CommandContext) -> Reply:
        """Open a form with the answers known already and ask its first question; it replaces an open form."""
        form_id = new_id(length=FORM_ID_LENGTH)
        state = FormState(form_id=form_id, form_name=form_name, answers=answers, began_at=self._clock.now())
        state, error = await self._forms[form_name].start_form(state, ctx)
        return await self.ask_question(state, error, ctx)

    async def find_open_form(self, request: Request) -> FormState | None:
        """Return the sender's open form in this chat."""
        stored = await self._storage.read_value(_storage_key(request))
        if not stored:
            return None
        try:
            state = _STATE.validate_json(stored)
        except ValidationError:
            # It was stored by another version of the program.
            return None
        is_open = self._clock.now() - state.began_at <= FORM_LIFETIME and state.form_name in self._forms
        return state if is_open else None

    async def submit_answer(self, state: FormState, text: str, ctx: CommandContext) -> Reply | RunCommand:
        """Apply an answer; raise UserError, with nothing changed, for an invalid one."""
        form = self._forms[state.form_name]
        word = text.strip().casefold()
        if word in CANCEL_WORDS:
            await self.close_form(ctx.request)
            return sentence_reply("Canceled, nothing was changed.", tone=Tone.NEUTRAL)
        if word in BACK_WORDS:
            return await self.ask_question(form.previous_state(state), None, ctx)
        outcome = await form.process_answer(state, form.open_field(state), clean_text(text), ctx)
        if isinstance(outcome, FormState):
            return await self.ask_question(outcome, None, ctx)
        await self.close_form(ctx.request)
        return outcome

    def is_last_answer(self, state: FormState, text: str) -> bool:
        """Return whether an answer makes the form act, instead of leading to its next question."""
        form = self._forms[state.form_name]
        return form.is_last_answer(form.open_field(state), text.strip().casefold())

    async def repeat_question(self, state: FormState, error: UserError | None, ctx: CommandContext) -> Reply:
        """Ask the same question again, below the error of the last answer."""
        form = self._forms[state.form_name]
        step = await form.ask_field(state, form.open_field(state), ctx)
        return step_reply(state, step, error, has_back=form.previous_state(state) != state)

    async def ask_question(self, state: FormState, error: UserError | None, ctx: CommandContext) -> Reply:
        """Ask the next question, or again the one whose answer was refused; the form is stored once there is one."""
        question = await self.repeat_question(state, error, ctx)
        await self._storage.save_value(_storage_key(ctx.request), _STATE.dump_json(state).decode())
        return question

    async def close_form(self, request: Request) -> None:
        await self._storage.save_value(_storage_key(request), "")

    async def require_open_form(self, form_id: str, request: Request) -> FormState:
        """Return the open form of a button; raise Refused when it is over."""
        state = await self.find_open_form(request)
        if state is None or state.form_id != form_id:
            raise Refused("form-over")
        return state


def _storage_key(request: Request) -> str:
    return ":".join(request.conversation_key)
