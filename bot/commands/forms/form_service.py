"""Open forms: one a person and chat, kept as notes so that they survive a restart."""

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.commands.forms.form import (
    BACK,
    CANCEL,
    Answers,
    Finished,
    FormState,
    Going,
    Handover,
    Script,
    Step,
    step_reply,
)
from bot.commands.reply.blocks import Reply, Tone, sentence
from bot.commands.spec.request import Context, Request
from bot.domain.errors import Refused, UserError
from bot.domain.facts import NoteSaved
from bot.domain.ids import Entropy, new_id
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

LIFE = timedelta(minutes=30)
BACK_WORDS = frozenset({BACK, "\u2039", "\u2039 back", "back"})
CANCEL_WORDS = frozenset({CANCEL, "quit", "exit", "abort"})
FORM_ID_LENGTH = 5


class FormDesk:
    """Opens, continues and ends forms."""

    def __init__(
        self,
        *,
        reader: PeopleReader,
        writer: Writer,
        clock: Clock,
        scripts: Iterable[Script],
        entropy: Entropy = secrets.token_bytes,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._scripts = {script.name: script for script in scripts}
        self._entropy = entropy

    async def open(self, script: str, answers: Answers, ctx: Context) -> Reply:
        """Open a form with what is known already and ask the first question; it replaces an older form."""
        form_id = new_id(self._entropy, FORM_ID_LENGTH)
        state = FormState(form_id=form_id, script=script, answers=answers, began_at=self._clock.now())
        opening = await self._scripts[script].begin(state, ctx)
        step = await self._scripts[script].step(opening.state, ctx)
        await self._keep(opening.state, ctx.request)
        return step_reply(opening.state, step, opening.error)

    async def current(self, request: Request) -> FormState | None:
        """Return the open form of this person in this chat."""
        note = await self._reader.note(_key(request))
        state = _read(note) if note else None
        if state is None or state.script not in self._scripts or self._clock.now() - state.began_at > LIFE:
            return None
        return state

    async def answer(self, state: FormState, text: str, ctx: Context) -> Reply | Handover:
        """Take an answer; raise UserError when it cannot be, and then nothing has changed."""
        script = self._scripts[state.script]
        word = text.strip().casefold()
        if word in CANCEL_WORDS:
            await self.close(ctx.request)
            return sentence("Canceled, nothing was changed.", tone=Tone.NEUTRAL)
        if word in BACK_WORDS:
            return await self._go_on(script.back(state), script, ctx)
        outcome = await script.answer(state, text, ctx)
        if isinstance(outcome, Going):
            return await self._go_on(outcome.state, script, ctx)
        await self.close(ctx.request)
        return outcome.reply if isinstance(outcome, Finished) else outcome

    async def again(self, state: FormState, error: UserError | None, ctx: Context) -> Reply:
        """Ask the same question again, below the error of the last answer."""
        return step_reply(state, await self.step(state, ctx), error)

    async def reopened(self, state: FormState, error: UserError, ctx: Context) -> Reply:
        """Ask again for an answer with which the line that came of the form was refused."""
        await self._keep(state, ctx.request)
        return await self.again(state, error, ctx)

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Return what the form asks now."""
        return await self._scripts[state.script].step(state, ctx)

    async def close(self, request: Request) -> None:
        """Forget the open form."""
        await self._writer.commit((NoteSaved(_key(request), ""),))

    async def find(self, form_id: str, request: Request) -> FormState:
        """Return the open form a button belongs to; raise Refused when it is over."""
        state = await self.current(request)
        if state is None or state.form_id != form_id:
            raise Refused(
                "this form is over (forms live 30 min) or somebody else's. Send its command again, for example /new"
            )
        return state

    async def _go_on(self, state: FormState, script: Script, ctx: Context) -> Reply:
        step = await script.step(state, ctx)
        await self._keep(state, ctx.request)
        return step_reply(state, step)

    async def _keep(self, state: FormState, request: Request) -> None:
        record = {
            "id": state.form_id,
            "script": state.script,
            "answers": [list(pair) for pair in state.answers],
            "asking": state.asking,
            "began": state.began_at.isoformat(),
        }
        await self._writer.commit((NoteSaved(_key(request), json.dumps(record)),))


def _key(request: Request) -> str:
    return "form:" + ":".join(request.place)


def _read(note: str) -> FormState | None:
    """Read a kept form; one of another version of the program is none."""
    try:
        record = json.loads(note)
        return FormState(
            form_id=str(record["id"]),
            script=str(record["script"]),
            answers=tuple((str(key), str(value)) for key, value in record["answers"]),
            asking=str(record["asking"]),
            began_at=datetime.fromisoformat(record["began"]),
        )
    except (ValueError, KeyError, TypeError):
        return None
