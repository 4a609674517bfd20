"""Replies of the pipeline itself: errors, failures, and confirmations before dangerous commands."""

from dataclasses import replace

from bot.commands.forms.fixes import fix_buttons
from bot.commands.forms.form import Answers
from bot.commands.forms.missing_words import FIELD, LINE, MISSING_WORDS_FORM
from bot.commands.guards.confirmations import CONFIRMATION_LIFETIME, Confirmation
from bot.commands.reply.blocks import (
    Actions,
    Button,
    ButtonStyle,
    Footer,
    Headline,
    Reply,
    Tone,
    build_reply,
    button_row,
)
from bot.commands.spec.parse import ParsedCommand, argument_specs, misplaced_word
from bot.commands.spec.request import Request
from bot.commands.spec.spec import CommandSpec, Question
from bot.commands.text.failures import Failure, failure_text
from bot.commands.text.refusal import error_text, guard_buttons
from bot.domain.errors import InvalidInput, UserError

_NO_SUCH_BOT = frozenset({"no-bot", "no-bot-yet", "not-your-bot"})
LIFETIME_SECONDS = int(CONFIRMATION_LIFETIME.total_seconds())


def error_reply(error: UserError, line: str) -> Reply:
    """Build the reply to an error of the sender, with a button for the fix if there is one."""
    text = error_text(error)
    return build_reply(Headline(text), button_row(*guard_buttons(fix_buttons(error, line), text)), tone=Tone.ERROR)


def explain_refusal(error: UserError, spec: CommandSpec | None) -> UserError:
    """Return the error of a word that was taken for a bot although an argument of the command takes it by name."""
    if spec is None or error.code not in _NO_SUCH_BOT:
        return error
    return misplaced_word(spec, str(error.fields["typed"])) or error


def failure_reply(failure: Failure, error: Exception) -> Reply:
    logs = Button("Logs", f"/logs {failure.reference}", ButtonStyle.PRIMARY)
    return build_reply(Headline(failure_text(failure, error)), button_row(logs), tone=Tone.ERROR)


def confirmation_reply(question: Question, confirmations: tuple[Confirmation, ...], request: Request) -> Reply:
    """Build the confirmation of a dangerous command: cancel first, the most harmful choice last."""
    about = f"ask:{confirmations[0].code}"
    if request.is_slash_optional and not request.is_terminal:
        ways = "; ".join(f"{one.choice.label}: send yes {one.code}" for one in confirmations)
        footer = Footer(f"valid {LIFETIME_SECONDS} s; {ways}")
        return replace(question.reply, blocks=(*question.reply.blocks, footer), subject_key=about)
    ways_on = tuple(Button(one.choice.label, f"/yes {one.code}", ButtonStyle.DANGER) for one in confirmations)
    buttons = (Button(question.cancel_label, f"/no {confirmations[0].code}", ButtonStyle.PRIMARY), *ways_on)
    footer = Footer(f"valid {LIFETIME_SECONDS} s, only for you")
    return replace(question.reply, blocks=(*question.reply.blocks, footer, Actions((buttons,))), subject_key=about)


def missing_argument_error(parsed: ParsedCommand) -> InvalidInput:
    """Return the error of a stranger's command without its required argument; strangers get no form."""
    word = argument_specs(parsed.spec)[parsed.missing_field]
    example = parsed.spec.examples[0]
    return InvalidInput("word-missing", name=parsed.missing_field, expected=word.expectation, example=example)


def missing_argument_form(parsed: ParsedCommand, line: str) -> tuple[str, Answers]:
    shown = line if line.startswith("/") else f"/{line}"
    return MISSING_WORDS_FORM, ((LINE, shown), (FIELD, parsed.missing_field))
