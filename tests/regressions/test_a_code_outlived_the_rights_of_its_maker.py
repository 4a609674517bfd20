"""An owner's open invitation made its sender an owner although its maker was one no longer."""

from bot.domain.errors import InvalidInput
from bot.domain.people import Role
from tests.builders.people_harness import MIA, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal


async def test_an_invitation_ends_with_the_ownership_of_who_made_it() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    issued = await aboard.invitations.create_invitation(Role.OWNER, anna)
    await aboard.operators.change_role(anna.operator_id, Role.VIEWER, MIA)
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.invitations.accept_invitation(issued.code, a_sender())
    assert await aboard.people.operator_by_identity("telegram", "7") is None


async def test_codes_of_who_was_removed_are_gone() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    await aboard.invitations.create_invitation(Role.OWNER, anna)
    await aboard.invitations.create_link_code(anna)
    own = await aboard.invitations.create_invitation(Role.VIEWER, MIA)
    await aboard.operators.remove_operator(anna.operator_id, MIA)
    assert await aboard.storage.access_codes() == (own.access_code,)


async def test_a_link_code_outlives_a_change_of_role() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    issued = await aboard.invitations.create_link_code(jonas)
    changed = await aboard.operators.change_role(jonas.operator_id, Role.VIEWER, MIA)
    assert await aboard.invitations.link_identity(issued.code, a_sender(platform="discord")) == changed
