"""Forms as plain data: answers so far and the next question."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import ClassVar

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
"""Pseudo-field of a form that begins with all its lists on one page."""
Answers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FormState:
    """An open form with its answers in order; `requested_field` is asked for out of order."""

    form_id: str
    form_name: str
    answers: Answers
    began_at: datetime
    requested_field: str = ""
    is_paged: bool = False

    def value(self, name: str) -> str | None:
        """Return a field's answer, None without one."""
        return next((value for key, value in reversed(self.answers) if key == name), None)

    def with_answer(self, name: str, value: str) -> "FormState":
        """Return the form with an answer, which replaces an older one of the field."""
        kept = tuple((key, old) for key, old in self.answers if key != name)
        return replace(self, answers=(*kept, (name, value)), requested_field="")

    def with_request(self, name: str) -> "FormState":
        """Return the form with a field to ask for next, out of order."""
        return replace(self, requested_field=name)

    def without_answer(self, name: str) -> "FormState":
        return replace(self, answers=tuple((key, value) for key, value in self.answers if key != name))


@dataclass(frozen=True, slots=True, kw_only=True)
class FormStep:
    """A question: headline, text, and suggested answers; any text may be typed.

    `field` is the field asked for, if there is one; `sheet` are the fields that may be answered too, with `sheet_label`
    above them; `lists` are chosen on the page, for requests with `has_multiple_selects`. A number is the place of a
    choice if the step `takes_numbers`.
    """

    headline: Headline
    blocks: tuple[Block, ...] = ()
    choices: tuple[KeyboardRow, ...] = ()
    field: str = ""
    sheet: tuple[FormField, ...] = ()
    sheet_label: str = ""
    lists: tuple[FormField, ...] = ()
    takes_numbers: bool = False


@dataclass(frozen=True, slots=True)
class RunCommand:
    """The form is done; run this command line like a typed one."""

    command_line: str


AnswerOutcome = FormState | Reply | RunCommand
"""Outcome of an answer: the form goes on, is done with a reply, or is done with a command to run."""


FormStart = tuple[FormState, UserError | None]
"""The start of a form, with the error of an answer given beforehand, which is asked for again."""


class Form(ABC):
    """The fields of a form; may read storage, stores nothing. Open forms are stored under its `name`."""

    name: ClassVar[str]

    async def start_form(self, state: FormState, ctx: CommandContext) -> FormStart:
        """Check the answers given beforehand; raise UserError when the form cannot start with them."""
        del ctx
        return state, None

    def required_fields(self, state: FormState) -> Sequence[str]:
        """Return the fields that are asked for, in order."""
        del state
        return ()

    @abstractmethod
    async def ask_field(self, state: FormState, field: str, ctx: CommandContext) -> FormStep:
        """Return the question for a field; for an empty name the step after all fields are answered."""

    @abstractmethod
    async def process_answer(self, state: FormState, field: str, text: str, ctx: CommandContext) -> AnswerOutcome:
        """Handle the answer to `ask_field`; raise UserError for an invalid one."""

    def is_last_answer(self, field: str, word: str) -> bool:
        """Return whether this answer makes the form itself change something; not if it runs a command for that."""
        del field, word
        return False

    def open_field(self, state: FormState) -> str:
        """Return the field that is asked for now, empty if all are answered."""
        return state.requested_field or next((n for n in self.required_fields(state) if state.value(n) is None), "")

    def previous_state(self, state: FormState) -> FormState:
        """Return the form at the question before, or unchanged at the first one."""
        if state.requested_field:
            return state if state.requested_field == PAGE else state.with_request("")
        if state.is_paged:
            return state.with_request(PAGE)
        current = self.open_field(state)
        before = tuple(takewhile(lambda name: name != current, self.required_fields(state)))
        return state.without_answer(before[-1]) if before else state


def answer_button(form_id: str, label: str, value: str = "", meaning: ButtonStyle = ButtonStyle.NONE) -> Button:
    """Return a button that answers the form; `value` defaults to the label."""
    return Button(label, f"/form {form_id} {value or label}", meaning)


def step_reply(state: FormState, step: FormStep, error: UserError | None = None, *, has_back: bool = False) -> Reply:
    """Return a question as a reply, after the error of the last answer with the answers that would work."""
    navigation = [answer_button(state.form_id, "\u2039 Back", BACK)] if has_back else []
    navigation.append(answer_button(state.form_id, "Cancel", CANCEL))
    text = error_text(error, answering=step.field) if error else ""
    blocks: list[Block] = [Headline(text)] if error else []
    instead = guard_buttons(_alternative_buttons(state, error, step.field), text) if error else ()
    rows = (*_choice_rows(instead, step.choices), tuple(navigation))
    blocks += [step.headline, *step.blocks, FormChoices(tuple(row for row in rows if row), step.takes_numbers)]
    sheet = None
    if step.sheet or step.lists:
        sheet = FormSheet(
            form_id=state.form_id,
            title=_sheet_title(step.headline),
            fields=step.sheet,
            select_fields=step.lists,
            label=step.sheet_label,
        )
    tone = Tone.ERROR if error else Tone.INFORMATION
    return Reply(blocks=tuple(blocks), tone=tone, subject_key=f"form:{state.form_id}", sheet=sheet)


def _choice_rows(alternatives: KeyboardRow, choices: tuple[KeyboardRow, ...]) -> tuple[KeyboardRow, ...]:
    """Return the alternatives before the choices; a choice that equals the only alternative is marked instead."""
    labels = {button.label for row in choices for button in row}
    if len(alternatives) != 1 or alternatives[0].label not in labels:
        return (alternatives, *choices)
    (fix,) = alternatives
    plain = (tuple(replace(button, style=ButtonStyle.NONE) for button in row) for row in choices)
    return tuple(tuple(fix if button.label == fix.label else button for button in row) for row in plain)


def _sheet_title(headline: Headline) -> str:
    """Return the title of a sheet: the headline without what only its question asks for."""
    first, *others = headline.plain_text.split(SEPARATOR)
    return SEPARATOR.join((first, *(part for part in others if part in set(Mode))))


def _alternative_buttons(state: FormState, error: UserError, field: str) -> tuple[Button, ...]:
    """Return the readings of an ambiguous answer, or the one value that would work."""
    match error.fix:
        case NameFix(name=name):
            return (answer_button(state.form_id, name, meaning=ButtonStyle.PRIMARY),)
        case WordFix(words=((name, _), *_), alternatives=alternatives) if alternatives:
            # On a sheet, the ambiguous field may be another than the one asked for.
            lead = f"{name}=" if name != field else ""
            return tuple(answer_button(state.form_id, value, f"{lead}{value}") for value in alternatives)
        case WordFix(words=(_,), is_certain=True) as fix:
            ((name, value),) = fix_words(fix)
            word = f"{name}={value}"
            return (answer_button(state.form_id, value if name == field else word, word, ButtonStyle.PRIMARY),)
        case _:
            return ()
