"""The way of every command: audit -> map errors -> authorise -> throttle -> form -> parse -> confirm -> handle.

This is the guard between people and the desk: whatever breaks behind it becomes one sentence with a reference.
"""

import hashlib
from collections import OrderedDict

from bot.commands.answers import confirmation, error_reply, failure_reply, missing_script
from bot.commands.audit import audit_entry
from bot.commands.call import Call, folded
from bot.commands.call import Handler as Next
from bot.commands.catalog.answer import YesArguments
from bot.commands.corrections import Corrections
from bot.commands.form import FormState, Handover
from bot.commands.gates import (
    STRANGER_TEXT,
    UNCLAIMED_TEXT,
    check_place,
    check_role,
    command_throttle,
    refusal_throttle,
    stranger_throttle,
)
from bot.commands.parse import Parsed, head_of, parse
from bot.commands.reply import Reply, reply
from bot.commands.request import Context, Request
from bot.commands.services import Services, call_with
from bot.commands.spec import Audience, Question
from bot.commands.times import duration
from bot.commands.wording import clean
from bot.domain.destination import destination_key
from bot.domain.errors import InvalidInput, Refused, UserError
from bot.domain.facts import AuditAdded
from bot.domain.ids import new_id, spell
from bot.engine.presence import Presence
from bot.ports.clock import Clock
from bot.ports.storage import Writer

TRACE_LENGTH = 16
FORM_TAP, CANCEL_LINE = "/form ", "/cancel"
UPDATES_REMEMBERED = 10_000


