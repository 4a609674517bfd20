"""Leaked codes: a one-time code that was sent where others can read it is withdrawn."""

from bot.commands.guards.code_attempts import CodeAttempts
from bot.commands.spec.parse import split_command
from bot.commands.spec.pipeline_context import CommandCall
from bot.commands.spec.spec import Privacy
from bot.domain.errors import Refused
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations

_QUOTES = "'\"“”«»"


class LeakedCodes:
    """Withdraws codes that a group has seen."""

    def __init__(self, attempts: CodeAttempts, ownership: Ownership, invitations: Invitations) -> None:
        self._attempts = attempts
        self._ownership = ownership
        self._invitations = invitations

    async def revoke_leaked_code(self, call: CommandCall) -> None:
        """Withdraw a code that was sent in a group; raise Refused if there was one.

        Nothing is said of a wrong code: a sender who guesses in groups learns nothing and runs out of attempts.
        """
        request, spec = call.request, call.spec
        if request.is_private or request.is_input_hidden or spec is None or spec.privacy is not Privacy.PRIVATE_ONLY:
            return
        code = split_command(call.line).rest.removeprefix("code=").strip(_QUOTES)
        person = ":".join(request.sender_key)
        if not code or not self._attempts.can_try(person):
            return
        kind = await self._revoke_code(code)
        if not kind:
            self._attempts.record_wrong_code(person, "")
            return
        await self._ownership.warn_owners(
            f"A code was typed in a group by {request.platform} {request.platform_id}; it works no more."
        )
        raise Refused("code-leaked", kind=kind)

    async def _revoke_code(self, code: str) -> str:
        """Withdraw a code of any kind; return its kind, an empty text for a wrong code."""
        if await self._ownership.withdraw_leaked_setup_code(code):
            return "setup"
        if await self._invitations.withdraw_leaked_code(code):
            return "other"
        return ""
