"""Invitations, and links of an operator's other platforms: one-time codes that expire."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import AccessCode, CodeKind
from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import Deleted, DestinationSaved, Saved
from bot.domain.ids import new_id
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.onboarding import PeopleDependencies, access_changed_events, onboard_operator
from bot.engine.people.one_time_code import hash_code, new_code, verify_code

INVITE_LIFE = timedelta(hours=24)
LINK_LIFE = timedelta(minutes=15)
MAX_OPEN_CODES = 20
"""Codes that may be open at once: each is compared with what people send, by a hash that is slow on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code to hand on, in the only copy that can be read."""

    code: str
    access_code: AccessCode


class Invitations:
    """Issues and accepts one-time codes; a code works once, whoever is first."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people

    async def create_invitation(self, role: Role, by: Operator) -> IssuedCode:
        """Issue a code that makes its first sender an operator with this role."""
        return await self._issue_code(CodeKind.INVITE, role, by, INVITE_LIFE)

    async def create_link_code(self, by: Operator) -> IssuedCode:
        """Issue a code that links an identity on another platform to this operator."""
        return await self._issue_code(CodeKind.LINK, by.role, by, LINK_LIFE)

    async def withdraw_invitation(self, code_id: str, by: Operator) -> None:
        """Withdraw an unused code; raise Refused if it is gone or another operator's."""
        code = next((one for one in await self._open_codes() if one.code_id == code_id), None)
        if code is None or (code.by != by.operator_id and by.role is not Role.OWNER):
            raise Refused("invitation-gone")
        await self._people.store_facts(Deleted(AccessCode, (code.code_id,)))

    async def withdraw_leaked_code(self, code: str) -> bool:
        """Withdraw a code of any kind that others have seen; return whether there was one."""
        async with self._people.change_lock:
            for one in await self._open_codes():
                if await asyncio.to_thread(verify_code, code, one.digest):
                    await self._people.store_facts(Deleted(AccessCode, (one.code_id,)))
                    return True
        return False

    async def accept_invitation(self, code: str, chat_user: ChatUser) -> tuple[Operator, Operator]:
        """Make the sender an operator; return them and their inviter; raise InvalidInput for a wrong code."""
        # Of two people who send one code at the same moment only one may become an operator.
        async with self._people.change_lock:
            await self._refuse_known(chat_user)
            found = await self._find_code(code, CodeKind.INVITE)
            inviter = await self._code_author(found)
            onboarded = await onboard_operator(self._people, chat_user, found.role)
            name, platform = onboarded.operator.name, chat_user.platform.capitalize()
            text = f"{name} came aboard as {found.role} on {platform}, invited by {inviter.name}."
            await self._people.store_facts(
                Deleted(AccessCode, (found.code_id,)),
                *onboarded.facts,
                *await access_changed_events(self._people, text),
            )
        return onboarded.operator, inviter

    async def link_identity(self, code: str, chat_user: ChatUser) -> Operator:
        """Link the sender's identity to the operator who issued the code; raise InvalidInput for a wrong one."""
        async with self._people.change_lock:
            await self._refuse_known(chat_user)
            found = await self._find_code(code, CodeKind.LINK)
            operator = await self._code_author(found)
            now = self._people.clock.now()
            text = f"{operator.name} linked another account, on {chat_user.platform.capitalize()}."
            await self._people.store_facts(
                Deleted(AccessCode, (found.code_id,)),
                Saved(chat_user.identity(operator.operator_id, now)),
                DestinationSaved(chat_user.destination(operator.operator_id, now)),
                *await access_changed_events(self._people, text),
            )
        return operator

    async def _issue_code(self, kind: CodeKind, role: Role, by: Operator, life: timedelta) -> IssuedCode:
        now = self._people.clock.now()
        known = await self._people.reader.access_codes()
        # Every operator may link identities, so only their newest code counts towards MAX_OPEN_CODES.
        replaced = (CodeKind.LINK, by.operator_id) if kind is CodeKind.LINK else None
        expired = [one for one in known if one.expires_at <= now or (one.kind, one.by) == replaced]
        if len(known) - len(expired) >= MAX_OPEN_CODES:
            raise Refused("codes-exhausted", limit=MAX_OPEN_CODES)
        code = new_code(self._people.entropy)
        access_code = AccessCode(
            code_id=new_id(self._people.entropy),
            kind=kind,
            digest=hash_code(code, self._people.entropy),
            role=role,
            by=by.operator_id,
            created_at=now,
            expires_at=now + life,
        )
        await self._people.store_facts(Saved(access_code), *(Deleted(AccessCode, (one.code_id,)) for one in expired))
        return IssuedCode(code=code, access_code=access_code)

    async def _open_codes(self) -> tuple[AccessCode, ...]:
        now = self._people.clock.now()
        return tuple(one for one in await self._people.reader.access_codes() if one.expires_at > now)

    async def _find_code(self, code: str, kind: CodeKind) -> AccessCode:
        for one in await self._open_codes():
            if one.kind is kind and await asyncio.to_thread(verify_code, code, one.digest):
                return one
        raise InvalidInput("code-wrong")

    async def _code_author(self, code: AccessCode) -> Operator:
        author = await self._people.reader.operator(code.by)
        if author is None or author.removed_at is not None:
            raise InvalidInput("code-wrong")
        # Only owners invite; an invitation is void once its author is an owner no longer.
        if code.kind is CodeKind.INVITE and author.role is not Role.OWNER:
            raise InvalidInput("code-wrong")
        return author

    async def _refuse_known(self, chat_user: ChatUser) -> None:
        identity = await self._people.reader.identity(chat_user.platform, chat_user.platform_id)
        if identity is not None:
            operator = await self._people.reader.operator(identity.operator_id)
            raise Refused("account-known", person=operator.name if operator else "somebody")
