"""Answers to questions and forms: what buttons and typed `yes CODE` send."""

from typing import Annotated

from bot.commands.forms.form_service import FormDesk
from bot.commands.guards.confirmations import Pendings
from bot.commands.reply.blocks import Reply, Tone, sentence
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Alias, Arguments, Place, Topic, Traits, Word, command
from bot.domain.errors import InvalidInput
from bot.domain.people import Role

_CODE = Word("the code of an open question", "K7QM")


class YesArguments(Arguments):
    """Which question is answered with yes; the newest on a terminal."""

    code: Annotated[str, _CODE] = ""


class NoArguments(Arguments):
    """Which question is answered with no; the newest without a code."""

    code: Annotated[str, _CODE] = ""


class FormArguments(Arguments):
    """Which form is answered, and with what."""

    form_id: Annotated[str, Word("the id of an open form", "abcde")]
    answer: Annotated[tuple[str, ...], Word("anything", "back", place=Place.MANY)] = ()


@command(
    "yes",
    summary="Confirm the question before a dangerous command",
    role=Role.VIEWER,
    topic=Topic.LIFE_CYCLE,
    examples=("/yes K7QM", "/yes"),
    traits=Traits(aliases=(Alias("y"),), is_hidden=True, is_reducing_risk=True),
)
async def yes(args: YesArguments) -> Reply:
    """Say that nothing waits: the pipeline carries out what a code stands for before this."""
    del args
    raise InvalidInput("nothing waits for that answer. Expected a command, for example /bots", fix="/bots")


@command(
    "no",
    summary="Answer a question with no",
    role=Role.VIEWER,
    topic=Topic.LIFE_CYCLE,
    examples=("/no K7QM", "/no"),
    traits=Traits(aliases=(Alias("n"),), is_hidden=True, is_reducing_risk=True),
)
async def no(args: NoArguments, ctx: Context, pendings: Pendings) -> Reply:
    """Drop a question."""
    dropped = pendings.drop(args.code, ctx.request)
    text = f"Canceled: {dropped.line} was not carried out." if dropped else "Nothing waits for an answer."
    return sentence(text, tone=Tone.NEUTRAL)


@command(
    "form",
    summary="Answer a form",
    role=Role.VIEWER,
    topic=Topic.FIRST_STEPS,
    examples=("/form abcde back",),
    traits=Traits(is_hidden=True),
)
async def form(args: FormArguments, ctx: Context, forms: FormDesk) -> Reply:
    """Say whether the form is still open: the pipeline hands answers over before this."""
    return await forms.again(await forms.find(args.form_id, ctx.request), None, ctx)
