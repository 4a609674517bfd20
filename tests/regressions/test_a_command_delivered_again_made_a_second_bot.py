"""A platform delivered `/new` again to a desk killed after the bot was stored, before the command was noted as done."""

from bot.engine.bots.checks import NewBot
from tests.builders.engine import MIA
from tests.builders.recordings import ABC
from tests.builders.small_engine import a_small_engine, a_world

ASKED = NewBot(name=None, strategy="told", symbol=ABC.symbol, timeframe="5m", account=None, capital="4000")


async def test_creating_again_by_the_same_command_finds_the_bot() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot = await engine.lifecycle.create_bot(ASKED, MIA, "7")
    async with a_small_engine(world) as engine:
        assert await engine.lifecycle.create_bot(ASKED, MIA, "7") == bot
        other = await engine.lifecycle.create_bot(ASKED, MIA, "8")
        assert {found.name for found in await world.storage.bots()} == {bot.name, other.name}


async def test_cloning_again_by_the_same_command_finds_the_copy() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        copy = await engine.lifecycle.clone_bot(bot_id, "copy", {}, MIA, "7")
        assert await engine.lifecycle.clone_bot(bot_id, "copy", {}, MIA, "7") == copy
