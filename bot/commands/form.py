"""Forms as plain data: what was answered so far, and what is asked next."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.commands.reply import Block, Button, Choices, Headline, Meaning, Reply, Tone
from bot.commands.request import Context

BACK, CANCEL = "<", "cancel"
Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """An open form: which script, the answers in order, and the field that was asked for out of order."""

    form_id: str
    script: str
    answers: Answers
    began_at: datetime
    asking: str = ""

    def value(self, name: str) -> str | None:
        """Return the answer of a field, None when it was not given."""
        return next((value for key, value in reversed(self.answers) if key == name), None)

    def with_answer(self, name: str, value: str) -> "FormState":
        """Return the form with an answer, which replaces an older one of the same field."""
        kept = tuple((key, old) for key, old in self.answers if key != name)
        return replace(self, answers=(*kept, (name, value)), asking="")

    def without_last(self) -> "FormState":
        """Return the form one step back."""
        if self.asking:
            return replace(self, asking="")
        return replace(self, answers=self.answers[:-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question: a headline, words about it, and the answers offered; any text may be typed."""

    headline: Headline
    blocks: tuple[Block, ...] = ()
    choices: tuple[tuple[Button, ...], ...] = ()
    has_back: bool = True
    tone: Tone = Tone.INFORMATION


@dataclass(frozen=True, slots=True)
class Going:
    """The form goes on with these answers."""

    state: FormState


@dataclass(frozen=True, slots=True)
class Finished:
    """The form is done; this is what came of it."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Handover:
    """The form is done; this line is to be carried out like a typed command."""

    line: str


Outcome = Going | Finished | Handover


class Script(Protocol):
    """The questions of one form; every call may look at the desk, none keeps anything."""

    @property
    def name(self) -> str:
        """Return the name under which forms of this script are kept."""
        ...

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Return what to ask now."""
        ...

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take an answer to the question that `step` asks; raise UserError when it cannot be."""
        ...


def answer_button(form_id: str, label: str, value: str = "", meaning: Meaning = Meaning.NONE) -> Button:
    """Make a button that answers the form; the value defaults to the label."""
    return Button(label, f"/form {form_id} {value or label}", meaning)


def step_reply(state: FormState, step: Step, error: str = "") -> Reply:
    """Draw a question, after the error of the last answer if there was one."""
    navigation = [answer_button(state.form_id, "\u2039 Back", BACK)] if step.has_back else []
    navigation.append(answer_button(state.form_id, "Cancel", CANCEL))
    blocks: list[Block] = [Headline(error)] if error else []
    blocks += [step.headline, *step.blocks, Choices((*step.choices, tuple(navigation)))]
    return Reply(blocks=tuple(blocks), tone=Tone.BAD if error else step.tone, about=f"form:{state.form_id}")
