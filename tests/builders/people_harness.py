"""The use cases about people over storage in memory, with mia as the owner and a clock that the test moves."""

import itertools
from dataclasses import dataclass, field

from bot.domain.events import AccessChanged
from bot.domain.facts import DestinationSaved, Fact, Saved
from bot.domain.ids import OperatorId
from bot.domain.instance import Bot
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.chats import Chats
from bot.engine.people.claim import Ownership
from bot.engine.people.invitations import Invitations
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.people.operators import Operators
from bot.engine.people.preferences import PreferenceEditor
from bot.engine.people.sharing import Sharing
from bot.engine.people.topics import Topics
from tests.builders.facts import WALL, an_operator
from tests.builders.recordings import ABC
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.slow_people import SlowPeople
from tests.fakes.venue import FakeVenue

MIA = an_operator("mia", Role.OWNER)


def a_sender(platform_id: str = "7", *, platform: str = "telegram", name: str = "") -> ChatUser:
    """Return somebody whose private chat has the number of their account, as on most platforms."""
    return ChatUser(platform=platform, platform_id=platform_id, address=platform_id, display_name=name)


@dataclass(slots=True)
class PeopleHarness:
    """A desk's people."""

    storage: MemoryStorage
    clock: FakeClock
    venue: FakeVenue
    parts: PeopleDependencies
    people: Ownership = field(init=False)
    invitations: Invitations = field(init=False)
    operators: Operators = field(init=False)
    chats: Chats = field(init=False)
    preference_editor: PreferenceEditor = field(init=False)
    sharing: Sharing = field(init=False)
    topics: Topics = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything that is not stored."""
        self.people = Ownership(self.parts)
        self.invitations = Invitations(self.parts)
        self.operators = Operators(self.parts, self.storage)
        self.chats = Chats(self.parts)
        self.preference_editor = PreferenceEditor(self.parts)
        self.sharing = Sharing(self.parts)
        self.topics = Topics(self.parts)

    async def store(self, *facts: Fact) -> None:
        await self.storage.commit(facts)

    async def welcome(self, name: str, role: Role = Role.TRADER, *, platform: str = "telegram") -> Operator:
        """Put somebody aboard who is known on a platform by their name."""
        operator = an_operator(name, role)
        sender = a_sender(f"{name}'s", platform=platform)
        await self.store(
            Saved(operator),
            Saved(sender.identity(operator.operator_id, WALL)),
            DestinationSaved(sender.destination(operator.operator_id, WALL)),
        )
        return operator

    async def keep(self, *bots: Bot) -> None:
        await self.store(*(Saved(bot) for bot in bots))

    async def now(self, operator: Operator) -> Operator:
        """Return a person as stored."""
        found = await self.storage.operator(operator.operator_id)
        assert found is not None
        return found

    async def chats_of(self, operator_id: OperatorId) -> set[str]:
        return {one.key for one in await self.storage.destinations() if one.operator_id == operator_id}

    async def said(self) -> list[str]:
        """Return what owners were told of people, oldest first."""
        events = [item.event for item in await self.storage.events_after(0, 100)]
        return [event.payload.text for event in events if isinstance(event.payload, AccessChanged)]


async def a_people_harness(storage: MemoryStorage | None = None) -> PeopleHarness:
    """Make a desk that mia owns."""
    clock, venue = FakeClock(WALL), FakeVenue((ABC,))
    kept = storage or SlowPeople(clock)
    numbers = itertools.count(1)
    parts = PeopleDependencies(
        reader=kept,
        writer=kept,
        clock=clock,
        practice_venue=venue,
        timezone="Europe/Berlin",
        entropy=lambda length: next(numbers).to_bytes(length, "big"),
    )
    aboard = PeopleHarness(storage=kept, clock=clock, venue=venue, parts=parts)
    await aboard.welcome("mia", Role.OWNER)
    return aboard