class Pipeline:
    """Turns requests into replies; never raises what a person or a handler did wrong."""

    def __init__(self, services: Services, writer: Writer, clock: Clock, presence: Presence) -> None:
        self._services = services
        self._presence = presence
        self._writer = writer
        self._clock = clock
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._corrections = Corrections()
        self._commands = command_throttle(clock)
        self._strangers = stranger_throttle(clock)
        self._refusals = refusal_throttle(clock)
        stages = (
            self._audit,
            self._map_errors,
            self._authorise,
            self._throttle,
            self._form,
            self._parse,
            self._confirm,
        )
        self._run = folded(stages, self._handle)

    async def dispatch(self, request: Request) -> Reply | None:
        """Answer a request; None means to stay silent (a repeat, or a stranger who was answered already)."""
        if self._is_repeat(request):
            return None
        line = self._corrections.applied(request, clean(request.text))
        call = Call(request=request, line=line, trace_id=_trace_id(request))
        answer = await self._run(call)
        return None if call.is_silent else answer

    def _is_repeat(self, request: Request) -> bool:
        if request.update_id is None:
            return False
        key = (request.platform, request.update_id)
        if key in self._seen:
            return True
        self._seen[key] = None
        while len(self._seen) > UPDATES_REMEMBERED:
            self._seen.popitem(last=False)
        return False

    async def _audit(self, call: Call, go_on: Next) -> Reply:
        started = self._clock.now()
        answer = await go_on(call)
        person = ":".join(call.request.sender)
        if call.operator is None:
            if not self._refusals.left(person):
                return answer
            self._refusals.note(person)
        entry = audit_entry(call, answer, self._services.registry, started, self._clock.now() - started)
        try:
            await self._writer.commit((AuditAdded(entry),))
        except Exception as error:
            # What was done is done and has its own rows; the person must still hear of it.
            self._services.failures.note("audit", error)
        return answer

    async def _map_errors(self, call: Call, go_on: Next) -> Reply:
        try:
            return await go_on(call)
        except UserError as error:
            self._corrections.note(call.request, call.line, error)
            return error_reply(error, call.line)
        except Exception as error:
            failure = self._services.failures.note(call.spec.name if call.spec else "?", error)
            return failure_reply(failure, error)

    async def _authorise(self, call: Call, go_on: Next) -> Reply:
        request = call.request
        call.operator = await self._services.people.known(request.platform, request.platform_id)
        call.context = Context(known=call.operator, request=request, trace_id=call.trace_id, now=self._clock.now())
        named = self._services.registry.get(_name_of(call.line))
        is_open = named is not None and named.spec.audience is Audience.ANYONE
        if call.operator is None:
            await self._check_stranger(call, is_open=is_open)
        else:
            self._presence.note(call.operator.operator_id, destination_key(request.platform, request.chat))
        if named is not None:
            call.spec = named.spec
            check_place(named.spec, is_private=request.is_private)
            if call.operator is not None:
                check_role(named.spec, call.operator)
        return await go_on(call)

    async def _check_stranger(self, call: Call, *, is_open: bool) -> None:
        """Let strangers claim a desk without an owner; else one sentence an hour in private, silence in groups."""
        if not call.request.platform_id or not call.request.is_private:
            call.is_silent = True
            raise Refused("no identity")
        if not await self._services.people.has_owner():
            if is_open:
                return
            raise Refused(UNCLAIMED_TEXT)
        person = ":".join(call.request.sender)
        call.is_silent = not self._strangers.left(person)
        self._strangers.note(person)
        raise UserError(STRANGER_TEXT)

    async def _throttle(self, call: Call, go_on: Next) -> Reply:
        person = ":".join(call.request.sender)
        is_free = not call.request.is_throttled or (call.spec is not None and call.spec.is_reducing_risk)
        wait = self._commands.wait(person)
        if wait and not is_free:
            raise Refused(f"that is too fast. Wait {duration(wait)}, then send it again.")
        self._commands.note(person)
        return await go_on(call)

    async def _form(self, call: Call, go_on: Next) -> Reply:
        """Give a tapped answer, or a line without a slash, to the open form of its sender."""
        answer = await self._form_answer(call)
        if answer is None or call.context is None:
            return await go_on(call)
        state, text = answer
        forms = self._services.forms
        try:
            outcome = await forms.answer(state, text, call.context)
        except UserError as error:
            if call.request.is_slash_optional and call.spec is not None and not call.line.startswith("/"):
                return await go_on(call)
            return await forms.again(state, error, call.context)
        return await go_on(self._handed_over(call, outcome)) if isinstance(outcome, Handover) else outcome

    async def _form_answer(self, call: Call) -> tuple[FormState, str] | None:
        if call.operator is None or call.request.words is not None:
            return None
        if call.line.startswith(FORM_TAP):
            form_id, _, text = call.line.removeprefix(FORM_TAP).partition(" ")
            return await self._services.forms.find(form_id, call.request), text
        # A bare /cancel ends a form like the word; with words behind it, it is about an order.
        line = call.line.removeprefix("/") if call.line.casefold() == CANCEL_LINE else call.line
        if line.startswith("/"):
            return None
        state = await self._services.forms.current(call.request)
        return None if state is None else (state, line)

    def _handed_over(self, call: Call, handover: Handover) -> Call:
        call.line = handover.line
        named = self._services.registry.get(_name_of(handover.line))
        call.spec = named.spec if named else None
        return call

    async def _parse(self, call: Call, go_on: Next) -> Reply:
        if not call.line.startswith("/") and not call.request.is_slash_optional and call.request.words is None:
            raise InvalidInput(
                "that is no command. Expected one with a slash from /help, for example /bots", fix="/bots"
            )
        call.parsed = parse(self._services.registry, call.line, call.request.words)
        call.spec = call.parsed.spec
        return await go_on(call)

    async def _confirm(self, call: Call, go_on: Next) -> Reply:
        parsed, context = call.parsed, call.context
        if parsed is None or context is None or parsed.arguments is None:
            return await go_on(call)
        if isinstance(parsed.arguments, YesArguments):
            self._take_answer(call, parsed.arguments)
            return await go_on(call)
        if parsed.spec.confirm is None:
            return await go_on(call)
        question: Question | None = await call_with(parsed.spec.confirm, parsed.arguments, context, self._services)
        if question is None:
            return await go_on(call)
        pendings = tuple(
            self._services.pendings.ask(
                call.request, context.operator.name, parsed.spec, act.arguments, question.subject
            )
            for act in question.acts
        )
        return confirmation(question, pendings, call.request)

    def _take_answer(self, call: Call, answer: YesArguments) -> None:
        """Put the command that was asked about into the place of the yes."""
        pending = self._services.pendings.take(answer.code, call.request)
        if call.operator is not None:
            check_role(pending.spec, call.operator)
        call.spec = pending.spec
        call.parsed = Parsed(pending.spec, pending.arguments)
        call.is_confirmed = True

    async def _handle(self, call: Call) -> Reply:
        parsed, context = call.parsed, call.context
        if parsed is None or context is None:
            return reply()
        if parsed.arguments is None:
            return await self._services.forms.open(*missing_script(parsed, call.line), context)
        return await call_with(parsed.spec.handler, parsed.arguments, context, self._services)


def _name_of(line: str) -> str:
    try:
        return head_of(line).name
    except InvalidInput:
        return ""


def _trace_id(request: Request) -> str:
    """Make the id of this request; a repeated delivery of one update gets the same."""
    if request.update_id is None:
        return new_id(length=TRACE_LENGTH)
    key = f"{request.platform}:{request.update_id}".encode()
    return spell(hashlib.blake2b(key, digest_size=16).digest(), TRACE_LENGTH)
