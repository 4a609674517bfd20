"""Forms as plain data: what was answered so far, and what is asked next."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from bot.commands.forms.fixes import example_words, fix_words
from bot.commands.reply.blocks import SEPARATOR, Block, Button, Choices, Headline, Meaning, Reply, Tone
from bot.commands.reply.sheet import Sheet, SheetField
from bot.commands.spec.request import Context
from bot.domain.errors import UserError
from bot.domain.market import Mode

BACK, CANCEL = "<", "cancel"
Row = tuple[Button, ...]
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

    def without(self, name: str) -> "FormState":
        """Return the form without the answer of a field."""
        return replace(self, answers=tuple((key, value) for key, value in self.answers if key != name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One question: a headline, words about it, and the answers offered; any text may be typed.

    `field` is the name of what is asked for, where it has one; `sheet` are fields that may be answered as well, and
    `sheet_label` what they are about; `lists` are chosen on the page, for requests that say `has_lists`.
    """

    headline: Headline
    blocks: tuple[Block, ...] = ()
    choices: tuple[tuple[Button, ...], ...] = ()
    has_back: bool = True
    tone: Tone = Tone.INFORMATION
    field: str = ""
    sheet: tuple[SheetField, ...] = ()
    sheet_label: str = ""
    lists: tuple[SheetField, ...] = ()


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


@dataclass(frozen=True, slots=True)
class Opening:
    """How a form begins, and what was wrong with an answer that was given beforehand and is asked for again."""

    state: FormState
    error: UserError | None = None


class Script(Protocol):
    """The questions of one form; every call may look at the desk, none keeps anything."""

    @property
    def name(self) -> str:
        """Return the name under which forms of this script are kept."""
        ...

    async def begin(self, state: FormState, ctx: Context) -> Opening:
        """Look at the answers given beforehand; raise UserError when the form cannot begin with them."""
        ...

    async def step(self, state: FormState, ctx: Context) -> Step:
        """Return what to ask now."""
        ...

    async def answer(self, state: FormState, text: str, ctx: Context) -> Outcome:
        """Take an answer to the question that `step` asks; raise UserError when it cannot be."""
        ...

    def back(self, state: FormState) -> FormState:
        """Return the form at the question before; at the first one unchanged."""
        ...


def answer_button(form_id: str, label: str, value: str = "", meaning: Meaning = Meaning.NONE) -> Button:
    """Make a button that answers the form; the value defaults to the label."""
    return Button(label, f"/form {form_id} {value or label}", meaning)


def step_reply(state: FormState, step: Step, error: UserError | None = None) -> Reply:
    """Draw a question, after the error of the last answer if there was one, with what it offers instead."""
    navigation = [answer_button(state.form_id, "\u2039 Back", BACK)] if step.has_back else []
    navigation.append(answer_button(state.form_id, "Cancel", CANCEL))
    blocks: list[Block] = [Headline(_complaint(error, step.field))] if error else []
    instead = _instead(state, error, step.field) if error else ()
    rows = (*_offered(instead, step.choices), tuple(navigation))
    blocks += [step.headline, *step.blocks, Choices(tuple(row for row in rows if row))]
    tone = Tone.BAD if error else step.tone
    return Reply(blocks=tuple(blocks), tone=tone, about=f"form:{state.form_id}", sheet=_sheet(state, step))


def _sheet(state: FormState, step: Step) -> Sheet | None:
    if not (step.sheet or step.lists):
        return None
    title = _title(step.headline)
    return Sheet(form_id=state.form_id, title=title, fields=step.sheet, lists=step.lists, label=step.sheet_label)


def _offered(instead: Row, choices: tuple[Row, ...]) -> tuple[Row, ...]:
    """Offer what would do before the choices; one of the choices becomes the sensible one where it stands."""
    labels = {button.label for row in choices for button in row}
    if len(instead) != 1 or instead[0].label not in labels:
        return (instead, *choices)
    (fix,) = instead
    plain = (tuple(replace(button, meaning=Meaning.NONE) for button in row) for row in choices)
    return tuple(tuple(fix if button.label == fix.label else button for button in row) for row in plain)


def _title(headline: Headline) -> str:
    """Name what is filled in: what the one question asks for is not what many fields are about."""
    first, *others = headline.plain.split(SEPARATOR)
    return SEPARATOR.join((first, *(part for part in others if part in set(Mode))))


def _complaint(error: UserError, field: str) -> str:
    """Say what was wrong with an answer; here the name of what is asked for need not be sent."""
    example = "for example "
    return error.user_text.replace(f"{example}{field}=", example) if field else error.user_text


def _instead(state: FormState, error: UserError, field: str) -> tuple[Button, ...]:
    """Offer what an answer could have meant: all readings of it, or the one value that would do."""
    if error.readings:
        # Of many fields it need not be the one that is asked for that has two readings.
        name = next(iter(example_words(error)), "").partition("=")[0]
        lead = f"{name}=" if name and name != field else ""
        return tuple(answer_button(state.form_id, reading, f"{lead}{reading}") for reading in error.readings)
    if error.fix and not set(error.fix) & set("=/"):
        return (answer_button(state.form_id, error.fix, meaning=Meaning.PRIMARY),)
    words = fix_words(error) if error.fix is not None else example_words(error)
    if len(words) != 1:
        return ()
    name, _, value = words[0].partition("=")
    return (answer_button(state.form_id, value if name == field else words[0], words[0], Meaning.PRIMARY),)
