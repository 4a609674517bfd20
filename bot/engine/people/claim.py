"""Ownership of the installation: the setup code, its claim, and the operators behind identities."""

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import KeyValue, Saved
from bot.domain.people import Operator, Role, active_owners
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.onboarding import OnboardedOperator, PeopleDependencies, access_changed_events, onboard_operator
from bot.engine.people.one_time_code import hash_code, new_code, verify_code

SETUP_CODE_KEY = "setup-code"
LEAKED_SETUP_CODES_KEY = "setup-code-seen"
"""Digests of setup codes that others could read, and that the settings may still contain."""


class Ownership:
    """Makes the first owner and finds operators by identity."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people

    async def has_owner(self) -> bool:
        return bool(active_owners(await self._people.reader.operators()))

    async def operator_by_identity(self, platform: str, platform_id: str) -> Operator | None:
        """Return the active operator behind a platform's id, None for strangers and for an empty id."""
        if not platform_id:
            return None
        identity = await self._people.reader.identity(platform, platform_id)
        operator = await self._people.reader.operator(identity.operator_id) if identity else None
        return operator if operator is not None and operator.removed_at is None else None

    async def prepare_setup_code(self, given: str | None) -> str | None:
        """Return the one-time setup code to show, None when there is an owner; only its salted hash is stored."""
        if await self.has_owner():
            return None
        leaked = await self._leaked_setup_codes()
        is_leaked = given is not None and any(verify_code(given, digest) for digest in leaked)
        code = given if given and not is_leaked else new_code(self._people.entropy)
        await self._people.store_facts(Saved(KeyValue(SETUP_CODE_KEY, hash_code(code, self._people.entropy))))
        return code

    async def withdraw_leaked_setup_code(self, code: str) -> bool:
        """Invalidate, for good, a setup code that others have seen; return whether it was the setup code."""
        async with self._people.change_lock:
            digest = await self._people.reader.key_value(SETUP_CODE_KEY) or ""
            if not verify_code(code, digest):
                return False
            leaked = " ".join((*await self._leaked_setup_codes(), digest))
            await self._people.store_facts(
                Saved(KeyValue(SETUP_CODE_KEY, "")), Saved(KeyValue(LEAKED_SETUP_CODES_KEY, leaked))
            )
        return True

    async def warn_owners(self, text: str) -> None:
        """Raise an event to owners about access that they may have to act on."""
        facts = await access_changed_events(self._people, text)
        if facts:
            await self._people.store_facts(*facts)

    async def claim_ownership(self, code: str, chat_user: ChatUser) -> OnboardedOperator:
        """Make the sender the owner, with a practice account; raise Refused if there is one, InvalidInput for a wrong
        code.
        """
        # The code works once: of two people who send it at the same moment only one becomes the owner.
        async with self._people.change_lock:
            if await self.has_owner():
                raise Refused("desk-claimed")
            if not verify_code(code, await self._people.reader.key_value(SETUP_CODE_KEY) or ""):
                raise InvalidInput("code-wrong")
            onboarded = await onboard_operator(self._people, chat_user, Role.OWNER)
            await self._people.store_facts(*onboarded.facts, Saved(KeyValue(SETUP_CODE_KEY, "")))
        return onboarded

    async def _leaked_setup_codes(self) -> list[str]:
        return (await self._people.reader.key_value(LEAKED_SETUP_CODES_KEY) or "").split()
