"""Bringing people aboard: an operator with an identity, a chat and play money of their own."""

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.events import AccessChanged, Event, NotificationKind, NotificationLevel
from bot.domain.facts import (
    AccountSaved,
    DestinationSaved,
    EventRaised,
    Fact,
    IdentitySaved,
    OperatorSaved,
    UnitOfWork,
)
from bot.domain.ids import AccountId, Entropy, EventId, OperatorId, new_id
from bot.domain.moment import Moment
from bot.domain.people import Account, Operator, Role
from bot.engine.people.chat_user import ChatUser, unique_name
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer
from bot.ports.venue import Venue

PRACTICE_LABEL = "practice"
PRACTICE_CURRENCY = "USDT"
PRACTICE_DEPOSIT = Decimal(10_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDependencies:
    """What all use cases about people work with.

    Whoever changes a person by what they are now holds `changing`: two owners who let each other go in one moment must
    not leave a desk that nobody owns. `listeners` hear of every unit of facts that was stored.
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
        """Store facts about people as one unit."""
        await self.writer.commit(facts)
        for listener in self.listeners:
            listener(facts)

    async def active_operators(self) -> tuple[Operator, ...]:
        """Return everybody who was not removed, oldest first."""
        return tuple(one for one in await self.reader.operators() if one.removed_at is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class OnboardedOperator:
    """Who came aboard, with their account for practice and the facts that make it so."""

    operator: Operator
    account: Account
    facts: tuple[Fact, ...]


async def onboard_operator(dependencies: PeopleDependencies, chat_user: ChatUser, role: Role) -> OnboardedOperator:
    """Prepare a new operator; their account is open at the venue, everything else is stored with the facts."""
    now = dependencies.clock.now()
    taken = [one.name for one in await dependencies.reader.operators()]
    operator = Operator(
        operator_id=OperatorId(new_id(dependencies.entropy)),
        name=unique_name(chat_user.display_name, taken, role.value),
        role=role,
        timezone=dependencies.timezone,
        created_at=now,
    )
    account = Account(
        account_id=AccountId(new_id(dependencies.entropy)),
        owner=operator.operator_id,
        label=PRACTICE_LABEL,
        venue=dependencies.practice_venue.venue_id,
        mode=dependencies.practice_venue.mode,
        currency=PRACTICE_CURRENCY,
        deposit=PRACTICE_DEPOSIT,
        created_at=now,
    )
    # First the simulated venue, whose credit repeats harmlessly: a crash in between leaves nobody half aboard.
    await dependencies.practice_venue.open_account(account.account_id, account.currency, account.deposit)
    facts = (
        OperatorSaved(operator),
        IdentitySaved(chat_user.identity(operator.operator_id, now)),
        DestinationSaved(chat_user.destination(operator.operator_id, now)),
        AccountSaved(account),
    )
    return OnboardedOperator(operator=operator, account=account, facts=facts)


async def access_changed_events(dependencies: PeopleDependencies, text: str) -> tuple[EventRaised, ...]:
    """Return the event that tells owners of a change of access; none while nobody owns the desk."""
    owner = next((one for one in await dependencies.active_operators() if one.role is Role.OWNER), None)
    if owner is None:
        return ()
    now = dependencies.clock.now()
    event = Event(
        event_id=EventId(f"access-{new_id(dependencies.entropy, 16)}"),
        topic=NotificationKind.SECURITY,
        level=NotificationLevel.LOUD,
        operator_id=owner.operator_id,
        bot=None,
        account_id=None,
        moment=Moment(now, now),
        payload=AccessChanged(text=text),
    )
    return (EventRaised(event),)
