"""A group went on hearing of bots after whoever had subscribed it was removed or had lost the share of the bot."""

from bot.domain.people import Role
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, a_crew

GROUP, OTHER = Chat(platform="telegram", address="-1"), Chat(platform="telegram", address="-2")
ALPHA, BETA = a_bot("alpha", name="alpha"), a_bot("beta", name="beta")


async def test_what_a_removed_person_subscribed_ends_with_them() -> None:
    aboard = await a_crew()
    jonas = await aboard.welcome("jonas")
    await aboard.chats.follow(GROUP, ALPHA, jonas)
    await aboard.chats.follow(GROUP, BETA, MIA)
    await aboard.chats.follow(OTHER, ALPHA, jonas)
    await aboard.crew.remove(jonas.operator_id, MIA)
    assert await aboard.chats.followed(GROUP.key) == {"beta"}
    assert await aboard.chats.find(GROUP.key) is not None
    assert await aboard.chats.find(OTHER.key) is None


async def test_what_a_person_subscribed_ends_with_the_share() -> None:
    aboard = await a_crew()
    jonas = await aboard.welcome("jonas")
    for bot in (ALPHA, BETA):
        await aboard.sharing.share(bot, jonas, Role.VIEWER, MIA)
        await aboard.chats.follow(GROUP, bot, jonas)
    await aboard.chats.follow(OTHER, ALPHA, MIA)
    await aboard.sharing.withdraw(ALPHA, jonas)
    assert await aboard.chats.followed(GROUP.key) == {"beta"}
    assert await aboard.chats.followed(OTHER.key) == {"alpha"}
    await aboard.sharing.withdraw(BETA, jonas)
    assert await aboard.chats.find(GROUP.key) is None


async def test_an_owner_hears_on_without_a_share() -> None:
    aboard = await a_crew()
    anna = await aboard.welcome("anna", Role.TRADER)
    await aboard.sharing.share(ALPHA, anna, Role.VIEWER, MIA)
    await aboard.chats.follow(GROUP, ALPHA, anna)
    await aboard.crew.change_role(anna.operator_id, Role.OWNER, MIA)
    await aboard.sharing.withdraw(ALPHA, await aboard.now(anna))
    assert await aboard.chats.followed(GROUP.key) == {"alpha"}
