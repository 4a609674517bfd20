"""Onboarding: a new operator gets an identity, a private chat and a practice account."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.destination import Destination
from bot.domain.event_routes import system_event
from bot.domain.events import AccessChanged
from bot.domain.facts import DestinationSaved, EventRaised, Fact, Saved, UnitOfWork
from bot.domain.ids import AccountId, Entropy, OperatorId, new_id
from bot.domain.people import Account, Operator, Role, first_owner
from bot.engine.people.chat_user import ChatUser, unique_name
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer
from bot.ports.venue import Venue

PRACTICE_LABEL = "practice"
PRACTICE_CURRENCY = "USDT"
PRACTICE_DEPOSIT = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDependencies:
    """Dependencies of all use cases about people; `listeners` are called with every unit of facts that was stored.

    `change_lock` is held while an operator is changed by what is stored of them: two owners who demote each other at
    the same moment must not leave the installation without one.
    """

    reader: PeopleReader
    writer: Writer
    clock: Clock
    practice_venue: Venue
    timezone: str
    entropy: Entropy = secrets.token_bytes
    change_lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    listeners: list[Callable[[UnitOfWork], None]] = field(default_factory=list)

    async def store_facts(self, *facts: Fact) -> None:
        await self.writer.commit(facts)
        for listener in self.listeners:
            listener(facts)

    async def find_destination(self, key: str) -> Destination | None:
        return next((one for one in await self.reader.destinations() if one.key == key), None)

    async def active_operators(self) -> tuple[Operator, ...]:
        """Return the operators who were not removed, oldest first."""
        return tuple(one for one in await self.reader.operators() if one.removed_at is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardedOperator:
    """A new operator with the practice account, and the facts that store both."""

    operator: Operator
    account: Account
    facts: tuple[Fact, ...]


async def onboard_operator(people: PeopleDependencies, chat_user: ChatUser, role: Role) -> OnboardedOperator:
    """Prepare a new operator: open the practice account at the venue and return the facts to commit."""
    now = people.clock.now()
    taken = [one.name for one in await people.reader.operators()]
    operator = Operator(
        operator_id=OperatorId(new_id(people.entropy)),
        name=unique_name(chat_user.display_name, taken, role.value),
        role=role,
        timezone=people.timezone,
        created_at=now,
    )
    account = Account(
        account_id=AccountId(new_id(people.entropy)),
        owner=operator.operator_id,
        label=PRACTICE_LABEL,
        venue=people.practice_venue.venue_id,
        mode=people.practice_venue.mode,
        currency=PRACTICE_CURRENCY,
        deposit=PRACTICE_DEPOSIT,
        created_at=now,
    )
    # First the venue, where opening an account again is harmless: a crash in between leaves no operator without money.
    await people.practice_venue.open_account(account.account_id, account.currency, account.deposit)
    facts = (
        Saved(operator),
        Saved(chat_user.identity(operator.operator_id, now)),
        DestinationSaved(chat_user.destination(operator.operator_id, now)),
        Saved(account),
    )
    return OnboardedOperator(operator=operator, account=account, facts=facts)


async def access_changed_events(people: PeopleDependencies, text: str) -> tuple[EventRaised, ...]:
    """Return the event that tells owners of a changed access; none without an owner."""
    owner = first_owner(await people.reader.operators())
    if owner is None:
        return ()
    event_id, now = f"access-{new_id(people.entropy, 16)}", people.clock.now()
    return (EventRaised(system_event(event_id, AccessChanged(text=text), owner.operator_id, now)),)
