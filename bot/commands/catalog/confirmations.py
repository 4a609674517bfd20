"""Commands that answer confirmations and forms: what buttons and typed `yes CODE` send."""

from typing import Annotated

from bot.commands.forms.form_service import FormService
from bot.commands.guards.confirmations import Confirmations
from bot.commands.reply.blocks import Reply, Tone, sentence_reply
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Alias, ArgumentKind, Arguments, ArgumentSpec, Effect, command
from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.people import Role

_CODE_ARGUMENT = ArgumentSpec("the code of an open question", "K7QM")


class YesArguments(Arguments):
    """Arguments of `/yes`; without a code the newest confirmation, on a terminal."""

    code: Annotated[str, _CODE_ARGUMENT] = ""


class NoArguments(Arguments):
    """Arguments of `/no`; without a code the newest confirmation."""

    code: Annotated[str, _CODE_ARGUMENT] = ""


class FormArguments(Arguments):
    form_id: Annotated[str, ArgumentSpec("the id of an open form", "abcde")]
    answer: Annotated[tuple[str, ...], ArgumentSpec("anything", "back", kind=ArgumentKind.VARIADIC)] = ()


@command("yes", Role.VIEWER, "/yes K7QM", "/yes", aliases=(Alias("y"),), is_hidden=True, effect=Effect.REDUCES_RISK)
async def yes(args: YesArguments) -> Reply:
    """Confirm the question before a dangerous command."""
    del args
    # The pipeline replaces a valid /yes by its command.
    raise InvalidInput("nothing-to-answer", CommandFix("bots"))


@command("no", Role.VIEWER, "/no K7QM", "/no", aliases=(Alias("n"),), is_hidden=True, effect=Effect.REDUCES_RISK)
async def no(args: NoArguments, ctx: CommandContext, confirmations: Confirmations) -> Reply:
    """Answer a question with no."""
    dropped = confirmations.decline_confirmation(args.code, ctx.request)
    if dropped is not None and dropped.question.declined is not None:
        return dropped.question.declined
    text = f"Canceled: {dropped.line} was not carried out." if dropped else "Nothing waits for an answer."
    return sentence_reply(text, tone=Tone.NEUTRAL)


@command("form", Role.VIEWER, "/form abcde back", is_hidden=True, effect=Effect.READS)
async def form(args: FormArguments, ctx: CommandContext, forms: FormService) -> Reply:
    """Answer a form."""
    # The pipeline passes answers of an open form to it before this.
    return await forms.repeat_question(await forms.require_open_form(args.form_id, ctx.request), None, ctx)
