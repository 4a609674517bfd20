"""Checks of one-time codes: wrong ones cost an attempt, and owners are warned of guessing."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.commands.guards.code_attempts import CodeAttempts
from bot.commands.spec.request import CommandContext
from bot.domain.errors import InvalidInput
from bot.engine.people.claim import Ownership

T = TypeVar("T")

SETUP_CODE = "the setup code from the server's start, for example /claim K7QM-2XVP"
INVITATION = "the code of an invitation, for example /join 9TQ4-ZK7M"
LINK_CODE = "the code /link gave you on your other platform, for example /link 4H7P-2XVP"


class CodeChecker:
    """Redeems codes, counts wrong ones, and warns owners of senders who used all attempts."""

    def __init__(self, attempts: CodeAttempts, ownership: Ownership) -> None:
        self._attempts = attempts
        self._ownership = ownership

    async def check_code(self, redeem: Callable[[], Awaitable[T]], expected: str, ctx: CommandContext) -> T:
        """Return what `redeem` returns; raise InvalidInput with the attempts left, Refused when there are none."""
        person = ":".join(ctx.request.sender_key)
        self._attempts.check_attempts(person)
        try:
            result = await redeem()
        except InvalidInput:
            error = self._attempts.record_wrong_code(person, expected)
            if self._attempts.is_exhausted(person):
                sender = f"{ctx.request.platform} {ctx.request.platform_id}"
                await self._ownership.warn_owners(f"Too many wrong codes came from {sender}; it has to wait now.")
            raise error from None
        self._attempts.reset_attempts(person)
        return result
