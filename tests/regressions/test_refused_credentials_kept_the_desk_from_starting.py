"""A key that was revoked while the desk was down ended the next start: no bot of anybody ran."""

from bot.domain.errors import AuthFailed
from bot.domain.events import BotStopped
from bot.domain.instance import BotStatus
from tests.builders.small_engine import a_small_engine, a_world


async def test_the_bots_of_that_account_are_stopped_and_the_desk_opens() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running()
    world.venue.lookup_answers.append(AuthFailed("the key was revoked"))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        assert [told.remark for told in await engine.told(BotStopped)] == ["the key was revoked"]
