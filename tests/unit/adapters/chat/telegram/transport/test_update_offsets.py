from datetime import timedelta

from adapters.chat.telegram.transport.update_offsets import FRESH, LONGEST_HELD, MAX_HELD, SLICE, Inbox
from adapters.memory.storage import MemoryStorage
from bot.engine.people.key_values import KeyValueStore
from tests.fakes.clock import FakeClock, HastyClock

MOMENT = timedelta(seconds=1)


async def an_inbox(clock: FakeClock, shelf: MemoryStorage | None = None) -> Inbox:
    shelf = shelf or MemoryStorage(clock)
    inbox = Inbox(KeyValueStore(shelf, shelf, "telegram"), clock)
    await inbox.load()
    return inbox


def next_of(inbox: Inbox) -> int | None:
    """Return what is asked for next, and so what is confirmed."""
    return inbox.offset


async def test_nothing_is_confirmed_before_it_is_done() -> None:
    inbox = await an_inbox(FakeClock())
    assert next_of(inbox) is None
    assert inbox.begin(7)
    assert inbox.begin(8)
    assert next_of(inbox) == 7
    inbox.done(8)
    assert next_of(inbox) == 7
    inbox.done(7)
    assert next_of(inbox) == 9
    assert inbox.is_idle


async def test_an_update_is_new_once() -> None:
    inbox = await an_inbox(FakeClock())
    assert inbox.begin(7)
    assert not inbox.begin(7)
    inbox.done(7)
    assert not inbox.begin(7)
    assert next_of(inbox) == 8


async def test_once_everything_is_confirmed_telegram_may_count_from_elsewhere() -> None:
    inbox = await an_inbox(FakeClock())
    inbox.begin(900)
    inbox.done(900)
    inbox.forgotten()
    assert next_of(inbox) is None
    assert inbox.begin(5)
    assert next_of(inbox) == 5


async def test_what_takes_long_is_given_up_so_that_others_are_heard() -> None:
    clock = FakeClock()
    inbox = await an_inbox(clock)
    inbox.begin(1)
    clock.advance(LONGEST_HELD)
    inbox.begin(2)
    assert next_of(inbox) == 2


async def test_a_flood_holds_up_nobody() -> None:
    inbox = await an_inbox(FakeClock())
    for number in range(1, MAX_HELD + 11):
        inbox.begin(number)
    assert next_of(inbox) == 11


async def test_waiting_ends_with_the_work_or_after_a_moment() -> None:
    clock = HastyClock()
    inbox = await an_inbox(clock)
    inbox.begin(1)
    before = clock.now()
    await inbox.settle()
    assert clock.now() - before == SLICE
    assert not inbox.is_idle


async def test_what_was_done_before_a_restart_is_known_for_a_day() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    before.begin(70)
    before.done(70)
    await before.settle()
    after = await an_inbox(clock, shelf)
    assert not after.begin(70)
    assert next_of(after) == 71
    assert after.begin(71)
    clock.advance(FRESH)
    assert (await an_inbox(clock, shelf)).begin(70)


async def test_an_update_that_was_not_done_is_not_known_after_a_restart() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    before.begin(70)
    clock.advance(MOMENT)
    assert (await an_inbox(clock, shelf)).begin(70)


async def test_at_the_end_it_is_kept_what_was_done_and_no_more() -> None:
    clock = FakeClock()
    shelf = MemoryStorage(clock)
    before = await an_inbox(clock, shelf)
    for number in (70, 71, 72):
        before.begin(number)
    before.done(70)
    before.done(72)
    await before.keep()
    after = await an_inbox(clock, shelf)
    assert not after.begin(70)
    assert after.begin(71)
