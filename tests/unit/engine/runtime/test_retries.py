"""Trying again: pauses that grow and end, and reminders that do not pile up."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.domain.ids import BotId
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.retries import FIRST_PAUSE, MAX_TRIES, SELLING_PAUSE, STORAGE_PAUSE, Retries
from bot.engine.trading.messages import AlignOrders, Message
from tests.builders.small_engine import turns
from tests.fakes.clock import FakeClock

ALPHA, BETA = BotId("alpha"), BotId("beta")
AGAIN = AlignOrders("again")
MAX, LEAST = 1.2, 0.8
"""How far chance stretches and shortens a pause."""


@dataclass
class Waiting:
    """Retries with what they brought."""

    clock: FakeClock = field(default_factory=FakeClock)
    brought: list[tuple[BotId, Message]] = field(default_factory=list)
    retries: Retries = field(init=False)

    def __post_init__(self) -> None:
        self.retries = Retries(self.clock, self._post)

    def _post(self, bot_id: BotId, message: Message) -> bool:
        self.brought.append((bot_id, message))
        return True

    async def wait(self, duration: timedelta) -> int:
        """Let time pass; return how many messages have been brought by then."""
        await turns()
        self.clock.advance(duration)
        await turns()
        return len(self.brought)


@pytest.fixture
async def waiting() -> AsyncIterator[Waiting]:
    made = Waiting()
    async with task_scope() as scope:
        made.retries.attach_task_scope(scope)
        yield made


async def test_each_pause_is_twice_the_one_before(waiting: Waiting) -> None:
    for number in range(1, MAX_TRIES):
        assert waiting.retries.record_failure(ALPHA, AGAIN) == number
        pause = FIRST_PAUSE * 2 ** (number - 1)
        assert await waiting.wait(pause * LEAST - timedelta(milliseconds=1)) == number - 1
        assert await waiting.wait(pause * (MAX - LEAST) + timedelta(milliseconds=1)) == number
    assert waiting.brought == [(ALPHA, AGAIN)] * (MAX_TRIES - 1)


async def test_after_the_last_try_the_message_does_not_come_again(waiting: Waiting) -> None:
    assert [waiting.retries.record_failure(ALPHA, AGAIN) for _ in range(MAX_TRIES)] == [1, 2, 3, 4, 5]
    assert await waiting.wait(timedelta(days=1)) == MAX_TRIES - 1


async def test_bots_are_counted_apart_and_from_the_start_once_something_worked(waiting: Waiting) -> None:
    waiting.retries.record_failure(ALPHA, AGAIN)
    waiting.retries.record_failure(ALPHA, AGAIN)
    assert waiting.retries.record_failure(BETA, AGAIN) == 1
    waiting.retries.reset_failures(ALPHA)
    assert waiting.retries.record_failure(ALPHA, AGAIN) == 1
    assert waiting.retries.record_failure(BETA, AGAIN) == 2


async def test_storage_that_is_full_is_nobodys_failure(waiting: Waiting) -> None:
    for number in range(1, 3 * MAX_TRIES):
        waiting.retries.retry_after_storage_failure(ALPHA, AGAIN)
        assert await waiting.wait(STORAGE_PAUSE * LEAST - timedelta(milliseconds=1)) == number - 1
        assert await waiting.wait(STORAGE_PAUSE) == number
    assert waiting.retries.record_failure(ALPHA, AGAIN) == 1


async def test_a_bot_is_reminded_to_sell_by_one_reminder_at_a_time(waiting: Waiting) -> None:
    for _ in range(3):
        waiting.retries.schedule_sell_reminder(ALPHA, AGAIN)
    waiting.retries.schedule_sell_reminder(BETA, AGAIN)
    assert await waiting.wait(SELLING_PAUSE - timedelta(milliseconds=1)) == 0
    assert await waiting.wait(timedelta(milliseconds=1)) == 2
    waiting.retries.schedule_sell_reminder(ALPHA, AlignOrders("more"))
    assert await waiting.wait(SELLING_PAUSE) == 3
    assert waiting.brought[-1] == (ALPHA, AlignOrders("more"))


async def test_what_still_waits_ends_with_the_desk() -> None:
    made = Waiting()
    async with task_scope() as scope:
        made.retries.attach_task_scope(scope)
        made.retries.record_failure(ALPHA, AGAIN)
        made.retries.schedule_sell_reminder(ALPHA, AGAIN)
        await turns()
    assert await made.wait(timedelta(days=1)) == 0
