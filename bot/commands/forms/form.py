"""Forms as plain data: what was answered so far, and what is asked next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Protocol

from bot.commands.reply.blocks import (
    SEPARATOR,
    Block,
    Button,
    ButtonStyle,
    FormChoices,
    Headline,
    KeyboardRow,
    Reply,
    Tone,
)
from bot.commands.reply.sheet import FormField, FormSheet
from bot.commands.spec.request import CommandContext
from bot.commands.text.refusal import error_text, fix_words, guard_buttons
from bot.domain.errors import NameFix, UserError, WordFix
from bot.domain.market import Mode

BACK, CANCEL = "<", "cancel"
PAGE = "all on one page"
"""What is asked for where a form begins with all its lists; no field is called so."""
Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """An open form: its answers in order, the field that was asked for out of order, and whether it has a page."""

    form_id: str
    form_name: str
    answers: Answers
    began_at: datetime
    requested_field: str = ""
    is_paged: bool = False

    def value(self, name: str) -> str | None:
        """Return the answer of a field, None when it was not given."""
        return next((value for key, value in reversed(self.answers) if key == name), None)

    def with_answer(self, name: str, value: str) -> "FormState":
        """Return the form with an answer, which replaces an older one of the same field."""
        kept = tuple((key, old) for key, old in self.answers if key != name)
        return replace(self, answers=(*kept, (name, value)), requested_field="")

    def with_request(self, name: str) -> "FormState":
        """Return the form with a field that is asked for next, out of order."""
        return replace(self, requested_field=name)

    def without_answer(self, name: str) -> "FormState":
        """Return the form without the answer of a field."""
        return replace(self, answers=tuple((key, value) for key, value in self.answers if key != name))


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStep:
    """One question: a headline, words about it, and the answers offered; any text may be typed.

    `field` is the name of what is asked for, where it has one; `sheet` are fields that may be answered as well, and
    `sheet_label` what they are about; `lists` are chosen on the page, for requests that say `has_lists`.
    """

    headline: Headline
    blocks: tuple[Block, ...] = ()
    choices: tuple[KeyboardRow, ...] = ()
    field: str = ""
    sheet: tuple[FormField, ...] = ()
    sheet_label: str = ""
    lists: tuple[FormField, ...] = ()


@dataclass(frozen=True, slots=True)
class RunCommand:
    """The form is done; this line is to be carried out like a typed command."""

    command_line: str


AnswerOutcome = FormState | Reply | RunCommand
"""What came of an answer: the form goes on, or is done and this came of it, or is done and a command is next."""


@dataclass(frozen=True, slots=True)
class FormStart:
    """How a form begins, and what was wrong with an answer that was given beforehand and is asked for again."""

    state: FormState
    error: UserError | None = None


class FormDefinition(Protocol):
    """The fields of one form; every call may look at the desk, none keeps anything."""

    @property
    def name(self) -> str:
        """Return the name under which open forms of this definition are stored."""
        ...

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Look at the answers given beforehand; raise UserError when the form cannot begin with them."""
        ...

    def required_fields(self, state: FormState) -> Sequence[str]:
        """Return the fields that are asked for one after the other."""
        ...

    async def ask_field(self, state: FormState, field: str, ctx: CommandContext) -> FormStep:
        """Return the question for a field; for none (an empty name) what stands where all are answered."""
        ...

    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Take an answer to what `ask_field` asks; raise UserError when it cannot be."""
        ...


def open_field(form: FormDefinition, state: FormState) -> str:
    """Return the field that is asked for now, empty if all are answered."""
    return state.requested_field or next((n for n in form.required_fields(state) if state.value(n) is None), "")


def previous_state(form: FormDefinition, state: FormState) -> FormState:
    """Return the form at the question before; at the first one unchanged."""
    if state.requested_field:
        return state if state.requested_field == PAGE else state.with_request("")
    if state.is_paged:
        return state.with_request(PAGE)
    current = open_field(form, state)
    before = tuple(takewhile(lambda name: name != current, form.required_fields(state)))
    return state.without_answer(before[-1]) if before else state


def answer_button(form_id: str, label: str, value: str = "", meaning: ButtonStyle = ButtonStyle.NONE) -> Button:
    """Make a button that answers the form; the value defaults to the label."""
    return Button(label, f"/form {form_id} {value or label}", meaning)


def step_reply(state: FormState, step: FormStep, error: UserError | None = None, *, has_back: bool = False) -> Reply:
    """Draw a question, after the error of the last answer if there was one, with what it offers instead."""
    navigation = [answer_button(state.form_id, "\u2039 Back", BACK)] if has_back else []
    navigation.append(answer_button(state.form_id, "Cancel", CANCEL))
    text = error_text(error, answering=step.field) if error else ""
    blocks: list[Block] = [Headline(text)] if error else []
    instead = guard_buttons(_alternative_buttons(state, error, step.field), text) if error else ()
    rows = (*_choice_rows(instead, step.choices), tuple(navigation))
    blocks += [step.headline, *step.blocks, FormChoices(tuple(row for row in rows if row))]
    tone = Tone.ERROR if error else Tone.INFORMATION
    return Reply(blocks=tuple(blocks), tone=tone, subject_key=f"form:{state.form_id}", sheet=_form_sheet(state, step))


def _form_sheet(state: FormState, step: FormStep) -> FormSheet | None:
    if not (step.sheet or step.lists):
        return None
    title = _sheet_title(step.headline)
    return FormSheet(
        form_id=state.form_id, title=title, fields=step.sheet, select_fields=step.lists, label=step.sheet_label
    )


def _choice_rows(alternatives: KeyboardRow, choices: tuple[KeyboardRow, ...]) -> tuple[KeyboardRow, ...]:
    """Offer what would do before the choices; one of the choices becomes the sensible one where it stands."""
    labels = {button.label for row in choices for button in row}
    if len(alternatives) != 1 or alternatives[0].label not in labels:
        return (alternatives, *choices)
    (fix,) = alternatives
    plain = (tuple(replace(button, style=ButtonStyle.NONE) for button in row) for row in choices)
    return tuple(tuple(fix if button.label == fix.label else button for button in row) for row in plain)


def _sheet_title(headline: Headline) -> str:
    """Name what is filled in: what the one question asks for is not what many fields are about."""
    first, *others = headline.plain_text.split(SEPARATOR)
    return SEPARATOR.join((first, *(part for part in others if part in set(Mode))))


def _alternative_buttons(state: FormState, error: UserError, field: str) -> tuple[Button, ...]:
    """Offer what an answer could have meant: all readings of it, or the one value that would do."""
    match error.fix:
        case NameFix(name=name):
            return (answer_button(state.form_id, name, meaning=ButtonStyle.PRIMARY),)
        case WordFix(words=((name, _), *_), alternatives=alternatives) if alternatives:
            # Of many fields it need not be the one that is asked for that has two readings.
            lead = f"{name}=" if name != field else ""
            return tuple(answer_button(state.form_id, value, f"{lead}{value}") for value in alternatives)
        case WordFix(words=(_,), is_certain=True) as fix:
            ((name, value),) = fix_words(fix)
            word = f"{name}={value}"
            return (answer_button(state.form_id, value if name == field else word, word, ButtonStyle.PRIMARY),)
        case _:
            return ()
