"""Somebody with two accounts on one platform was told nothing any more once they had unlinked one of them."""

from tests.builders.people_harness import MIA, a_people_harness, a_sender


async def test_the_account_that_stays_is_told_again_once_it_writes() -> None:
    aboard = await a_people_harness()
    new = a_sender("99")
    await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    code = (await aboard.invitations.create_link_code(MIA)).code
    await aboard.invitations.link_identity(code, new)
    await aboard.chats.record_private_chat(MIA, new)
    await aboard.operators.unlink_identity(MIA, "telegram")
    await aboard.chats.record_private_chat(MIA, new)
    assert await aboard.chats_of(MIA.operator_id) == {"telegram:99"}
