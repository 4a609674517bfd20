from datetime import timedelta

from adapters.chat.telegram.transport.update_offsets import (
    IDLE_WAIT,
    LONGEST_PENDING,
    MAX_HELD,
    OFFSET_LIFETIME,
    UpdateOffsets,
)
from bot.engine.people.key_values import KeyValueStore
from tests.fakes.clock import FakeClock, HastyClock
from tests.fakes.memory_storage.storage import MemoryStorage

MOMENT = timedelta(seconds=1)


async def an_inbox(clock: FakeClock, shelf: MemoryStorage | None = None) -> UpdateOffsets:
    shelf = shelf or MemoryStorage(clock)
    inbox = UpdateOffsets(KeyValueStore(shelf, shelf, "telegram"), clock)
    await inbox.load_offset()
    return inbox


def next_of(inbox: UpdateOffsets) -> int | None:
    """Return what is asked for next, and so what is confirmed."""
    return inbox.offset


async def test_nothing_is_confirmed_before_it_is_done() -> None:
    inbox = await an_inbox(FakeClock())
    assert next_of(inbox) is None
    assert inbox.begin_update(7)
    assert inbox.begin_update(8)
    assert next_of(inbox) == 7
    inbox.finish_update(8)
    assert next_of(inbox) == 7
    inbox.finish_update(7)
    assert next_of(inbox) == 9
    assert inbox.is_idle


async def test_an_update_is_new_once() -> None:
    inbox = await an_inbox(FakeClock())
    assert inbox.begin_update(7)
    assert not inbox.begin_update(7)
    inbox.finish_update(7)
    assert not inbox.begin_update(7)
    assert next_of(inbox) == 8


async def test_once_everything_is_confirmed_telegram_may_count_from_elsewhere() -> None:
    inbox = await an_inbox(FakeClock())
    inbox.begin_update(900)
    inbox.finish_update(900)
    inbox.confirm_offset()
    assert next_of(inbox) is None
    assert inbox.begin_update(5)
    assert next_of(inbox) == 5


async def test_what_takes_long_is_given_up_so_that_others_are_heard() -> None:
    clock = FakeClock()
    inbox = await an_inbox(clock)
    inbox.begin_update(1)
    clock.advance(LONGEST_PENDING)
    inbox.begin_update(2)
    assert next_of(inbox) == 2


async def test_a_flood_holds_up_nobody() -> None:
    inbox = await an_inbox(FakeClock())
    for number in range(1, MAX_HELD + 11):
        inbox.begin_update(number)
    assert next_of(inbox) == 11


async def test_waiting_ends_with_the_work_or_after_a_moment() -> None:
    clock = HastyClock()
    inbox = await an_inbox(clock)
    inbox.begin_update(1)
    before = clock.now()
    await inbox.save_when_idle()
    assert clock.now() - before == IDLE_WAIT
    assert not inbox.is_idle


async def test_what_was_done_before_a_restart_is_known_for_a_day() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    before.begin_update(70)
    before.finish_update(70)
    await before.save_when_idle()
    after = await an_inbox(clock, shelf)
    assert not after.begin_update(70)
    assert next_of(after) == 71
    assert after.begin_update(71)
    clock.advance(OFFSET_LIFETIME)
    assert (await an_inbox(clock, shelf)).begin_update(70)


async def test_an_update_that_was_not_done_is_not_known_after_a_restart() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    before.begin_update(70)
    clock.advance(MOMENT)
    assert (await an_inbox(clock, shelf)).begin_update(70)


async def test_at_the_end_it_is_kept_what_was_done_and_no_more() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    for number in (70, 71, 72):
        before.begin_update(number)
    before.finish_update(70)
    before.finish_update(72)
    await before.save_offset()
    after = await an_inbox(clock, shelf)
    assert not after.begin_update(70)
    assert after.begin_update(71)
