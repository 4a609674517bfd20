"""A group went on hearing of bots after whoever had subscribed it was removed or had lost the share of the bot."""

from bot.domain.people import Role
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, a_people_harness

GROUP, OTHER = Chat(platform="telegram", address="-1"), Chat(platform="telegram", address="-2")
ALPHA, BETA = a_bot("alpha", name="alpha"), a_bot("beta", name="beta")


async def test_what_a_removed_person_subscribed_ends_with_them() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.chats.subscribe_chat(GROUP, ALPHA, jonas)
    await aboard.chats.subscribe_chat(GROUP, BETA, MIA)
    await aboard.chats.subscribe_chat(OTHER, ALPHA, jonas)
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    assert await aboard.chats.subscribed_bots(GROUP.key) == {"beta"}
    assert await aboard.chats.find_destination(GROUP.key) is not None
    assert await aboard.chats.find_destination(OTHER.key) is None


async def test_what_a_person_subscribed_ends_with_the_share() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    for bot in (ALPHA, BETA):
        await aboard.sharing.share_bot(bot, jonas, Role.VIEWER, MIA)
        await aboard.chats.subscribe_chat(GROUP, bot, jonas)
    await aboard.chats.subscribe_chat(OTHER, ALPHA, MIA)
    await aboard.sharing.withdraw_share(ALPHA, jonas)
    assert await aboard.chats.subscribed_bots(GROUP.key) == {"beta"}
    assert await aboard.chats.subscribed_bots(OTHER.key) == {"alpha"}
    await aboard.sharing.withdraw_share(BETA, jonas)
    assert await aboard.chats.find_destination(GROUP.key) is None


async def test_an_owner_hears_on_without_a_share() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.TRADER)
    await aboard.sharing.share_bot(ALPHA, anna, Role.VIEWER, MIA)
    await aboard.chats.subscribe_chat(GROUP, ALPHA, anna)
    await aboard.operators.change_role(anna.operator_id, Role.OWNER, MIA)
    await aboard.sharing.withdraw_share(ALPHA, await aboard.now(anna))
    assert await aboard.chats.subscribed_bots(GROUP.key) == {"alpha"}
