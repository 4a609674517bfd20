"""Use cases about people: the setup code, the first claim, and who is behind a platform's id."""

from dataclasses import dataclass

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import NoteSaved
from bot.domain.people import Account, Operator, Role
from bot.engine.people.chat_user import Sender
from bot.engine.people.onboarding import PeopleParts, board, told_owners
from bot.engine.people.one_time_code import digest_of, matches, new_code

SETUP_NOTE = "setup-code"
SEEN_NOTE = "setup-code-seen"
"""Setup codes that others could read, and that the settings may go on giving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What the first claim made."""

    operator: Operator
    account: Account


class People:
    """Knows who is who and makes the first owner."""

    def __init__(self, parts: PeopleParts) -> None:
        self._parts = parts

    async def has_owner(self) -> bool:
        """Tell whether somebody claimed this desk."""
        return any(operator.role is Role.OWNER for operator in await self._parts.crew())

    async def known(self, platform: str, platform_id: str) -> Operator | None:
        """Return the operator behind a platform's id; None for strangers and for an empty id."""
        if not platform_id:
            return None
        identity = await self._parts.reader.identity(platform, platform_id)
        operator = await self._parts.reader.operator(identity.operator_id) if identity else None
        return operator if operator is not None and operator.removed_at is None else None

    async def prepare_setup_code(self, given: str | None) -> str | None:
        """Return the one-time setup code to show, None when there is an owner; only its salted hash is kept."""
        if await self.has_owner():
            return None
        seen = await self._seen_setup_codes()
        is_known = given is not None and any(matches(given, digest) for digest in seen)
        code = given if given and not is_known else new_code(self._parts.entropy)
        await self._parts.store(NoteSaved(SETUP_NOTE, digest_of(code, self._parts.entropy)))
        return code

    async def withdraw_setup_code(self, code: str) -> bool:
        """Take the setup code back that others have seen, for good; tell whether it was that."""
        async with self._parts.changing:
            digest = await self._parts.reader.note(SETUP_NOTE) or ""
            if not matches(code, digest):
                return False
            seen = " ".join((*await self._seen_setup_codes(), digest))
            await self._parts.store(NoteSaved(SETUP_NOTE, ""), NoteSaved(SEEN_NOTE, seen))
        return True

    async def warn_owners(self, text: str) -> None:
        """Tell owners of something about access that they may have to act on."""
        facts = await told_owners(self._parts, text)
        if facts:
            await self._parts.store(*facts)

    async def claim(self, code: str, sender: Sender) -> Claimed:
        """Make the sender the owner, with a practice account; raise Refused when owned, InvalidInput when wrong."""
        # The code works once: of two that send it in one moment only one becomes the owner.
        async with self._parts.changing:
            return await self._claimed(code, sender)

    async def _claimed(self, code: str, sender: Sender) -> Claimed:
        if await self.has_owner():
            raise Refused("this desk has an owner already.")
        if not matches(code, await self._parts.reader.note(SETUP_NOTE) or ""):
            raise InvalidInput("that code is wrong")
        boarded = await board(self._parts, sender, Role.OWNER)
        await self._parts.store(*boarded.facts, NoteSaved(SETUP_NOTE, ""))
        return Claimed(operator=boarded.operator, account=boarded.account)

    async def _seen_setup_codes(self) -> list[str]:
        return (await self._parts.reader.note(SEEN_NOTE) or "").split()
