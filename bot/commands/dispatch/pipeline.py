"""Pipeline of every command: audit, mask amounts, map errors, authorise, throttle, form, parse, confirm, handle.

The guard between people and the engine: whatever breaks behind it becomes one sentence with a reference.
"""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.commands.catalog.confirmations import YesArguments, form
from bot.commands.dispatch.audit import audit_entry
from bot.commands.dispatch.authentication import Authenticator, command_name
from bot.commands.dispatch.deduplication import RequestDeduplicator, request_trace_id
from bot.commands.dispatch.error_replies import (
    error_reply,
    explain_refusal,
    failure_reply,
    missing_argument_error,
    missing_argument_form,
)
from bot.commands.dispatch.questions import Questions, resend_line
from bot.commands.dispatch.services import Services, call_handler
from bot.commands.forms.form import CANCEL, FormState, RunCommand
from bot.commands.guards.authorization import Throttle, check_role
from bot.commands.guards.late_commands import LateLine
from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import Button, Reply, build_reply, sentence_reply
from bot.commands.reply.deep_links import expand_deep_link
from bot.commands.reply.input_text import clean_text
from bot.commands.spec.button_permissions import ButtonPermissions
from bot.commands.spec.corrections import Corrections
from bot.commands.spec.parse import ParsedCommand, command_lines, parse_command, quote_spaced_numbers
from bot.commands.spec.request import CallHandler as Next
from bot.commands.spec.request import CommandCall, Request
from bot.commands.spec.spec import CommandSpec, Privacy
from bot.domain.errors import CommandFix, InvalidInput, LinesFix, Refused, Unavailable, UserError
from bot.domain.facts import Saved
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.notifications.level import LastChats
from bot.engine.runtime.engine import Engine
from bot.log import TRACE_ID, log_id

COMMAND_LIMIT = (40, timedelta(seconds=20))
"""Commands that an operator may send within a time."""
REFUSAL_LIMIT = (10, timedelta(hours=1))
"""Audit entries about a stranger within a time."""
FORM_PREFIX, CANCEL_LINE = "/form ", f"/{CANCEL}"


