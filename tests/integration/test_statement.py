"""Whatever happens to bots, the books of their account say to the last digit what its venue holds."""

import asyncio
import random
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from adapters.venue.recorded.market import RecordedMarketOptions
from bot.domain.errors import UserError
from bot.domain.ids import BotId
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.market import Timeframe
from bot.domain.people import Account
from bot.engine.bots.capital import last_prices, read_capital
from bot.engine.reports.statement import AccountStatement, StatementReader
from bot.engine.simulation.simulation_options import SimulationOptions
from tests.builders.engine import MIA, PRACTICE, EngineHarness, an_engine
from tests.builders.recordings import a_recording, wandering

LENGTH = 160
CANDLE = Timeframe.M5.duration
KINDS: tuple[tuple[str, Mapping[str, str]], ...] = (
    ("ema-cross", {"fast": "2", "slow": "4", "capital": "1000", "stop_loss": "2%"}),
    ("ema-cross", {"fast": "3", "slow": "7", "capital": "6.5"}),
    ("rsi-reversion", {"length": "3", "capital": "7"}),
    ("grid", {"lower": "80", "upper": "120", "levels": "8", "capital": "500"}),
    ("grid", {"lower": "90", "upper": "110", "levels": "4", "capital": "40", "stop_loss": "3%"}),
)


class Story:
    """A desk of mia's in which anything may happen; after each act the books are looked at."""

    def __init__(self, engine: EngineHarness, dice: random.Random) -> None:
        self.engine, self.dice = engine, dice
        self.statements = StatementReader(engine.database.reader, engine.engine.venue_contexts)
        self.alive: list[BotId] = []
        self.acts = 0

    async def check(self) -> AccountStatement:
        found = await self.statements.read_statement(PRACTICE)
        assert found.is_settled
        assert found.difference == 0, found
        await self._check_capital(PRACTICE, found)
        return found

    async def _check_capital(self, account: Account, found: AccountStatement) -> None:
        feeds = {venue_id: context.feed for venue_id, context in self.engine.engine.venue_contexts.items()}
        capital = await read_capital(self.engine.database.reader, account, last_prices(feeds))
        assert capital.equity == found.held
        # What bots may use and what is offered to new ones is there, or no bot may run.
        assert capital.reserved + capital.free <= found.held + capital.shortfall

    async def create(self) -> None:
        strategy, words = self.dice.choice(KINDS)
        bot_id = await self.engine.create(strategy, "ABC/USDT", "5m", name=f"b{self.acts}", **words)
        self.alive.append(bot_id)
        await self.engine.run(bot_id)

    async def edit(self) -> None:
        bot_id = self.dice.choice(self.alive)
        capital = str(self.dice.choice((5, 8, 300, 1200, 20000)))
        await self.engine.lifecycle.edit_bot(bot_id, {"capital": capital}, MIA, self.engine.command_id())

    async def stop(self) -> None:
        policy = self.dice.choice(list(StopPolicy))
        await self.engine.lifecycle.stop_bot(self.dice.choice(self.alive), policy, MIA, self.engine.command_id())

    async def delete(self) -> None:
        bot_id = self.dice.choice(self.alive)
        deleted = await self.engine.lifecycle.delete_bot(bot_id, MIA, self.engine.command_id())
        assert deleted.status is BotStatus.DELETED
        self.alive.remove(bot_id)

    async def play(self) -> None:
        """Let the market go on for some candles."""
        await self.engine.market.replay.resume_clock()
        until = self.engine.market.venue.clock.now() + self.dice.choice((2, 5, 30)) * CANDLE
        while self.engine.market.venue.clock.now() < until and not self.engine.market.replay.state().has_ended:
            await self.engine.supervisor.wait_until_idle()
            await self.engine.engine.clock.sleep(CANDLE / 300_000)
        await self.engine.market.replay.pause_clock()
        await self.engine.supervisor.wait_until_idle()

    async def begin_again(self) -> None:
        for bot_id in self.alive:
            await self._sell(bot_id)
        if self.dice.random() < 0.5:
            await self.engine.engine.passes.reset_account(PRACTICE, MIA, self.engine.command_id())
        else:
            await self.engine.engine.passes.restart_market(MIA, self.engine.command_id())
            await self.engine.market.replay.set_speed(None)

    async def _sell(self, bot_id: BotId) -> None:
        try:
            await self.engine.lifecycle.stop_bot(bot_id, StopPolicy.FLATTEN, MIA, self.engine.command_id())
        except UserError:
            return

    async def act(self) -> None:
        self.acts += 1
        acts = [self.create, self.play, self.play, self.play]
        if self.alive:
            acts += [self.edit, self.stop, self.delete]
        if self.acts % 7 == 0:
            acts = [self.begin_again]
        # A refusal changes nothing, which is looked at, too.
        with suppress(UserError):
            await self.dice.choice(acts)()
        await self.engine.supervisor.wait_until_idle()
        await self.check()


async def tell(folder: Path, seed: int, *, acts: int) -> None:
    dice = random.Random(seed)
    recording = a_recording(wandering(LENGTH, seed))
    simulation = SimulationOptions(is_fee_in_base=bool(seed % 2))
    options = RecordedMarketOptions(speed=None, simulation=simulation)
    async with an_engine(folder, recording, options) as engine:
        await engine.market.replay.pause_clock()
        engine.play()
        story = Story(engine, dice)
        for _ in range(acts):
            await story.act()
    # A restart of the process changes nothing either.
    async with an_engine(folder, recording, options) as engine:
        await Story(engine, dice).check()


@pytest.mark.parametrize("seed", [1, 2])
async def test_the_books_close_after_every_act(tmp_path: Path, seed: int) -> None:
    await tell(tmp_path, seed, acts=24)


@pytest.mark.slow
async def test_the_books_close_while_the_market_goes_on(tmp_path: Path) -> None:
    async with an_engine(tmp_path, a_recording(wandering(400))) as engine:
        story = Story(engine, random.Random(1))
        for _ in range(6):
            story.acts += 1
            await story.create()
        engine.play()
        looked_at = settled = 0
        while not engine.market.replay.state().has_ended:
            found = await story.statements.read_statement(PRACTICE)
            assert found.is_closing, found
            looked_at, settled = looked_at + 1, settled + found.is_settled
            await asyncio.sleep(0)
        assert settled > looked_at / 2 > 5


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(10, 13))
async def test_the_books_close_after_every_act_of_long_stories(tmp_path: Path, seed: int) -> None:
    await tell(tmp_path, seed, acts=60)
