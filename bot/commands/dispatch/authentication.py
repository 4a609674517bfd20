"""Authentication of a request's sender, and their permission to send it: the first stage of the pipeline."""

from datetime import timedelta

from bot.commands.dispatch.services import Services
from bot.commands.guards.authorization import Throttle, check_privacy, check_role
from bot.commands.spec.parse import split_command
from bot.commands.spec.request import CommandCall, CommandContext
from bot.commands.spec.spec import CommandAudience
from bot.domain.destination import destination_key
from bot.domain.errors import InvalidInput, Refused, UserError
from bot.engine.notifications.level import LastChats
from bot.ports.clock import Clock

STRANGER_SILENCE = timedelta(hours=1)


class Authenticator:
    """Identifies a request's sender; strangers may claim or join, else they get one sentence an hour."""

    def __init__(self, services: Services, clock: Clock, last_chats: LastChats) -> None:
        self._services = services
        self._clock = clock
        self._last_chats = last_chats
        self._strangers = Throttle(clock, 1, STRANGER_SILENCE)

    async def admit_call(self, call: CommandCall) -> None:
        """Identify the sender and the command of a call; raise UserError if the sender may not send it."""
        request = call.request
        context = await self.identify_sender(call)
        await self._services.code_checker.revoke_leaked_code(call)
        if call.operator is None:
            await self._check_stranger(call)
        else:
            self._last_chats[call.operator.operator_id] = destination_key(request.platform, request.chat)
            if request.is_private:
                await self._services.chats.record_private_chat(call.operator, context.chat_user)
        if call.spec is not None:
            check_privacy(call.spec, is_private=request.is_private)
            if call.operator is not None:
                check_role(call.spec, call.operator)

    async def identify_sender(self, call: CommandCall) -> CommandContext:
        """Identify the sender and the command of a call, and check nothing."""
        request = call.request
        call.operator = await self._services.ownership.operator_by_identity(request.platform, request.platform_id)
        call.context = CommandContext(
            known_operator=call.operator,
            request=request,
            trace_id=call.trace_id,
            now=self._clock.now(),
            is_hiding_amounts=call.is_hiding_amounts,
        )
        named = self._services.registry.find_command(command_name(call.line))
        call.spec = named.spec if named else None
        return call.context

    async def _check_stranger(self, call: CommandCall) -> None:
        """Admit strangers who claim an installation without owner or join one; stay silent in groups."""
        if not call.request.platform_id or not call.request.is_private:
            call.is_silent = True
            raise Refused("no-identity")
        if not await self._services.ownership.has_owner():
            if call.spec is not None and call.spec.audience is CommandAudience.ANYONE:
                return
            raise Refused("unclaimed")
        if call.spec is not None and call.spec.audience is CommandAudience.NEWCOMERS:
            return
        # What a stranger sent may be a code, whatever command it names.
        call.spec = None
        person = ":".join(call.request.sender_key)
        call.is_silent = not self._strangers.remaining_count(person)
        self._strangers.record_use(person)
        raise UserError("stranger")


def command_name(line: str) -> str:
    """Return the name of the command that a line begins with, an empty text if there is none."""
    try:
        return split_command(line).name
    except InvalidInput:
        return ""