class Pipeline:
    """Turns requests into replies; errors of senders and handlers become replies too."""

    def __init__(self, services: Services, engine: Engine, last_chats: LastChats) -> None:
        self._services = services
        self._writer = engine.writer
        self._clock = clock = engine.clock
        self._in_flight = InFlight()
        self._corrections = Corrections()
        self._deduplicator = RequestDeduplicator(engine.reader)
        self._authenticator = Authenticator(services, clock, last_chats)
        self._questions = Questions(services)
        self._button_permissions = ButtonPermissions(services.registry, services.queries)
        self._commands = Throttle(clock, *COMMAND_LIMIT)
        self._refusals = Throttle(clock, *REFUSAL_LIMIT)
        # The first one is outermost.
        stages = (
            self._audit,
            self._hide,
            self._map_errors,
            self._authorise,
            self._throttle,
            self._form,
            self._parse,
            self._confirm,
        )
        self._run: Next = self._handle
        for stage in reversed(stages):
            self._run = partial(stage, self._run)
        # The line of a sender who was let in already.
        self._run_line = partial(self._form, partial(self._parse, partial(self._confirm, self._handle)))

    async def dispatch_request(self, request: Request) -> Reply | None:
        """Answer a request; None means silence: for a duplicate, or a stranger who was answered already."""
        trace_id = request_trace_id(request)
        self._in_flight.begin_work()
        try:
            with log_id(TRACE_ID, trace_id):
                return await self._run_request(request, trace_id)
        finally:
            self._in_flight.end_work()

    async def wait_until_idle(self) -> None:
        await self._in_flight.wait_until_idle()

    async def _run_request(self, request: Request, trace_id: str) -> Reply | None:
        if await self._deduplicator.is_duplicate(request, trace_id):
            return None
        text = quote_spaced_numbers(clean_text(request.text))
        lines = command_lines(request.text)
        line = expand_deep_link(self._corrections.apply_correction(request, text))
        call = CommandCall(request=request, line=line, trace_id=trace_id, lines=lines)
        reply = await self._run(call)
        return None if call.is_silent else await self._filter_buttons(call, _mark_private(call, reply))

    async def refresh_reply(self, request: Request) -> Reply | None:
        """Answer a read-only request again, without audit or throttle; None if the sender may not send it any more.

        Raise Unavailable if something broke.
        """
        call = CommandCall(request=request, line=clean_text(request.text), trace_id="")
        try:
            reply = await self._hide(self._look_again, call)
        except UserError:
            return None
        except Exception as error:
            failure = self._services.failures.record_failure(call.spec.name if call.spec else "?", error)
            raise Unavailable(f"not looked at, {failure.reference}") from error
        return await self._filter_buttons(call, _mark_private(call, reply))

    async def _filter_buttons(self, call: CommandCall, reply: Reply) -> Reply:
        """Remove buttons that the sender may not press; in a group everybody sees all of them."""
        if call.operator is None or not (call.request.is_private or call.request.is_ephemeral or reply.is_private):
            return reply
        try:
            return await self._button_permissions.filter_buttons(reply, call.operator)
        except Exception as error:
            # The command was carried out already, and a press of a forbidden button is refused anyway.
            self._services.failures.record_failure("buttons", error)
            return reply

    async def _look_again(self, call: CommandCall) -> Reply:
        await self._authenticator.identify_sender(call)
        return await self._parse(self._handle, call)

    async def _audit(self, next_handler: Next, call: CommandCall) -> Reply:
        started = self._clock.now()
        reply = await next_handler(call)
        person = ":".join(call.request.sender_key)
        if call.operator is None:
            if not self._refusals.remaining_count(person):
                return reply
            self._refusals.record_use(person)
        entry = audit_entry(call, reply, self._services.registry, started, self._clock.now() - started)
        try:
            await self._writer.commit((Saved(entry),))
        except Exception as error:
            # The command was carried out and has rows of its own; its sender must still get the reply.
            self._services.failures.record_failure("audit", error)
        return reply

    async def _hide(self, next_handler: Next, call: CommandCall) -> Reply:
        """Hide amounts in a group that is not shown them; what is answered in private says them."""
        call.is_hiding_amounts = not await self._sees_amounts(call)
        return make_visible(await next_handler(call), is_hiding_amounts=call.is_hiding_amounts)

    async def _sees_amounts(self, call: CommandCall) -> bool:
        request, named = call.request, self._services.registry.find_command(command_name(call.line))
        if (
            request.is_private
            or request.is_ephemeral
            or (named is not None and named.spec.privacy is not Privacy.ANYWHERE)
        ):
            return True
        try:
            return await self._services.chats.is_showing_amounts(request.platform, request.chat)
        except Exception as error:
            self._services.failures.record_failure("amounts", error)
            return False

    async def _map_errors(self, next_handler: Next, call: CommandCall) -> Reply:
        try:
            return await next_handler(call)
        except UserError as refusal:
            error = explain_refusal(refusal, call.spec)
            self._corrections.record_refusal(call.request, call.line, error)
            return error_reply(error, call.line)
        except Exception as error:
            failure = self._services.failures.record_failure(call.spec.name if call.spec else "?", error)
            return failure_reply(failure, error)

    async def _authorise(self, next_handler: Next, call: CommandCall) -> Reply:
        await self._authenticator.admit_call(call)
        return await next_handler(call)

    async def _throttle(self, next_handler: Next, call: CommandCall) -> Reply:
        person = ":".join(call.request.sender_key)
        is_free = not call.request.is_throttled or (call.spec is not None and call.spec.is_reducing_risk)
        wait = self._commands.wait_time(person)
        if wait and not is_free:
            raise Refused("too-fast", wait=wait)
        self._commands.record_use(person)
        return await next_handler(call)

    async def _form(self, next_handler: Next, call: CommandCall) -> Reply:
        """Pass a tapped answer, or a line without a slash, to the sender's open form."""
        answer = await self._form_answer(call)
        if answer is None and call.line.casefold() == CANCEL:
            return sentence_reply("No form is open, there is nothing to cancel.", Button("Orders", "/orders"))
        if answer is None or call.context is None:
            return await next_handler(call)
        state, text = answer
        forms = self._services.forms
        if call.context.is_late and forms.is_last_answer(state, text):
            question = self._services.late_commands.ask_answer_again(text, call.line, call.context)
            return self._questions.ask_question(question, form, call.context)
        try:
            outcome = await forms.submit_answer(state, text, call.context)
        except UserError as error:
            if call.request.is_slash_optional and call.spec is not None and not call.line.startswith("/"):
                return await next_handler(call)
            return await forms.repeat_question(state, error, call.context)
        if not isinstance(outcome, RunCommand):
            return outcome
        try:
            return await next_handler(self._replace_command(call, outcome))
        except InvalidInput as error:
            return await forms.ask_question(state, error, call.context)

    async def _form_answer(self, call: CommandCall) -> tuple[FormState, str] | None:
        if call.operator is None:
            return None
        if call.line.startswith(FORM_PREFIX):
            form_id, _, text = call.line.removeprefix(FORM_PREFIX).partition(" ")
            return await self._services.forms.require_open_form(form_id, call.request), text
        # A bare /cancel ends a form, as the word does; with arguments it cancels an order.
        line = call.line.removeprefix("/") if call.line.casefold() == CANCEL_LINE else call.line
        if line.startswith("/"):
            return None
        state = await self._services.forms.find_open_form(call.request)
        return None if state is None else (state, line)

    def _replace_command(self, call: CommandCall, run_command: RunCommand) -> CommandCall:
        call.line = run_command.command_line
        named = self._services.registry.find_command(command_name(run_command.command_line))
        call.spec = named.spec if named else None
        return call

    async def _parse(self, next_handler: Next, call: CommandCall) -> Reply:
        if len(call.lines) > 1:
            raise InvalidInput("several-commands", LinesFix(call.lines), count=len(call.lines))
        if not call.line.startswith("/") and not call.request.is_slash_optional:
            raise InvalidInput("no-slash", CommandFix("bots"))
        call.parsed = parse_command(self._services.registry, call.line)
        self._set_spec(call, call.parsed.spec)
        return await next_handler(call)

    def _set_spec(self, call: CommandCall, spec: CommandSpec) -> None:
        call.spec = spec
        if call.operator is not None:
            check_role(spec, call.operator)
        if call.context is not None:
            call.context = replace(call.context, required_role=spec.role)

    async def _confirm(self, next_handler: Next, call: CommandCall) -> Reply:
        parsed, context = call.parsed, call.context
        if parsed is None or context is None or parsed.arguments is None:
            return await next_handler(call)
        if isinstance(parsed.arguments, YesArguments):
            return await self._accept_confirmation(next_handler, call, parsed.arguments)
        question = await self._questions.question_before(parsed, call.line, context)
        return (
            await next_handler(call)
            if question is None
            else self._questions.ask_question(question, parsed.spec, context)
        )

    async def _accept_confirmation(self, next_handler: Next, call: CommandCall, answer: YesArguments) -> Reply:
        """Run the command that /yes confirms, or the line that it sends anew."""
        pending = self._services.confirmations.accept_confirmation(answer.code, call.request)
        arguments = pending.choice.arguments
        if isinstance(arguments, LateLine):
            return await self._run_line(resend_line(call, arguments.line))
        self._set_spec(call, pending.spec)
        call.parsed = ParsedCommand(pending.spec, arguments)
        return await next_handler(call)

    async def _handle(self, call: CommandCall) -> Reply:
        parsed, context = call.parsed, call.context
        if parsed is None or context is None:
            return build_reply()
        if parsed.arguments is None and context.known_operator is None:
            raise missing_argument_error(parsed)
        if parsed.arguments is None:
            return await self._services.forms.open_form(*missing_argument_form(parsed, call.line), context)
        return await call_handler(parsed.spec.handler, parsed.arguments, context, self._services)


def _mark_private(call: CommandCall, reply: Reply) -> Reply:
    if call.spec is None:
        return reply
    is_private = reply.is_private or call.spec.privacy is not Privacy.ANYWHERE
    is_code = call.spec.has_secret and bool(call.line.partition(" ")[2])
    return replace(reply, is_private=is_private, is_request_secret=is_code)
