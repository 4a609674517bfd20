"""Who may look at which bot, and who may command it."""

import pytest

from bot.domain.facts import Saved
from bot.domain.people import Role
from bot.engine.people.permissions import Requester, permitted_bots
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

OWN, LOOKED_AT, COMMANDED, FOLLOWED, FOREIGN = (
    a.a_bot(name, name=name) for name in ("own", "looked-at", "commanded", "followed", "foreign")
)
BOTS = (OWN, LOOKED_AT, COMMANDED, FOLLOWED, FOREIGN)
GROUP = "telegram:-1"


async def allowed(person: str, role: Role, needs: Role, place: str = "telegram:1") -> set[str]:
    storage = MemoryStorage(FakeClock(a.WALL))
    await storage.commit(
        (
            Saved(a.a_share("looked-at", "jonas", Role.VIEWER)),
            Saved(a.a_share("commanded", "jonas", Role.TRADER)),
            Saved(a.a_share("foreign", "ben", Role.TRADER)),
            Saved(a.a_subscription(GROUP, bot="followed")),
        )
    )
    requester = Requester(operator=a.an_operator(person, role), required_role=needs, chat_key=place)
    return {bot.name for bot in await permitted_bots(storage, requester, BOTS)}


@pytest.mark.parametrize("needs", Role)
async def test_an_owner_may_do_everything_with_every_bot(needs: Role) -> None:
    assert await allowed("anna", Role.OWNER, needs) == {bot.name for bot in BOTS}


async def test_a_person_has_their_own_bots() -> None:
    assert await allowed("mia", Role.TRADER, Role.TRADER) == {bot.name for bot in BOTS}
    assert await allowed("nobody", Role.TRADER, Role.TRADER) == set()


async def test_a_share_allows_what_it_says_and_no_more() -> None:
    assert await allowed("jonas", Role.TRADER, Role.VIEWER) == {"looked-at", "commanded"}
    assert await allowed("jonas", Role.TRADER, Role.TRADER) == {"commanded"}


async def test_who_is_in_a_chat_may_look_there_at_what_it_follows() -> None:
    assert await allowed("nobody", Role.VIEWER, Role.VIEWER, GROUP) == {"followed"}
    assert await allowed("nobody", Role.TRADER, Role.TRADER, GROUP) == set()
    assert await allowed("nobody", Role.VIEWER, Role.VIEWER, "telegram:-2") == set()
