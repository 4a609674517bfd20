import asyncio
from datetime import datetime, timedelta

from adapters.chat.discord.pace import MESSAGES, MOST_LANES, WINDOW, Pace, Urgency
from tests.fakes.clock import FakeClock, HastyClock

MOMENT = timedelta(milliseconds=1)


async def settled() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_a_few_messages_go_at_once() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(MESSAGES):
        await pace.turn("1", Urgency.NEWS)
    assert clock.sleepers == 0


async def test_never_more_than_five_go_in_five_seconds() -> None:
    clock = HastyClock()
    pace, times = Pace(clock), list[datetime]()

    async def send() -> None:
        await pace.turn("1", Urgency.NEWS)
        times.append(clock.now())

    async with asyncio.TaskGroup() as tasks:
        for _ in range(300):
            tasks.create_task(send())
    assert times == sorted(times)
    assert all(later - first >= WINDOW for first, later in zip(times, times[MESSAGES:], strict=False))
    assert times[-1] - times[0] < WINDOW * 60


async def test_they_go_in_the_order_in_which_they_came() -> None:
    pace, order = Pace(HastyClock()), list[int]()

    async def send(number: int) -> None:
        await pace.turn("1", Urgency.NEWS)
        order.append(number)

    async with asyncio.TaskGroup() as tasks:
        for number in range(50):
            tasks.create_task(send(number))
    assert order == list(range(50))


async def test_an_answer_goes_before_news_that_wait() -> None:
    clock = FakeClock()
    pace, order = Pace(clock), list[str]()

    async def send(name: str, urgency: Urgency) -> None:
        await pace.turn("1", urgency)
        order.append(name)

    async with asyncio.TaskGroup() as tasks:
        for number in range(MESSAGES + 3):
            tasks.create_task(send(f"news {number}", Urgency.NEWS))
        await settled()
        tasks.create_task(send("answer", Urgency.ANSWER))
        await settled()
        assert len(order) == MESSAGES
        clock.advance(WINDOW)
        await settled()
    assert order[MESSAGES:] == ["answer", "news 5", "news 6", "news 7"]


async def test_one_channel_does_not_wait_for_another() -> None:
    pace = Pace(FakeClock())
    for _ in range(MESSAGES):
        await pace.turn("1", Urgency.NEWS)
    async with asyncio.timeout(1):
        await pace.turn("2", Urgency.NEWS)


async def test_who_gives_up_waiting_holds_up_nobody() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(MESSAGES):
        await pace.turn("1", Urgency.NEWS)
    first = asyncio.create_task(pace.turn("1", Urgency.NEWS))
    second = asyncio.create_task(pace.turn("1", Urgency.NEWS))
    await settled()
    first.cancel()
    await settled()
    clock.advance(WINDOW)
    async with asyncio.timeout(1):
        await second
    assert first.cancelled()


async def test_channels_where_nothing_happens_are_forgotten_but_never_those_that_are_full() -> None:
    clock = FakeClock()
    pace = Pace(clock)
    for _ in range(MESSAGES):
        await pace.turn("busy", Urgency.NEWS)
    for number in range(MOST_LANES * 3):
        clock.advance(MOMENT)
        await pace.turn(str(number), Urgency.NEWS)
    waiting = asyncio.create_task(pace.turn("busy", Urgency.NEWS))
    await settled()
    assert not waiting.done()
    clock.advance(WINDOW)
    await waiting
