"""Somebody with two accounts on one platform was told nothing any more once they had unlinked one of them."""

from tests.builders.people_harness import MIA, a_crew, a_sender


async def test_the_account_that_stays_is_told_again_once_it_writes() -> None:
    aboard = await a_crew()
    new = a_sender("99")
    await aboard.chats.seen(MIA, a_sender("mia's"))
    code = (await aboard.invitations.link_code(MIA)).code
    await aboard.invitations.link(code, new)
    await aboard.chats.seen(MIA, new)
    await aboard.crew.unlink(MIA, "telegram")
    await aboard.chats.seen(MIA, new)
    assert await aboard.chats_of(MIA.operator_id) == {"telegram:99"}
