"""A bot that was stopped twice at once kept its mailbox for ever: the second stop was refused, and nobody looked
whether the bot still needed anything.
"""

import pytest

from bot.domain.errors import Conflict, StrategyError, Unavailable
from bot.domain.instance import BotStatus
from tests.builders.engine import MIA
from tests.builders.small_engine import FAKE, a_small_engine


async def test_two_stops_at_once_leave_no_mailbox() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.supervisor.post_market_end(FAKE, "the recording has ended")
        engine.supervisor.post_market_end(FAKE, "the recording has ended")
        await engine.quiet()
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        assert len(engine.supervisor.mailboxes) == 0


async def test_a_repeated_message_leaves_no_mailbox() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        await engine.supervisor.open_session(bot_id)
        engine.world.storage.answers.append(Conflict("stored already"))
        engine.supervisor.fail_bot(bot_id, StrategyError("it broke"))
        await engine.quiet()
        assert len(engine.supervisor.mailboxes) == 0


async def test_a_command_that_was_not_stored_leaves_no_mailbox() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        engine.world.storage.answers.append(Unavailable("disk full"))
        with pytest.raises(Unavailable):
            await engine.lifecycle.rename_bot(bot_id, "other", MIA, "rename")
        assert len(engine.supervisor.mailboxes) == 0
