"""Operators: their roles, identities and removal."""

from dataclasses import dataclass, replace

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination
from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import Deleted, DestinationRemoved, Fact, Saved
from bot.domain.ids import OperatorId
from bot.domain.instance import ACTIVE_STATUSES
from bot.domain.people import Identity, Operator, Role, active_owners
from bot.engine.people.chats import unsubscribe_facts
from bot.engine.people.onboarding import PeopleDependencies, access_changed_events
from bot.ports.storage import BotReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An operator with their platforms and the number of their bots."""

    operator: Operator
    platforms: tuple[str, ...]
    bots: int


class Operators:
    """Lists operators, changes their roles and removes them."""

    def __init__(self, people: PeopleDependencies, bots: BotReader) -> None:
        self._people = people
        self._bots = bots

    async def members(self) -> tuple[Member, ...]:
        """Return the active operators, oldest first."""
        identities, bots = await self._people.reader.identities(), await self._bots.bots()
        return tuple(
            Member(
                operator=one,
                platforms=tuple(item.platform for item in identities if item.operator_id == one.operator_id),
                bots=sum(bot.owner == one.operator_id for bot in bots),
            )
            for one in await self._people.active_operators()
        )

    async def find_operator(self, name: str) -> Operator:
        """Return an operator by name or `#id`; raise InvalidInput naming some operators."""
        operators = await self._people.active_operators()
        wanted = name.strip().removeprefix("@").casefold()
        for one in operators:
            if wanted in (one.name.casefold(), f"#{one.operator_id}"):
                return one
        known = tuple(one.name for one in operators[:5])
        raise InvalidInput("no-person", typed=name[:40], known=known, near=known[0])

    async def check_role(self, operator_id: OperatorId, role: Role) -> Operator:
        """Return the operator whose role would change; raise Refused for the last owner."""
        operator = await self._member(operator_id)
        if operator.role is Role.OWNER and role is not Role.OWNER:
            await self._refuse_last_owner(operator)
        return operator

    async def change_role(self, operator_id: OperatorId, role: Role, by: Operator) -> Operator:
        """Give an operator another role; raise Refused for the last owner."""
        async with self._people.change_lock:
            operator = await self.check_role(operator_id, role)
            changed = replace(operator, role=role)
            text = f"{operator.name} is {role} now, before {operator.role}; {by.name} changed it."
            await self._people.store_facts(Saved(changed), *await access_changed_events(self._people, text))
        return changed

    async def check_removal(self, operator_id: OperatorId) -> Operator:
        """Return the operator who would be removed; raise Refused for the last owner or active bots."""
        operator = await self._member(operator_id)
        if operator.role is Role.OWNER:
            await self._refuse_last_owner(operator)
        bots = await self._bots.bots()
        active = [bot for bot in bots if bot.owner == operator_id and bot.status in ACTIVE_STATUSES]
        if active:
            names = tuple(bot.name for bot in active[:5])
            raise Refused("person-has-bots", person=operator.name, count=len(active), bots=names, first=names[0])
        return operator

    async def remove_operator(self, operator_id: OperatorId, by: Operator) -> Operator:
        """End an operator's access; their bots and ledgers stay, for owners to see."""
        async with self._people.change_lock:
            operator = await self.check_removal(operator_id)
            removed = replace(operator, removed_at=self._people.clock.now())
            events = await access_changed_events(self._people, f"{operator.name} was removed by {by.name}.")
            await self._people.store_facts(Saved(removed), *await self._removal_facts(operator), *events)
        return removed

    async def identities(self, operator_id: OperatorId) -> tuple[Identity, ...]:
        """Return an operator's identities, oldest first."""
        return tuple(one for one in await self._people.reader.identities() if one.operator_id == operator_id)

    async def unlink_identity(self, operator: Operator, platform: str) -> Identity:
        """Remove one of an operator's identities; raise Refused for the last, without which they could not return."""
        async with self._people.change_lock:
            own = await self.identities(operator.operator_id)
            found = next((one for one in own if one.platform == platform), None)
            if found is None:
                known = tuple(one.platform for one in own)
                raise InvalidInput("not-linked", platform=platform[:20], known=known, near=known[0])
            if len(own) == 1:
                raise Refused("only-identity", platform=platform)
            chats = [one for one in await self._private_chats(operator) if one.platform == platform]
            await self._people.store_facts(
                Deleted(Identity, (found.platform, found.platform_id)), *(DestinationRemoved(one.key) for one in chats)
            )
            return found

    async def _member(self, operator_id: OperatorId) -> Operator:
        operator = await self._people.reader.operator(operator_id)
        if operator is None or operator.removed_at is not None:
            raise Refused("person-gone")
        return operator

    async def _refuse_last_owner(self, operator: Operator) -> None:
        if len(active_owners(await self._people.reader.operators())) == 1:
            raise Refused("last-owner", person=operator.name)

    async def _removal_facts(self, operator: Operator) -> list[Fact]:
        reader, operator_id = self._people.reader, operator.operator_id
        own_identities, chats = await self.identities(operator_id), await self._private_chats(operator)
        facts: list[Fact] = [Deleted(Identity, (one.platform, one.platform_id)) for one in own_identities]
        facts += [DestinationRemoved(one.key) for one in chats]
        shares, codes = await reader.shares(), await reader.access_codes()
        facts += [Deleted(Share, (one.bot_id, operator_id)) for one in shares if one.operator_id == operator_id]
        facts += [Deleted(AccessCode, (one.code_id,)) for one in codes if one.by == operator_id]
        return [*facts, *await unsubscribe_facts(reader, lambda one: one.by == operator_id)]

    async def _private_chats(self, operator: Operator) -> list[Destination]:
        chats = await self._people.reader.destinations()
        return [one for one in chats if one.is_private and one.operator_id == operator.operator_id]
