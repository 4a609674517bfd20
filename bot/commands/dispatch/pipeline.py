"""The way of every command: audit, hide, map errors, authorise, throttle, form, parse, confirm, handle.

This is the guard between people and the desk: whatever breaks behind it becomes one sentence with a reference.
"""

import hashlib
from dataclasses import dataclass, replace

from bot.commands.catalog.confirmations import YesArguments
from bot.commands.dispatch.audit import audit_entry
from bot.commands.dispatch.authentication import Gatekeeper, name_of
from bot.commands.dispatch.deduplication import Repeats
from bot.commands.dispatch.error_replies import confirmation, error_reply, failure_reply, missing_script, missing_word
from bot.commands.dispatch.services import Services, call_with
from bot.commands.forms.form import FormState, Handover
from bot.commands.guards.authorization import check_role, command_throttle, refusal_throttle
from bot.commands.reply.blocks import Reply, reply
from bot.commands.reply.deep_links import unfolded
from bot.commands.reply.input_text import clean
from bot.commands.spec.button_permissions import Reach
from bot.commands.spec.corrections import Corrections
from bot.commands.spec.parse import Parsed, parse
from bot.commands.spec.pipeline_context import Call, folded
from bot.commands.spec.pipeline_context import Handler as Next
from bot.commands.spec.request import Request
from bot.commands.spec.spec import CommandSpec, Privacy, Question
from bot.commands.text.amount_masking import discreet, hiding
from bot.commands.text.times import duration
from bot.domain.errors import InvalidInput, Refused, Unavailable, UserError
from bot.domain.facts import AuditAdded
from bot.domain.ids import new_id, spell
from bot.engine.concurrency.in_flight import Activity
from bot.engine.notifications.last_chat import Presence
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

TRACE_LENGTH = 16
FORM_TAP, CANCEL_LINE = "/form ", "/cancel"


@dataclass(frozen=True, slots=True)
class Storage:
    """Where the audit is read and written."""

    reader: PeopleReader
    writer: Writer


