"""Codes that were typed where others read along: worthless from then on, whoever typed them."""

from bot.commands.guards.authorization import IN_PRIVATE
from bot.commands.guards.code_attempts import CodeAttempts
from bot.commands.spec.parse import head_of
from bot.commands.spec.pipeline_context import Call
from bot.commands.spec.spec import Privacy
from bot.domain.errors import Refused
from bot.engine.people.claim import People
from bot.engine.people.invitations import Invitations

WORTHLESS = "Others could read that code, so it works no more;"
_QUOTES = "'\"“”«»"


class Exposure:
    """Takes the worth from codes that a group has seen."""

    def __init__(self, attempts: CodeAttempts, people: People, invitations: Invitations) -> None:
        self._attempts = attempts
        self._people = people
        self._invitations = invitations

    async def check(self, call: Call) -> None:
        """Raise Refused if a line held a code that others could read, which opens nothing any more.

        Nothing is said of a code that is none: whoever guesses in groups learns nothing, and may not go on for long.
        """
        request, spec = call.request, call.spec
        if request.is_private or request.is_unseen or spec is None or spec.privacy is not Privacy.PRIVATE_ONLY:
            return
        code = head_of(call.line).rest.removeprefix("code=").strip(_QUOTES)
        person = ":".join(request.sender)
        if not code or not self._attempts.may_try(person):
            return
        way = await self._withdrawn(code)
        if not way:
            self._attempts.wrong(person, "")
            return
        await self._people.warn_owners(
            f"A code was typed in a group by {request.platform} {request.platform_id}; it works no more."
        )
        raise Refused(f"{IN_PRIVATE} {WORTHLESS} {way}.")

    async def _withdrawn(self, code: str) -> str:
        """Withdraw whatever a code opens; return where another one comes from, an empty text if it opens nothing."""
        if await self._people.withdraw_setup_code(code):
            return "the next start of the server prints another one"
        if await self._invitations.withdraw_code(code):
            return "ask for another one and send it in the private chat"
        return ""
