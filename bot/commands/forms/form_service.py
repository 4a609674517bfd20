"""Open forms: one a person and chat, kept as notes so that they survive a restart."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.commands.forms.form import (
    BACK,
    CANCEL,
    Answers,
    Continue,
    Done,
    FormDefinition,
    FormState,
    FormStep,
    RunCommand,
    step_reply,
)
from bot.commands.reply.blocks import Reply, Tone, sentence_reply
from bot.commands.spec.request import CommandContext, Request
from bot.domain.errors import Refused, UserError
from bot.domain.facts import KeyValueSaved
from bot.domain.ids import Entropy, new_id
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

FORM_LIFETIME = timedelta(minutes=30)
BACK_WORDS = frozenset({BACK, "\u2039", "\u2039 back", "back"})
CANCEL_WORDS = frozenset({CANCEL, "quit", "exit", "abort"})
FORM_ID_LENGTH = 5


class FormService:
    """Opens, continues and ends forms."""

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
        """Open a form with what is known already and ask the first question; it replaces an older form."""
        form_id = new_id(self._entropy, FORM_ID_LENGTH)
        state = FormState(form_id=form_id, form_name=form_name, answers=answers, began_at=self._clock.now())
        opening = await self._definitions[form_name].start_form(state, ctx)
        step = await self._definitions[form_name].current_step(opening.state, ctx)
        await self._save_state(opening.state, ctx.request)
        return step_reply(opening.state, step, opening.error)

    async def find_open_form(self, request: Request) -> FormState | None:
        """Return the open form of this person in this chat."""
        note = await self._reader.key_value(_storage_key(request))
        state = _parse_state(note) if note else None
        if (
            state is None
            or state.form_name not in self._definitions
            or self._clock.now() - state.began_at > FORM_LIFETIME
        ):
            return None
        return state

    async def submit_answer(self, state: FormState, text: str, ctx: CommandContext) -> Reply | RunCommand:
        """Take an answer; raise UserError when it cannot be, and then nothing has changed."""
        script = self._definitions[state.form_name]
        word = text.strip().casefold()
        if word in CANCEL_WORDS:
            await self.close_form(ctx.request)
            return sentence_reply("Canceled, nothing was changed.", tone=Tone.NEUTRAL)
        if word in BACK_WORDS:
            return await self._ask_next_question(script.previous_state(state), script, ctx)
        outcome = await script.process_answer(state, text, ctx)
        if isinstance(outcome, Continue):
            return await self._ask_next_question(outcome.state, script, ctx)
        await self.close_form(ctx.request)
        return outcome.reply if isinstance(outcome, Done) else outcome

    async def repeat_question(self, state: FormState, error: UserError | None, ctx: CommandContext) -> Reply:
        """Ask the same question again, below the error of the last answer."""
        return step_reply(state, await self.current_step(state, ctx), error)

    async def reopen_form(self, state: FormState, error: UserError, ctx: CommandContext) -> Reply:
        """Ask again for an answer with which the line that came of the form was refused."""
        await self._save_state(state, ctx.request)
        return await self.repeat_question(state, error, ctx)

    async def current_step(self, state: FormState, ctx: CommandContext) -> FormStep:
        """Return what the form asks now."""
        return await self._definitions[state.form_name].current_step(state, ctx)

    async def close_form(self, request: Request) -> None:
        """Forget the open form."""
        await self._writer.commit((KeyValueSaved(_storage_key(request), ""),))

    async def require_open_form(self, form_id: str, request: Request) -> FormState:
        """Return the open form a button belongs to; raise Refused when it is over."""
        state = await self.find_open_form(request)
        if state is None or state.form_id != form_id:
            raise Refused(
                "this form is over (forms live 30 min) or somebody else's. Send its command again, for example /new"
            )
        return state

    async def _ask_next_question(self, state: FormState, definition: FormDefinition, ctx: CommandContext) -> Reply:
        step = await definition.current_step(state, ctx)
        await self._save_state(state, ctx.request)
        return step_reply(state, step)

    async def _save_state(self, state: FormState, request: Request) -> None:
        record = {
            "id": state.form_id,
            "script": state.form_name,
            "answers": [list(pair) for pair in state.answers],
            "asking": state.requested_field,
            "began": state.began_at.isoformat(),
        }
        await self._writer.commit((KeyValueSaved(_storage_key(request), json.dumps(record)),))


def _storage_key(request: Request) -> str:
    return "form:" + ":".join(request.conversation_key)


def _parse_state(note: str) -> FormState | None:
    """Read a kept form; one of another version of the program is none."""
    try:
        record = json.loads(note)
        return FormState(
            form_id=str(record["id"]),
            form_name=str(record["script"]),
            answers=tuple((str(key), str(value)) for key, value in record["answers"]),
            requested_field=str(record["asking"]),
            began_at=datetime.fromisoformat(record["began"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
