"""Questions before commands: those of dangerous ones, and those of late ones that raise risk (ADR 0031)."""

from dataclasses import replace

from bot.commands.dispatch.error_replies import confirmation_reply
from bot.commands.dispatch.services import Services, call_handler
from bot.commands.reply.blocks import Reply
from bot.commands.spec.parse import ParsedCommand
from bot.commands.spec.request import CommandCall, CommandContext
from bot.commands.spec.spec import CommandSpec, Question


class Questions:
    """Asks before commands are carried out."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def question_before(self, parsed: ParsedCommand, line: str, ctx: CommandContext) -> Question | None:
        """Return what must be asked before a command with all its arguments, None if nothing."""
        question: Question | None = None
        if parsed.arguments is not None and parsed.spec.confirm is not None:
            question = await call_handler(parsed.spec.confirm, parsed.arguments, ctx, self._services)
        if not (ctx.is_late and parsed.is_changing) or (question is None and await self._reduces_risk(parsed, ctx)):
            return question
        late_line = line if line.startswith("/") else f"/{line}"
        return await self._services.late_commands.ask_again(parsed, late_line, ctx, question)

    async def _reduces_risk(self, parsed: ParsedCommand, ctx: CommandContext) -> bool:
        """Return whether a changing command with these arguments only reduces risk."""
        if parsed.arguments is None or parsed.spec.reduces_risk is None:
            return False
        return await call_handler(parsed.spec.reduces_risk, parsed.arguments, ctx, self._services)

    def ask_question(self, question: Question, spec: CommandSpec, ctx: CommandContext) -> Reply:
        """Store a question and return it as a reply."""
        pendings = self._services.confirmations.add_question(ctx.request, ctx.operator.name, spec, question)
        return confirmation_reply(question, pendings, ctx.request)


def resend_line(call: CommandCall, line: str) -> CommandCall:
    """Make a call that of a line which is sent now."""
    call.line = line
    call.request = replace(call.request, sent_at=None)
    if call.context is not None:
        call.context = replace(call.context, request=call.request)
    return call
