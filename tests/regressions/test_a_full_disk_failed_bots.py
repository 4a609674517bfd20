"""While storage did not answer, five messages of a busy bot counted as five failures and its last fill was dropped."""

from decimal import Decimal

from bot.domain.errors import Unavailable
from bot.domain.instance import BotStatus
from bot.engine.runtime.retries import MAX_TRIES, STORAGE_PAUSE
from tests.builders.small_engine import FAKE, a_small_engine
from tests.fakes.scripted_strategies import ENTER

FULL = Unavailable("disk full")


async def test_fills_wait_for_storage_and_none_is_lost() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        intent = engine.world.venue.submitted[-1]
        engine.world.storage.answers += [FULL] * 3 * MAX_TRIES
        for _ in range(2 * MAX_TRIES):
            engine.world.venue.fill(intent, Decimal(100), Decimal("0.1"))
        for _ in range(4):
            await engine.later(STORAGE_PAUSE * 1.2)
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
        assert (await engine.ledger(bot_id)).position.quantity == Decimal("0.1") * 2 * MAX_TRIES
        assert (await engine.ledger(bot_id)).totals.fills == 2 * MAX_TRIES


async def test_a_stop_of_the_system_waits_for_storage_too() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.storage.answers.append(FULL)
        engine.supervisor.post_market_end(FAKE, "the recording has ended")
        await engine.quiet()
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
        await engine.later(STORAGE_PAUSE * 1.2)
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
