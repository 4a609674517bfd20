"""Codes that were typed where others read along: worthless from then on, whoever typed them."""

from bot.commands.guards.authorization import PRIVATE_ONLY_TEXT
from bot.commands.guards.code_attempts import CodeAttempts
from bot.commands.spec.parse import split_command
from bot.commands.spec.pipeline_context import CommandCall
from bot.commands.spec.spec import Privacy
from bot.domain.errors import Refused
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations

CODE_REVOKED_TEXT = "Others could read that code, so it works no more;"
_QUOTES = "'\"“”«»"


class LeakedCodes:
    """Takes the worth from codes that a group has seen."""

    def __init__(self, attempts: CodeAttempts, ownership: Ownership, invitations: Invitations) -> None:
        self._attempts = attempts
        self._ownership = ownership
        self._invitations = invitations

    async def revoke_leaked_code(self, call: CommandCall) -> None:
        """Raise Refused if a line held a code that others could read, which opens nothing any more.

        Nothing is said of a code that is none: whoever guesses in groups learns nothing, and may not go on for long.
        """
        request, spec = call.request, call.spec
        if request.is_private or request.is_input_hidden or spec is None or spec.privacy is not Privacy.PRIVATE_ONLY:
            return
        code = split_command(call.line).rest.removeprefix("code=").strip(_QUOTES)
        person = ":".join(request.sender_key)
        if not code or not self._attempts.can_try(person):
            return
        way = await self._revoke_code(code)
        if not way:
            self._attempts.record_wrong_code(person, "")
            return
        await self._ownership.warn_owners(
            f"A code was typed in a group by {request.platform} {request.platform_id}; it works no more."
        )
        raise Refused(f"{PRIVATE_ONLY_TEXT} {CODE_REVOKED_TEXT} {way}.")

    async def _revoke_code(self, code: str) -> str:
        """Withdraw whatever a code opens; return where another one comes from, an empty text if it opens nothing."""
        if await self._ownership.withdraw_leaked_setup_code(code):
            return "the next start of the server prints another one"
        if await self._invitations.withdraw_leaked_code(code):
            return "ask for another one and send it in the private chat"
        return ""
