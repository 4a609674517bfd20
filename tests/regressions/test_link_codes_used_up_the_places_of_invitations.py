"""A person who asked for link codes again and again kept owners from inviting anybody."""

from bot.domain.errors import InvalidInput
from bot.domain.people import Role
from bot.engine.people.invitations import MAX_OPEN_CODES
from tests.builders.people_harness import MIA, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal


async def test_a_new_link_code_replaces_the_one_before() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas", Role.VIEWER)
    codes = [await aboard.invitations.create_link_code(jonas) for _ in range(MAX_OPEN_CODES)]
    await aboard.invitations.create_invitation(Role.TRADER, MIA)
    with raises_refusal(InvalidInput, match="wrong"):
        await aboard.invitations.link_identity(codes[0].code, a_sender(platform="discord"))
    assert await aboard.invitations.link_identity(codes[-1].code, a_sender(platform="discord")) == jonas
