from datetime import datetime, timedelta

from bot.engine.runtime.jobs import RETENTION_PERIOD, schedule_jobs
from bot.engine.runtime.recovery import LAST_ALIVE_KEY
from tests.builders.small_engine import a_small_engine
from tests.fakes.scheduler import FakeScheduler


async def test_the_jobs_of_an_engine_are_scheduled() -> None:
    scheduler = FakeScheduler()
    async with a_small_engine() as small:
        schedule_jobs(scheduler, small.engine, PruneRecorder().delete_expired_rows)
    intervals = {name: planned.interval for name, planned in scheduler.planned.items()}
    assert intervals == {
        "alive": timedelta(seconds=5),
        "market times": timedelta(seconds=15),
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


class PruneRecorder:
    """Notes up to when rows shall be deleted."""

    def __init__(self) -> None:
        self.asked: list[datetime] = []

    async def delete_expired_rows(self, before: datetime) -> None:
        self.asked.append(before)
