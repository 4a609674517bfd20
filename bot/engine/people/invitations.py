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
from bot.engine.people.chat_user import Sender
from bot.engine.people.onboarding import PeopleParts, board, told_owners
from bot.engine.people.one_time_code import digest_of, matches, new_code

INVITE_LIFE = timedelta(hours=24)
LINK_LIFE = timedelta(minutes=15)
MOST_OPEN = 20
"""Codes that may be open at once; each is compared with what people send, which takes its time on purpose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """A code to hand on; this is the only time it can be read."""

    code: str
    kept: AccessCode


class Invitations:
    """Makes codes and takes them in; a code works once, whoever is first."""

    def __init__(self, parts: PeopleParts) -> None:
        self._parts = parts

    async def invite(self, role: Role, by: Operator) -> Issued:
        """Make an invitation that gives a role."""
        return await self._issue(CodeKind.INVITE, role, by, INVITE_LIFE)

    async def link_code(self, by: Operator) -> Issued:
        """Make a code that joins the identity of another platform to this person."""
        return await self._issue(CodeKind.LINK, by.role, by, LINK_LIFE)

    async def withdraw(self, code_id: str, by: Operator) -> None:
        """Take a code back that was not used; raise Refused if it is gone or somebody else's."""
        code = next((one for one in await self._open() if one.code_id == code_id), None)
        if code is None or (code.by != by.operator_id and by.role is not Role.OWNER):
            raise Refused("that invitation was used, has expired or was withdrawn already.")
        await self._parts.store(AccessCodeSpent(code.code_id))

    async def withdraw_code(self, code: str) -> bool:
        """Take a code back that was seen by others, whatever it is for; tell whether it was one."""
        async with self._parts.changing:
            for one in await self._open():
                if await asyncio.to_thread(matches, code, one.digest):
                    await self._parts.store(AccessCodeSpent(one.code_id))
                    return True
        return False

    async def join(self, code: str, sender: Sender) -> tuple[Operator, Operator]:
        """Make the sender an operator; return them and who invited them. Raise InvalidInput for a wrong code."""
        # Two people who send one code at the same moment must not both come aboard.
        async with self._parts.changing:
            await self._refuse_known(sender)
            found = await self._found(code, CodeKind.INVITE)
            inviter = await self._maker(found)
            boarded = await board(self._parts, sender, found.role)
            name = boarded.operator.name
            text = f"{name} came aboard as {found.role} on {sender.platform.capitalize()}, invited by {inviter.name}."
            await self._parts.store(
                AccessCodeSpent(found.code_id), *boarded.facts, *await told_owners(self._parts, text)
            )
        return boarded.operator, inviter

    async def link(self, code: str, sender: Sender) -> Operator:
        """Join the sender's identity to whoever made the code; raise InvalidInput for a wrong one."""
        async with self._parts.changing:
            await self._refuse_known(sender)
            found = await self._found(code, CodeKind.LINK)
            operator = await self._maker(found)
            now = self._parts.clock.now()
            text = f"{operator.name} linked another account, on {sender.platform.capitalize()}."
            await self._parts.store(
                AccessCodeSpent(found.code_id),
                IdentitySaved(sender.identity(operator.operator_id, now)),
                DestinationSaved(sender.destination(operator.operator_id, now)),
                *await told_owners(self._parts, text),
            )
        return operator

    async def _issue(self, kind: CodeKind, role: Role, by: Operator, life: timedelta) -> Issued:
        now = self._parts.clock.now()
        known = await self._parts.reader.access_codes()
        over = [one for one in known if one.expires_at <= now or _is_replaced(one, kind, by)]
        if len(known) - len(over) >= MOST_OPEN:
            raise Refused(f"{MOST_OPEN} codes are open already. Wait until one is used or expires, or withdraw one")
        code = new_code(self._parts.entropy)
        kept = AccessCode(
            code_id=new_id(self._parts.entropy),
            kind=kind,
            digest=digest_of(code, self._parts.entropy),
            role=role,
            by=by.operator_id,
            created_at=now,
            expires_at=now + life,
        )
        await self._parts.store(AccessCodeSaved(kept), *(AccessCodeSpent(one.code_id) for one in over))
        return Issued(code=code, kept=kept)

    async def _open(self) -> tuple[AccessCode, ...]:
        now = self._parts.clock.now()
        return tuple(one for one in await self._parts.reader.access_codes() if one.expires_at > now)

    async def _found(self, code: str, kind: CodeKind) -> AccessCode:
        candidates = [one for one in await self._open() if one.kind is kind]
        for candidate in candidates:
            if await asyncio.to_thread(matches, code, candidate.digest):
                return candidate
        raise InvalidInput("that code is wrong")

    async def _maker(self, code: AccessCode) -> Operator:
        maker = await self._parts.reader.operator(code.by)
        if maker is None or maker.removed_at is not None or not _may_give(maker, code):
            raise InvalidInput("that code is wrong")
        return maker

    async def _refuse_known(self, sender: Sender) -> None:
        identity = await self._parts.reader.identity(sender.platform, sender.platform_id)
        if identity is not None:
            operator = await self._parts.reader.operator(identity.operator_id)
            name = operator.name if operator else "somebody"
            raise Refused(f"this account is aboard already, as {name}. /unlink takes it off first")


def _is_replaced(code: AccessCode, kind: CodeKind, by: Operator) -> bool:
    # Everybody may link accounts: only a person's newest code takes one of the places.
    return kind is CodeKind.LINK and code.kind is kind and code.by == by.operator_id


def _may_give(maker: Operator, code: AccessCode) -> bool:
    # They were an owner when they made an invitation; it gives nothing once they are one no longer.
    return code.kind is CodeKind.LINK or maker.role is Role.OWNER
