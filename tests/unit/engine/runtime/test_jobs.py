from datetime import datetime, timedelta

from bot.domain.equity import EquityPoint
from bot.domain.facts import Fact
from bot.engine.runtime.jobs import RETENTION_PERIOD, schedule_jobs
from bot.engine.runtime.recovery import LAST_ALIVE_KEY
from tests.builders.facts import saved_records
from tests.builders.small_engine import a_small_engine
from tests.fakes.scheduler import FakeScheduler
from tests.fakes.scripted_strategies import ENTER


async def test_the_jobs_of_an_engine_are_scheduled() -> None:
    scheduler = FakeScheduler()
    async with a_small_engine() as small:
        schedule_jobs(scheduler, small.engine, PruneRecorder().delete_expired_rows)
    intervals = {name: planned.interval for name, planned in scheduler.planned.items()}
    assert intervals == {
        "alive": timedelta(seconds=5),
        "equity snapshots": timedelta(minutes=5),
        "retention": timedelta(hours=6),
    }


async def test_the_engine_stores_that_it_is_alive() -> None:
    scheduler = FakeScheduler()
    async with a_small_engine() as small:
        schedule_jobs(scheduler, small.engine, PruneRecorder().delete_expired_rows)
        small.world.clock.advance(timedelta(seconds=5))
        await scheduler.run("alive")
        assert await small.world.storage.key_value(LAST_ALIVE_KEY) == small.world.clock.now().isoformat()


async def test_rows_are_kept_for_the_retention_period() -> None:
    scheduler, recorder = FakeScheduler(), PruneRecorder()
    async with a_small_engine() as small:
        schedule_jobs(scheduler, small.engine, recorder.delete_expired_rows)
        await scheduler.run("retention")
        assert recorder.asked == [small.world.clock.now() - RETENTION_PERIOD]


async def test_equity_is_kept_of_the_bots_that_hold_something() -> None:
    scheduler = FakeScheduler()
    async with a_small_engine() as small:
        schedule_jobs(scheduler, small.engine, PruneRecorder().delete_expired_rows)
        await small.running(name="flat", timeframe="1h")
        holding = await small.running(name="holding")
        await small.candle(100, ENTER)
        await small.fill("100")
        await small.candle(101.0)
        stored: list[Fact] = []
        small.world.storage.add_commit_listener(lambda units: stored.extend(fact for unit in units for fact in unit))
        await scheduler.run("equity snapshots")
        points = saved_records(stored, EquityPoint)
        assert [(point.bot_id, point.market_time) for point in points] == [(holding, small.world.venue.clock.now())]


class PruneRecorder:
    """Notes up to when rows shall be deleted."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    async def delete_expired_rows(self, before: datetime) -> None:
        self.asked.append(before)
