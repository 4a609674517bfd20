import pytest
from typing_extensions import override

from bot.domain.errors import Refused
from bot.domain.ids import BotId
from bot.domain.trade import Ledger
from bot.engine.bots.kill_switch import ALL_SCOPE
from tests.builders.engine import MIA
from tests.builders.small_engine import a_small_engine, a_world
from tests.fakes.clock import FakeClock
from tests.fakes.storage import FlakyStorage


class NotingStorage(FlakyStorage):
    """Notes whose ledger is read."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.loaded: list[BotId] = []

    @override
    async def ledger(self, bot_id: BotId) -> Ledger:
        self.loaded.append(bot_id)
        return await super().ledger(bot_id)


async def test_a_stopped_bot_is_loaded_once_to_be_started() -> None:
    world = a_world()
    world.storage = storage = NotingStorage(world.clock)
    async with a_small_engine(world) as engine:
        bot_id = await engine.create()
        await engine.lifecycle.start_bot(bot_id, MIA, engine.command_id())
        assert storage.loaded == [bot_id]


async def test_a_blocked_bot_is_not_started() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        await engine.panic.engage_panic(ALL_SCOPE, "cancel", MIA, "panic")
        with pytest.raises(Refused, match="blocked"):
            await engine.lifecycle.start_bot(bot_id, MIA, engine.command_id())
