"""Coming aboard: the first owner, names that nobody has, and whom owners hear of."""

import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import IdentityRemoved, OperatorSaved
from bot.domain.people import Role
from bot.engine.people.chat_user import MAX_NAME, shown_name
from bot.engine.people.claim import SETUP_NOTE
from bot.engine.people.onboarding import told_owners
from tests.builders.facts import WALL
from tests.builders.people_harness import Aboard, a_crew, a_sender
from tests.fakes.clock import FakeClock
from tests.fakes.slow_people import SlowPeople


async def an_empty_desk() -> Aboard:
    """Make a desk that nobody owns."""
    aboard = await a_crew()
    empty = SlowPeople(FakeClock(WALL))
    parts = replace(aboard.parts, reader=empty, writer=empty)
    return Aboard(storage=empty, clock=aboard.clock, venue=aboard.venue, parts=parts)


async def test_the_setup_code_makes_the_first_owner() -> None:
    aboard = await an_empty_desk()
    assert not await aboard.people.has_owner()
    code = await aboard.people.prepare_setup_code(None)
    assert code is not None
    claimed = await aboard.people.claim(code, a_sender(name="Mia"))
    assert (claimed.operator.name, claimed.operator.role) == ("Mia", Role.OWNER)
    assert claimed.account.owner == claimed.operator.operator_id
    assert await aboard.people.known("telegram", "7") == claimed.operator
    assert await aboard.people.has_owner()


async def test_a_desk_is_claimed_once() -> None:
    aboard = await an_empty_desk()
    code = await aboard.people.prepare_setup_code("SHIP-SHIP")
    assert code == "SHIP-SHIP"
    await aboard.people.claim(code, a_sender("7"))
    with pytest.raises(Refused, match="an owner already"):
        await aboard.people.claim(code, a_sender("8"))
    assert await aboard.people.prepare_setup_code("OTHER") is None
    assert await aboard.storage.note(SETUP_NOTE) == ""


async def test_only_the_newest_setup_code_counts_and_it_is_not_kept_readable() -> None:
    aboard = await an_empty_desk()
    with pytest.raises(InvalidInput, match="wrong"):
        await aboard.people.claim("", a_sender())
    old = await aboard.people.prepare_setup_code(None)
    new = await aboard.people.prepare_setup_code(None)
    assert old is not None
    assert new is not None
    assert new not in (await aboard.storage.note(SETUP_NOTE) or "")
    with pytest.raises(InvalidInput, match="wrong"):
        await aboard.people.claim(old, a_sender())
    await aboard.people.claim(new, a_sender())


async def test_nobody_is_known_by_an_empty_id_or_once_removed() -> None:
    aboard = await a_crew()
    jonas = await aboard.welcome("jonas")
    assert await aboard.people.known("telegram", "jonas's") == jonas
    assert await aboard.people.known("discord", "jonas's") is None
    assert await aboard.people.known("telegram", "") is None
    await aboard.store(OperatorSaved(replace(jonas, removed_at=WALL)))
    assert await aboard.people.known("telegram", "jonas's") is None
    await aboard.store(IdentityRemoved("telegram", "mia's"))
    assert await aboard.people.known("telegram", "mia's") is None


async def test_owners_are_told_once_however_many_there_are() -> None:
    aboard = await a_crew()
    await aboard.welcome("anna", Role.OWNER)
    await aboard.store(*await told_owners(aboard.parts, "news"), *await told_owners(aboard.parts, "more"))
    assert await aboard.said() == ["news", "more"]


async def test_nobody_is_told_while_nobody_owns_the_desk() -> None:
    aboard = await an_empty_desk()
    assert await told_owners(aboard.parts, "news") == ()


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Mia", "Mia"),
        ("Jörg Müller", "Jörg"),
        ("<b>Mia</b>", "bMiab"),
        ("..-", "owner"),
        ("🦜", "owner"),
        ("", "owner"),
        ("@mia_7.x", "mia_7.x"),
        ("a" * 40, "a" * MAX_NAME),
    ],
)
def test_a_name_is_short_and_plain(shown: str, name: str) -> None:
    assert shown_name(shown) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert shown_name("Mia", ["mia", "MIA2", "mia4"]) == "Mia3"
    assert shown_name("", ["trader"], "trader") == "trader2"
    assert shown_name("a" * 40, ["A" * MAX_NAME]) == "a" * (MAX_NAME - 3) + "2"


@settings(max_examples=100)
@given(st.text(max_size=40), st.integers(0, 30))
def test_names_differ_and_stay_short(shown: str, people: int) -> None:
    taken: list[str] = []
    for _ in range(people):
        taken.append(shown_name(shown, taken))
    assert len({name.casefold() for name in taken}) == people
    assert all(0 < len(name) <= MAX_NAME and not set(name) & set(string.whitespace + "<>&@#/") for name in taken)
