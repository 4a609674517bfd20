"""Use cases about people: the setup code, the first claim, and who is behind a platform's id."""

from dataclasses import dataclass

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import KeyValueSaved
from bot.domain.people import Account, Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.onboarding import PeopleDependencies, access_changed_events, onboard_operator
from bot.engine.people.one_time_code import hash_code, new_code, verify_code

SETUP_CODE_KEY = "setup-code"
LEAKED_SETUP_CODES_KEY = "setup-code-seen"
"""Setup codes that others could read, and that the settings may go on giving."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimResult:
    """What the first claim made."""

    operator: Operator
    account: Account


class Ownership:
    """Knows who is who and makes the first owner."""

    def __init__(self, dependencies: PeopleDependencies) -> None:
        self._dependencies = dependencies

    async def has_owner(self) -> bool:
        """Tell whether somebody claimed this desk."""
        return any(operator.role is Role.OWNER for operator in await self._dependencies.active_operators())

    async def operator_by_identity(self, platform: str, platform_id: str) -> Operator | None:
        """Return the operator behind a platform's id; None for strangers and for an empty id."""
        if not platform_id:
            return None
        identity = await self._dependencies.reader.identity(platform, platform_id)
        operator = await self._dependencies.reader.operator(identity.operator_id) if identity else None
        return operator if operator is not None and operator.removed_at is None else None

    async def prepare_setup_code(self, given: str | None) -> str | None:
        """Return the one-time setup code to show, None when there is an owner; only its salted hash is kept."""
        if await self.has_owner():
            return None
        seen = await self._leaked_setup_codes()
        is_known = given is not None and any(verify_code(given, digest) for digest in seen)
        code = given if given and not is_known else new_code(self._dependencies.entropy)
        await self._dependencies.store_facts(KeyValueSaved(SETUP_CODE_KEY, hash_code(code, self._dependencies.entropy)))
        return code

    async def withdraw_leaked_setup_code(self, code: str) -> bool:
        """Take the setup code back that others have seen, for good; tell whether it was that."""
        async with self._dependencies.change_lock:
            digest = await self._dependencies.reader.key_value(SETUP_CODE_KEY) or ""
            if not verify_code(code, digest):
                return False
            seen = " ".join((*await self._leaked_setup_codes(), digest))
            await self._dependencies.store_facts(
                KeyValueSaved(SETUP_CODE_KEY, ""), KeyValueSaved(LEAKED_SETUP_CODES_KEY, seen)
            )
        return True

    async def warn_owners(self, text: str) -> None:
        """Tell owners of something about access that they may have to act on."""
        facts = await access_changed_events(self._dependencies, text)
        if facts:
            await self._dependencies.store_facts(*facts)

    async def claim_ownership(self, code: str, chat_user: ChatUser) -> ClaimResult:
        """Make the sender the owner, with a practice account; raise Refused when owned, InvalidInput when wrong."""
        # The code works once: of two that send it in one moment only one becomes the owner.
        async with self._dependencies.change_lock:
            return await self._claim_locked(code, chat_user)

    async def _claim_locked(self, code: str, chat_user: ChatUser) -> ClaimResult:
        if await self.has_owner():
            raise Refused("this desk has an owner already.")
        if not verify_code(code, await self._dependencies.reader.key_value(SETUP_CODE_KEY) or ""):
            raise InvalidInput("that code is wrong")
        boarded = await onboard_operator(self._dependencies, chat_user, Role.OWNER)
        await self._dependencies.store_facts(*boarded.facts, KeyValueSaved(SETUP_CODE_KEY, ""))
        return ClaimResult(operator=boarded.operator, account=boarded.account)

    async def _leaked_setup_codes(self) -> list[str]:
        return (await self._dependencies.reader.key_value(LEAKED_SETUP_CODES_KEY) or "").split()
