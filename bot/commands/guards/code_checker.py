"""One-time codes: wrong ones are counted per sender and over all, so that codes cannot be guessed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.commands.guards.authorization import Throttle
from bot.commands.spec.parse import split_command
from bot.commands.spec.request import CommandCall, CommandContext, Request
from bot.commands.spec.spec import Privacy
from bot.domain.errors import InvalidInput, Refused
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations
from bot.ports.clock import Clock

T = TypeVar("T")

SETUP_CODE, INVITATION, LINK_CODE = "setup", "invitation", "link"

TRIES = 5
TRIES_OF_ALL = 30
TRY_WINDOW = timedelta(minutes=15)
EVERYBODY = "everybody"
_QUOTES = "'\"“”«»"


class CodeChecker:
    """Redeems codes, allows `TRIES` wrong ones per sender within `TRY_WINDOW`, and withdraws those a group has seen."""

    def __init__(self, clock: Clock, ownership: Ownership, invitations: Invitations) -> None:
        self._ownership = ownership
        self._invitations = invitations
        self._own = Throttle(clock, TRIES, TRY_WINDOW)
        self._all = Throttle(clock, TRIES_OF_ALL, TRY_WINDOW)

    async def check_code(self, redeem: Callable[[], Awaitable[T]], expected: str, ctx: CommandContext) -> T:
        """Return what `redeem` returns; raise InvalidInput with the attempts left, Refused when there are none.

        Owners are warned of a sender who used all attempts.
        """
        if ctx.request.is_terminal:
            # Who sits at the machine can read its code, and must not be locked out by others' guesses.
            try:
                return await redeem()
            except InvalidInput:
                raise InvalidInput("wrong-code-at-the-desk", wanted=expected) from None
        person = ":".join(ctx.request.sender_key)
        if wait := self._wait_time(person):
            raise Refused("codes-throttled", wait=wait)
        try:
            result = await redeem()
        except InvalidInput:
            left = self._count_wrong_code(person)
            if not self._own.remaining_count(person):
                await self._warn_owners("Too many wrong codes came from {}; it has to wait now.", ctx.request)
            raise InvalidInput("wrong-code-counted", tries=left, wanted=expected) from None
        self._own.reset_key(person)
        return result

    async def revoke_leaked_code(self, call: CommandCall) -> None:
        """Withdraw a code that was sent in a group; raise Refused if there was one.

        Nothing is said of a wrong code: a sender who guesses in groups learns nothing and runs out of attempts.
        """
        request, spec = call.request, call.spec
        if request.is_private or request.is_input_hidden or spec is None or spec.privacy is not Privacy.PRIVATE_ONLY:
            return
        code = split_command(call.line).rest.removeprefix("code=").strip(_QUOTES)
        person = ":".join(request.sender_key)
        if not code or self._wait_time(person):
            return
        is_setup_code = await self._ownership.withdraw_leaked_setup_code(code)
        if not is_setup_code and not await self._invitations.withdraw_leaked_code(code):
            self._count_wrong_code(person)
            return
        await self._warn_owners("A code was typed in a group by {}; it works no more.", request)
        raise Refused("code-leaked", kind="setup" if is_setup_code else "other")

    def _wait_time(self, person: str) -> timedelta:
        return max(self._own.wait_time(person), self._all.wait_time(EVERYBODY))

    def _count_wrong_code(self, person: str) -> int:
        """Count a wrong code and return the attempts left."""
        self._own.record_use(person)
        self._all.record_use(EVERYBODY)
        return min(self._own.remaining_count(person), self._all.remaining_count(EVERYBODY))

    async def _warn_owners(self, text: str, request: Request) -> None:
        await self._ownership.warn_owners(text.format(f"{request.platform} {request.platform_id}"))
