"""Replies that the pipeline itself gives: errors, failures, questions before dangerous commands."""

from bot.commands.forms.fixes import fix_buttons
from bot.commands.forms.form import Answers
from bot.commands.forms.missing_words import FIELD, FILL, LINE
from bot.commands.guards.confirmations import LIFE, Pending
from bot.commands.reply.blocks import Actions, Block, Button, Footer, Headline, Meaning, Reply, Tone, reply, row_of
from bot.commands.spec.parse import Parsed, word_fields
from bot.commands.spec.request import Request
from bot.commands.spec.spec import Question
from bot.commands.text.failures import Failure, failure_text
from bot.commands.text.refusal import error_text
from bot.domain.errors import InvalidInput, UserError

SECONDS = int(LIFE.total_seconds())


def error_reply(error: UserError, line: str) -> Reply:
    """Show what a person did wrong, with a button for the one right answer if there is one."""
    text = error_text(error)
    if text != error.user_text:
        return reply(Headline(text), tone=Tone.BAD)
    return reply(Headline(text), row_of(*fix_buttons(error, line)), tone=Tone.BAD)


def failure_reply(failure: Failure, error: Exception) -> Reply:
    """Say that something failed, with its reference."""
    logs = Button("Logs", f"/logs {failure.reference}", Meaning.PRIMARY)
    return reply(Headline(failure_text(failure, error)), row_of(logs), tone=Tone.BAD)


def confirmation(question: Question, pendings: tuple[Pending, ...], request: Request) -> Reply:
    """Ask before a dangerous command: first the way out, the acts last, the worst at the end."""
    about = f"ask:{pendings[0].code}"
    pairs = tuple(zip(question.acts, pendings, strict=True))
    if request.is_slash_optional and not request.is_terminal:
        ways = "; ".join(f"{act.label}: send yes {pending.code}" for act, pending in pairs)
        return _with(question.reply, Footer(f"valid {SECONDS} s; {ways}"), about=about)
    ways_on = tuple(Button(act.label, f"/yes {pending.code}", Meaning.DANGER) for act, pending in pairs)
    buttons = (Button(question.way_out, f"/no {pendings[0].code}", Meaning.PRIMARY), *ways_on)
    return _with(question.reply, Footer(f"valid {SECONDS} s, only for you"), Actions((buttons,)), about=about)


def missing_word(parsed: Parsed) -> InvalidInput:
    """Complain about a command of somebody nobody knows, for whom no form is kept."""
    word = word_fields(parsed.spec)[parsed.missing]
    example = parsed.spec.examples[0]
    return InvalidInput(f"the {parsed.missing} is missing. Expected {word.expects}, for example {example}")


def missing_script(parsed: Parsed, line: str) -> tuple[str, Answers]:
    """Return the form that asks for what a command still needs."""
    shown = line if line.startswith("/") else f"/{line}"
    return FILL, ((LINE, shown), (FIELD, parsed.missing))


def _with(asked: Reply, *blocks: Block, about: str) -> Reply:
    return Reply(blocks=(*asked.blocks, *blocks), tone=asked.tone, about=about, is_private=asked.is_private)
