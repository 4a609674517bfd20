"""Until when everything that waited at Telegram was fetched."""

from datetime import timedelta

from adapters.chat.telegram.transport.fetch_times import LONGEST_WAIT, SAVE_INTERVAL, FetchTimes
from bot.engine.people.key_values import KeyValueStore
from tests.fakes.clock import LAUNCH, FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage


class Bench:
    """A clock and storage that outlive a process."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.storage = MemoryStorage(self.clock)

    async def opened(self) -> FetchTimes:
        times = FetchTimes(KeyValueStore(self.storage, self.storage, "telegram"), self.clock)
        await times.load_time()
        return times


async def test_at_the_first_start_an_update_may_have_waited_as_long_as_telegram_keeps_it() -> None:
    bench = Bench()
    assert (await bench.opened()).waiting_since == LAUNCH - LONGEST_WAIT


async def test_what_is_fetched_next_came_after_this_fetch_but_only_what_is_handled_counts_after_a_crash() -> None:
    bench = Bench()
    times = await bench.opened()
    times.record_fetch(LAUNCH)
    assert times.waiting_since == LAUNCH
    assert (await bench.opened()).waiting_since == LAUNCH - LONGEST_WAIT
    await times.save_time()
    assert (await bench.opened()).waiting_since == LAUNCH


async def test_an_answer_that_came_late_says_what_waited_when_it_was_given() -> None:
    bench = Bench()
    times = await bench.opened()
    bench.clock.advance(timedelta(seconds=40))
    times.record_fetch(LAUNCH + timedelta(seconds=25))
    assert times.waiting_since == LAUNCH + timedelta(seconds=25)


async def test_the_next_process_goes_on_from_it_within_seconds() -> None:
    bench = Bench()
    times = await bench.opened()
    for _ in range(10):
        bench.clock.advance(timedelta(seconds=2))
        times.record_fetch(bench.clock.now())
        await times.save_time()
    last = bench.clock.now()
    bench.clock.advance(timedelta(hours=1))
    since = (await bench.opened()).waiting_since
    assert last - SAVE_INTERVAL <= since <= last
