"""Coming aboard: the first owner, names that nobody has, and whom owners hear of."""

import string
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import Deleted, Saved
from bot.domain.people import Identity, Role
from bot.engine.people.chat_user import MAX_NAME_LENGTH, unique_name
from bot.engine.people.claim import SETUP_CODE_KEY
from bot.engine.people.onboarding import access_changed_events
from tests.builders.facts import WALL
from tests.builders.people_harness import PeopleHarness, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal
from tests.fakes.clock import FakeClock
from tests.fakes.slow_people import SlowPeople


async def an_empty_desk() -> PeopleHarness:
    """Make a desk that nobody owns."""
    aboard = await a_people_harness()
    empty = SlowPeople(FakeClock(WALL))
    parts = replace(aboard.parts, reader=empty, writer=empty)
    return PeopleHarness(storage=empty, clock=aboard.clock, venue=aboard.venue, parts=parts)


async def test_the_setup_code_makes_the_first_owner() -> None:
    aboard = await an_empty_desk()
    assert not await aboard.people.has_owner()
    code = await aboard.people.prepare_setup_code(None)
    assert code is not None
    claimed = await aboard.people.claim_ownership(code, a_sender(name="Mia"))
    assert (claimed.operator.name, claimed.operator.role) == ("Mia", Role.OWNER)
    assert claimed.account.owner == claimed.operator.operator_id
    assert await aboard.people.operator_by_identity("telegram", "7") == claimed.operator
    assert await aboard.people.has_owner()


async def test_a_desk_is_claimed_once() -> None:
    aboard = await an_empty_desk()
    code = await aboard.people.prepare_setup_code("SHIP-SHIP")
    assert code == "SHIP-SHIP"
    await aboard.people.claim_ownership(code, a_sender("7"))
    with raises_refusal(Refused, match="an owner already"):
        await aboard.people.claim_ownership(code, a_sender("8"))
    assert await aboard.people.prepare_setup_code("OTHER") is None
    assert await aboard.storage.key_value(SETUP_CODE_KEY) == ""


async def test_only_the_newest_setup_code_counts_and_it_is_not_kept_readable() -> None:
    aboard = await an_empty_desk()
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.people.claim_ownership("", a_sender())
    old = await aboard.people.prepare_setup_code(None)
    new = await aboard.people.prepare_setup_code(None)
    assert old is not None
    assert new is not None
    assert new not in (await aboard.storage.key_value(SETUP_CODE_KEY) or "")
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.people.claim_ownership(old, a_sender())
    await aboard.people.claim_ownership(new, a_sender())


async def test_nobody_is_known_by_an_empty_id_or_once_removed() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    assert await aboard.people.operator_by_identity("telegram", "jonas's") == jonas
    assert await aboard.people.operator_by_identity("discord", "jonas's") is None
    assert await aboard.people.operator_by_identity("telegram", "") is None
    await aboard.store(Saved(replace(jonas, removed_at=WALL)))
    assert await aboard.people.operator_by_identity("telegram", "jonas's") is None
    await aboard.store(Deleted(Identity, ("telegram", "mia's")))
    assert await aboard.people.operator_by_identity("telegram", "mia's") is None


async def test_owners_are_told_once_however_many_there_are() -> None:
    aboard = await a_people_harness()
    await aboard.welcome("anna", Role.OWNER)
    await aboard.store(
        *await access_changed_events(aboard.parts, "news"), *await access_changed_events(aboard.parts, "more")
    )
    assert await aboard.said() == ["news", "more"]


async def test_nobody_is_told_while_nobody_owns_the_desk() -> None:
    aboard = await an_empty_desk()
    assert await access_changed_events(aboard.parts, "news") == ()


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
        ("a" * 40, "a" * MAX_NAME_LENGTH),
    ],
)
def test_a_name_is_short_and_plain(shown: str, name: str) -> None:
    assert unique_name(shown) == name


def test_a_name_that_is_taken_gets_a_number() -> None:
    assert unique_name("Mia", ["mia", "MIA2", "mia4"]) == "Mia3"
    assert unique_name("", ["trader"], "trader") == "trader2"
    assert unique_name("a" * 40, ["A" * MAX_NAME_LENGTH]) == "a" * (MAX_NAME_LENGTH - 3) + "2"


@settings(max_examples=100)
@given(st.text(max_size=40), st.integers(0, 30))
def test_names_differ_and_stay_short(shown: str, people: int) -> None:
    taken: list[str] = []
    for _ in range(people):
        taken.append(unique_name(shown, taken))
    assert len({name.casefold() for name in taken}) == people
    assert all(0 < len(name) <= MAX_NAME_LENGTH and not set(name) & set(string.whitespace + "<>&@#/") for name in taken)
