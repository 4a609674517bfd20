"""Who somebody is and whether they may send this: the first thing that is decided about a request."""

from bot.commands.dispatch.services import Services
from bot.commands.guards.authorization import (
    STRANGER_TEXT,
    UNCLAIMED_TEXT,
    check_place,
    check_role,
    is_entry,
    stranger_throttle,
)
from bot.commands.spec.parse import head_of
from bot.commands.spec.pipeline_context import Call
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Audience
from bot.domain.destination import destination_key
from bot.domain.errors import InvalidInput, Refused, UserError
from bot.engine.notifications.last_chat import Presence
from bot.ports.clock import Clock


class Gatekeeper:
    """Finds the operator behind a request; strangers may come aboard, and otherwise hear one sentence an hour."""

    def __init__(self, services: Services, clock: Clock, presence: Presence) -> None:
        self._services = services
        self._clock = clock
        self._presence = presence
        self._strangers = stranger_throttle(clock)

    async def admit(self, call: Call) -> None:
        """Note who sends the call and which command it names; raise UserError for whoever may not send it."""
        request = call.request
        context = await self.recognise(call)
        await self._services.exposure.check(call)
        if call.operator is None:
            await self._check_stranger(call)
        else:
            self._presence.note(call.operator.operator_id, destination_key(request.platform, request.chat))
            if request.is_private:
                await self._services.chats.seen(call.operator, context.sender)
        if call.spec is not None:
            check_place(call.spec, is_private=request.is_private)
            if call.operator is not None:
                check_role(call.spec, call.operator)

    async def recognise(self, call: Call) -> Context:
        """Note who sends the call and which command it names, and nothing else."""
        request = call.request
        call.operator = await self._services.people.known(request.platform, request.platform_id)
        call.context = Context(known=call.operator, request=request, trace_id=call.trace_id, now=self._clock.now())
        named = self._services.registry.get(name_of(call.line))
        call.spec = named.spec if named else None
        return call.context

    async def _check_stranger(self, call: Call) -> None:
        """Let strangers claim a desk nobody owns or come aboard one that is; silence in groups."""
        if not call.request.platform_id or not call.request.is_private:
            call.is_silent = True
            raise Refused("no identity")
        if not await self._services.people.has_owner():
            if call.spec is not None and call.spec.audience is Audience.ANYONE:
                return
            raise Refused(UNCLAIMED_TEXT)
        if is_entry(call.spec):
            return
        # What a stranger sent may be a code, whatever command they took it for.
        call.spec = None
        person = ":".join(call.request.sender)
        call.is_silent = not self._strangers.left(person)
        self._strangers.note(person)
        raise UserError(STRANGER_TEXT)


def name_of(line: str) -> str:
    """Return the name of the command that a line begins with, an empty text if it is none."""
    try:
        return head_of(line).name
    except InvalidInput:
        return ""
