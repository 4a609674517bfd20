"""Many bots on a real desk: storage, recorded market and engine as the process composes them."""

from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np

from adapters.chat.console.gateway import PLATFORM, local_person
from adapters.data.markets import RECORDED_MARKETS
from adapters.data.recording import RECORDED_VENUE, Recording, recording_from_candles
from benchmarks import fleet_strategy
from bot.assembly.engine import open_engine
from bot.domain.facts import Saved
from bot.domain.ids import AccountId, BotId, OperatorId, Symbol
from bot.domain.instance import Bot, BotConfig, BotStatus, Parameters
from bot.domain.market import Mode, Series, Timeframe
from bot.domain.people import Account, Identity, Operator, Role
from bot.engine.runtime.engine import Engine
from bot.settings import Settings
from bot.strategy.candles import Candles, to_milliseconds

START = datetime(2024, 1, 1, tzinfo=UTC)
BITCOIN = Symbol("BTC/USDT")
WARM_UP = 300
STORED_AT_ONCE = 1000
CHAT_SETTINGS = Settings(_env_file=None)
OWNER = Operator(operator_id=OperatorId("owner"), name="mia", role=Role.OWNER, timezone="UTC", created_at=START)
ACCOUNT = Account(
    account_id=AccountId("practice"),
    owner=OWNER.operator_id,
    label="practice",
    venue=RECORDED_VENUE,
    mode=Mode.PRACTICE,
    currency="USDT",
    deposit=Decimal(1_000_000_000),
    created_at=START,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """So many bots with so many parameter sets, so many percent of which act on each of so many candles."""

    bots: int
    sets: int = 100
    percent: int = 0
    closes: int = 2
    timeframe: Timeframe = Timeframe.M5
    speed: str = "max"

    @property
    def series(self) -> Series:
        """Return the one series they all follow."""
        return Series(venue=RECORDED_VENUE, symbol=BITCOIN, timeframe=self.timeframe)

    def members(self) -> Iterable[Bot]:
        """Make the bots, all of them running."""
        for number in range(self.bots):
            parameters = (("number", number % self.sets), ("percent", self.percent))
            yield a_running_bot(number, fleet_strategy.NAME, parameters, self.timeframe)


def a_running_bot(number: int, strategy: str, parameters: Parameters, timeframe: Timeframe) -> Bot:
    """Make a bot that has been running since the start."""
    config = BotConfig(
        strategy=strategy,
        symbol=BITCOIN,
        timeframe=timeframe,
        account_id=ACCOUNT.account_id,
        capital=Decimal(1000),
        parameters=parameters,
    )
    return Bot(
        bot_id=BotId(f"bot{number:07d}"),
        name=f"bot-{number}",
        owner=OWNER.operator_id,
        venue=RECORDED_VENUE,
        mode=Mode.PRACTICE,
        config=config,
        config_version=1,
        status=BotStatus.RUNNING,
        desired=BotStatus.RUNNING,
        created_at=START,
        run_number=1,
        run_started_market=START,
        run_started_wall=START,
    )


def a_recording(fleet: Fleet) -> Recording:
    """Make a seeded random walk that goes on for the fleet's closes after the warm-up."""
    random, count = np.random.default_rng(7), WARM_UP + fleet.closes
    close = np.round(60_000 * np.exp(np.cumsum(random.normal(0, 0.0005, count))), 2)
    opened = np.concatenate(([60_000.0], close[:-1]))
    step = fleet.timeframe.duration // timedelta(milliseconds=1)
    candles = Candles(
        to_milliseconds(START) + np.arange(count, dtype=np.int64) * step,
        opened,
        np.maximum(opened, close) + 5,
        np.minimum(opened, close) - 5,
        close,
        np.full(count, 1000.0),
    )
    markets = tuple(market for market in RECORDED_MARKETS if market.symbol == BITCOIN)
    return recording_from_candles(
        {fleet.series: candles}, markets=markets, starts_at=START + WARM_UP * fleet.timeframe.duration
    )


def a_desk(folder: Path, fleet: Fleet) -> AbstractAsyncContextManager[Engine]:
    """Open the desk of that folder; its market stands still until its replay runs."""
    settings = Settings(_env_file=None, data_dir=folder, replay_speed=fleet.speed)
    return open_engine(settings, strategies=fleet_strategy.fleet_strategies(), recording=a_recording(fleet))


@asynccontextmanager
async def a_running_fleet(folder: Path, fleet: Fleet) -> AsyncIterator[Engine]:
    """Store bots that are running, and open the desk that recovers them: the quickest way to many."""
    await store_fleet(folder, fleet)
    async with a_desk(folder, fleet) as engine:
        assert engine.recovered.bots == fleet.bots
        yield engine


async def store_fleet(folder: Path, fleet: Fleet) -> None:
    """Put a fleet into the storage of that folder."""
    async with a_desk(folder, fleet) as engine:
        await store_bots(engine, fleet.members())


async def store_bots(desk: Engine, bots: Iterable[Bot]) -> None:
    """Store the person at this machine's console as owner, an account, and bots."""
    await desk.venue_contexts[RECORDED_VENUE].venue.open_account(ACCOUNT.account_id, ACCOUNT.currency, ACCOUNT.deposit)
    person = local_person().platform_id
    identity = Identity(platform=PLATFORM, platform_id=person, operator_id=OWNER.operator_id, linked_at=START)
    writer = desk.writer
    await writer.commit((Saved(OWNER), Saved(identity), Saved(ACCOUNT)))
    facts = [Saved(bot) for bot in bots]
    for first in range(0, len(facts), STORED_AT_ONCE):
        await writer.commit(tuple(facts[first : first + STORED_AT_ONCE]))
