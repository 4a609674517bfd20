"""The system stopped a bot, it was started, and the next stop in that moment was discarded as a repeat of the first."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.facts import Saved
from bot.domain.instance import BotStatus
from tests.builders.engine import MIA
from tests.builders.small_engine import FAKE, a_small_engine


async def test_a_bot_that_is_starting_again_is_stopped_again() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.supervisor.post_market_end(FAKE, "key revoked")
        await engine.quiet()
        starting = replace(await engine.bot(bot_id), status=BotStatus.STARTING)
        await engine.world.storage.commit((Saved(starting),))
        await engine.supervisor.open_session(bot_id)
        engine.world.clock.advance(timedelta(milliseconds=1))
        engine.supervisor.post_market_end(FAKE, "key revoked")
        await engine.quiet()
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        await engine.lifecycle.start_bot(bot_id, MIA, "start")
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
