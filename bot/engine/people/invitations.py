"""Inviting people and linking a person's other platform: one-time codes that expire."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.access import AccessCode, CodeKind
from bot.domain.access_facts import AccessCodeSaved, AccessCodeSpent
from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import DestinationSaved, IdentitySaved
from bot.domain.ids import new_id
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.onboarding import PeopleDependencies, access_changed_events, onboard_operator
from bot.engine.people.one_time_code import hash_code, new_code, verify_code

INVITE_LIFE = timedelta(hours=24)
LINK_LIFE = timedelta(minutes=15)
MAX_OPEN_CODES = 20
"""Codes that may be open at once; each is compared with what people send, which takes its time on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCode:
    """A code to hand on; this is the only time it can be read."""

    code: str
    access_code: AccessCode


class Invitations:
    """Makes codes and takes them in; a code works once, whoever is first."""

    def __init__(self, dependencies: PeopleDependencies) -> None:
        self._dependencies = dependencies

    async def create_invitation(self, role: Role, by: Operator) -> IssuedCode:
        """Make an invitation that gives a role."""
        return await self._issue_code(CodeKind.INVITE, role, by, INVITE_LIFE)

    async def create_link_code(self, by: Operator) -> IssuedCode:
        """Make a code that joins the identity of another platform to this person."""
        return await self._issue_code(CodeKind.LINK, by.role, by, LINK_LIFE)

    async def withdraw_invitation(self, code_id: str, by: Operator) -> None:
        """Take a code back that was not used; raise Refused if it is gone or somebody else's."""
        code = next((one for one in await self._open_codes() if one.code_id == code_id), None)
        if code is None or (code.by != by.operator_id and by.role is not Role.OWNER):
            raise Refused("that invitation was used, has expired or was withdrawn already.")
        await self._dependencies.store_facts(AccessCodeSpent(code.code_id))

    async def withdraw_leaked_code(self, code: str) -> bool:
        """Take a code back that was seen by others, whatever it is for; tell whether it was one."""
        async with self._dependencies.change_lock:
            for one in await self._open_codes():
                if await asyncio.to_thread(verify_code, code, one.digest):
                    await self._dependencies.store_facts(AccessCodeSpent(one.code_id))
                    return True
        return False

    async def accept_invitation(self, code: str, chat_user: ChatUser) -> tuple[Operator, Operator]:
        """Make the sender an operator; return them and who invited them. Raise InvalidInput for a wrong code."""
        # Two people who send one code at the same moment must not both come aboard.
        async with self._dependencies.change_lock:
            await self._refuse_known(chat_user)
            found = await self._find_code(code, CodeKind.INVITE)
            inviter = await self._code_author(found)
            boarded = await onboard_operator(self._dependencies, chat_user, found.role)
            name = boarded.operator.name
            text = (
                f"{name} came aboard as {found.role} on {chat_user.platform.capitalize()}, invited by {inviter.name}."
            )
            await self._dependencies.store_facts(
                AccessCodeSpent(found.code_id), *boarded.facts, *await access_changed_events(self._dependencies, text)
            )
        return boarded.operator, inviter

    async def link_identity(self, code: str, chat_user: ChatUser) -> Operator:
        """Join the sender's identity to whoever made the code; raise InvalidInput for a wrong one."""
        async with self._dependencies.change_lock:
            await self._refuse_known(chat_user)
            found = await self._find_code(code, CodeKind.LINK)
            operator = await self._code_author(found)
            now = self._dependencies.clock.now()
            text = f"{operator.name} linked another account, on {chat_user.platform.capitalize()}."
            await self._dependencies.store_facts(
                AccessCodeSpent(found.code_id),
                IdentitySaved(chat_user.identity(operator.operator_id, now)),
                DestinationSaved(chat_user.destination(operator.operator_id, now)),
                *await access_changed_events(self._dependencies, text),
            )
        return operator

    async def _issue_code(self, kind: CodeKind, role: Role, by: Operator, life: timedelta) -> IssuedCode:
        now = self._dependencies.clock.now()
        known = await self._dependencies.reader.access_codes()
        over = [one for one in known if one.expires_at <= now or _is_replaced(one, kind, by)]
        if len(known) - len(over) >= MAX_OPEN_CODES:
            raise Refused(
                f"{MAX_OPEN_CODES} codes are open already. Wait until one is used or expires, or withdraw one"
            )
        code = new_code(self._dependencies.entropy)
        kept = AccessCode(
            code_id=new_id(self._dependencies.entropy),
            kind=kind,
            digest=hash_code(code, self._dependencies.entropy),
            role=role,
            by=by.operator_id,
            created_at=now,
            expires_at=now + life,
        )
        await self._dependencies.store_facts(AccessCodeSaved(kept), *(AccessCodeSpent(one.code_id) for one in over))
        return IssuedCode(code=code, access_code=kept)

    async def _open_codes(self) -> tuple[AccessCode, ...]:
        now = self._dependencies.clock.now()
        return tuple(one for one in await self._dependencies.reader.access_codes() if one.expires_at > now)

    async def _find_code(self, code: str, kind: CodeKind) -> AccessCode:
        candidates = [one for one in await self._open_codes() if one.kind is kind]
        for candidate in candidates:
            if await asyncio.to_thread(verify_code, code, candidate.digest):
                return candidate
        raise InvalidInput("that code is wrong")

    async def _code_author(self, code: AccessCode) -> Operator:
        maker = await self._dependencies.reader.operator(code.by)
        if maker is None or maker.removed_at is not None or not _may_give(maker, code):
            raise InvalidInput("that code is wrong")
        return maker

    async def _refuse_known(self, chat_user: ChatUser) -> None:
        identity = await self._dependencies.reader.identity(chat_user.platform, chat_user.platform_id)
        if identity is not None:
            operator = await self._dependencies.reader.operator(identity.operator_id)
            name = operator.name if operator else "somebody"
            raise Refused(f"this account is aboard already, as {name}. /unlink takes it off first")


def _is_replaced(code: AccessCode, kind: CodeKind, by: Operator) -> bool:
    # Everybody may link accounts: only a person's newest code takes one of the places.
    return kind is CodeKind.LINK and code.kind is kind and code.by == by.operator_id


def _may_give(maker: Operator, code: AccessCode) -> bool:
    # They were an owner when they made an invitation; it gives nothing once they are one no longer.
    return code.kind is CodeKind.LINK or maker.role is Role.OWNER