class Pipeline:
    """Turns requests into replies; never raises what a person or a handler did wrong."""

    def __init__(self, services: Services, storage: Storage, clock: Clock, presence: Presence) -> None:
        self._services = services
        self._writer = storage.writer
        self._clock = clock
        self._under_way = Activity()
        self._corrections = Corrections()
        self._repeats = Repeats(storage.reader)
        self._gatekeeper = Gatekeeper(services, clock, presence)
        self._reach = Reach(services.registry, services.queries)
        self._commands = command_throttle(clock)
        self._refusals = refusal_throttle(clock)
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
        self._run = folded(stages, self._handle)

    async def dispatch(self, request: Request) -> Reply | None:
        """Answer a request; None means to stay silent (a repeat, or a stranger who was answered already)."""
        self._under_way.begin()
        try:
            return await self._dispatched(request)
        finally:
            self._under_way.end()

    async def idle(self) -> None:
        """Return when no command is under way."""
        await self._under_way.wait_idle()

    async def _dispatched(self, request: Request) -> Reply | None:
        trace_id = _trace_id(request)
        if await self._repeats.is_repeat(request, trace_id):
            return None
        line = unfolded(self._corrections.applied(request, clean(request.text)))
        call = Call(request=request, line=line, trace_id=trace_id)
        answer = await self._run(call)
        return None if call.is_silent else await self._within_reach(call, _discreet(call, answer))

    async def look(self, request: Request) -> Reply | None:
        """Answer a request that only looks once more, as nobody's doing; None if it may not be answered any more.

        Raise Unavailable if something broke.
        """
        call = Call(request=request, line=clean(request.text), trace_id="")
        try:
            await self._gatekeeper.recognise(call)
            answer = await self._hide(call, self._looked)
        except UserError:
            return None
        except Exception as error:
            failure = self._services.failures.note(call.spec.name if call.spec else "?", error)
            raise Unavailable(f"not looked at, {failure.reference}") from error
        return await self._within_reach(call, _discreet(call, answer))

    async def _within_reach(self, call: Call, answer: Reply) -> Reply:
        """Leave out buttons that would be refused; in a group everybody sees all of them."""
        if call.operator is None or not (call.request.is_private or call.request.is_aside or answer.is_private):
            return answer
        try:
            return await self._reach.of(answer, call.operator)
        except Exception as error:
            # The command was carried out; whoever presses a button too many is refused.
            self._services.failures.note("buttons", error)
            return answer

    async def _looked(self, call: Call) -> Reply:
        return await self._parse(call, self._handle)

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

    async def _hide(self, call: Call, go_on: Next) -> Reply:
        """Hide amounts in a group that is not shown them; what is answered in private says them."""
        if await self._sees_amounts(call):
            return await go_on(call)
        with hiding(is_hiding=True):
            return discreet(await go_on(call), self._services.queries.currencies())

    async def _sees_amounts(self, call: Call) -> bool:
        request, named = call.request, self._services.registry.get(name_of(call.line))
        if request.is_private or request.is_aside or (named is not None and named.spec.privacy is not Privacy.ANYWHERE):
            return True
        try:
            return await self._services.chats.shows_amounts(request.platform, request.chat)
        except Exception as error:
            self._services.failures.note("amounts", error)
            return False

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
        await self._gatekeeper.admit(call)
        return await go_on(call)

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
        if not isinstance(outcome, Handover):
            return outcome
        try:
            return await go_on(self._handed_over(call, outcome))
        except InvalidInput as error:
            return await forms.reopened(state, error, call.context)

    async def _form_answer(self, call: Call) -> tuple[FormState, str] | None:
        if call.operator is None:
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
        named = self._services.registry.get(name_of(handover.line))
        call.spec = named.spec if named else None
        return call

    async def _parse(self, call: Call, go_on: Next) -> Reply:
        if not call.line.startswith("/") and not call.request.is_slash_optional:
            raise InvalidInput(
                "that is no command. Expected one with a slash from /help, for example /bots", fix="/bots"
            )
        call.parsed = parse(self._services.registry, call.line)
        self._set_spec(call, call.parsed.spec)
        return await go_on(call)

    def _set_spec(self, call: Call, spec: CommandSpec) -> None:
        """Note which command is carried out in the end, and that the person may send that one too."""
        call.spec = spec
        if call.operator is not None:
            check_role(spec, call.operator)
        if call.context is not None:
            call.context = replace(call.context, needs=spec.role)

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
        self._set_spec(call, pending.spec)
        call.parsed = Parsed(pending.spec, pending.arguments)
        call.is_confirmed = True

    async def _handle(self, call: Call) -> Reply:
        parsed, context = call.parsed, call.context
        if parsed is None or context is None:
            return reply()
        if parsed.arguments is None and context.known is None:
            raise missing_word(parsed)
        if parsed.arguments is None:
            return await self._services.forms.open(*missing_script(parsed, call.line), context)
        return await call_with(parsed.spec.handler, parsed.arguments, context, self._services)


def _discreet(call: Call, answer: Reply) -> Reply:
    """Mark an answer that is for one person's eyes, and one to a message that should not stay."""
    if call.spec is None:
        return answer
    is_private = answer.is_private or call.spec.privacy is not Privacy.ANYWHERE
    is_code = call.spec.has_secret and bool(call.line.partition(" ")[2])
    return replace(answer, is_private=is_private, forgets_request=is_code)


def _trace_id(request: Request) -> str:
    """Make the id of this request; a repeated delivery of one update gets the same."""
    if request.update_id is None:
        return new_id(length=TRACE_LENGTH)
    key = f"{request.platform}:{request.update_id}".encode()
    return spell(hashlib.blake2b(key, digest_size=16).digest(), TRACE_LENGTH)
