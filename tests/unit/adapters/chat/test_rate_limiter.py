import asyncio
from datetime import datetime, timedelta

from adapters.chat.rate_limiter import MAX_QUEUES, RateLimit, RateLimiter, SendPriority
from tests.fakes.clock import FakeClock, HastyClock

MOMENT = timedelta(milliseconds=1)
MESSAGES, WINDOW = 5, timedelta(seconds=5)
RATE = RateLimit(messages=MESSAGES, window=WINDOW)
KEEPING = RateLimit(messages=MESSAGES, window=WINDOW, reserved=2)


def a_pace(clock: FakeClock, rate: RateLimit = RATE) -> RateLimiter:
    return RateLimiter(clock, lambda _: rate)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_few_messages_go_at_once() -> None:
    clock = FakeClock()
    pace = a_pace(clock)
    for _ in range(MESSAGES):
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
    assert clock.sleepers == 0


async def test_never_more_than_five_go_in_five_seconds() -> None:
    clock = HastyClock()
    pace, times = a_pace(clock), list[datetime]()

    async def send() -> None:
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
        times.append(clock.now())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(300):
            tasks.create_task(send())
    assert times == sorted(times)
    assert all(later - first >= WINDOW for first, later in zip(times, times[MESSAGES:], strict=False))
    assert times[-1] - times[0] < WINDOW * 60


async def test_they_go_in_the_order_in_which_they_came() -> None:
    pace, order = a_pace(HastyClock()), list[int]()

    async def send(number: int) -> None:
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
        order.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(send(number))
    assert order == list(range(50))


async def test_an_answer_goes_before_news_that_wait() -> None:
    clock = FakeClock()
    pace, order = a_pace(clock), list[str]()

    async def send(name: str, urgency: SendPriority) -> None:
        await pace.acquire_slot("1", urgency)
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        for number in range(MESSAGES + 3):
            tasks.create_task(send(f"news {number}", SendPriority.NOTIFICATION))
        await settled()
        tasks.create_task(send("answer", SendPriority.ANSWER))
        await settled()
        assert len(order) == MESSAGES
        clock.advance(WINDOW)
        await settled()
    assert order[MESSAGES:] == ["answer", "news 5", "news 6", "news 7"]


async def test_one_channel_does_not_wait_for_another() -> None:
    pace = a_pace(FakeClock())
    for _ in range(MESSAGES):
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
    async with asyncio.timeout(1):
        await pace.acquire_slot("2", SendPriority.NOTIFICATION)


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    clock = FakeClock()
    pace = a_pace(clock)
    for _ in range(MESSAGES):
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
    first = asyncio.create_task(pace.acquire_slot("1", SendPriority.NOTIFICATION))
    second = asyncio.create_task(pace.acquire_slot("1", SendPriority.NOTIFICATION))
    await settled()
    first.cancel()
    await settled()
    clock.advance(WINDOW)
    async with asyncio.timeout(1):
        await second
    assert first.cancelled()


async def test_channels_where_nothing_happens_are_forgotten_but_never_those_that_are_full() -> None:
    clock = FakeClock()
    pace = a_pace(clock)
    for _ in range(MESSAGES):
        await pace.acquire_slot("busy", SendPriority.NOTIFICATION)
    for number in range(MAX_QUEUES * 3):
        clock.advance(MOMENT)
        await pace.acquire_slot(str(number), SendPriority.NOTIFICATION)
    waiting = asyncio.create_task(pace.acquire_slot("busy", SendPriority.NOTIFICATION))
    await settled()
    assert not waiting.done()
    clock.advance(WINDOW)
    await waiting


async def test_news_leave_room_for_an_answer() -> None:
    clock = FakeClock()
    pace = a_pace(clock, KEEPING)
    for _ in range(3):
        await pace.acquire_slot("1", SendPriority.NOTIFICATION)
    assert pace.wait_time("1", SendPriority.NOTIFICATION) == WINDOW
    assert not pace.wait_time("1", SendPriority.ANSWER)


async def test_a_chat_that_was_asked_to_wait_lets_nothing_go_and_no_other_chat_waits() -> None:
    clock = FakeClock()
    pace = a_pace(clock)
    pace.pause_chat("1", timedelta(seconds=30))
    pace.pause_chat("1", timedelta(seconds=3))
    waiting = asyncio.create_task(pace.acquire_slot("1", SendPriority.ANSWER))
    await pace.acquire_slot("2", SendPriority.ANSWER)
    await settled()
    clock.advance(timedelta(seconds=29))
    await settled()
    assert not waiting.done()
    clock.advance(timedelta(seconds=1))
    await waiting
