"""The bots in memory are never older than what was committed, whatever happens while they are first read."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.errors import Unavailable
from bot.domain.facts import Saved
from bot.domain.instance import Bot, BotStatus
from storage.cache.bot_cache import BotCache
from tests.builders import facts as a


class SlowTable:
    """Answers with what it held when it was asked, once it is told to."""

    def __init__(self, *bots: Bot) -> None:
        self.bots: Sequence[Bot] = bots
        self.asked = 0
        self.begun, self.may_answer = asyncio.Event(), asyncio.Event()

    async def read(self) -> tuple[Bot, ...]:
        self.asked += 1
        self.begun.set()
        await self.may_answer.wait()
        return tuple(self.bots)


async def test_what_is_committed_while_the_bots_are_read_is_newer_than_what_is_read() -> None:
    table = SlowTable(a.a_bot("b1", name="one"), a.a_bot("b2", name="two"))
    roster = BotCache(table.read)
    reading = asyncio.create_task(roster.bots())
    await table.begun.wait()
    changed, deleted = a.a_bot("b1", name="uno"), a.a_bot("b2", status=BotStatus.DELETED)
    roster.cached_table.on_commit([(Saved(changed), Saved(deleted)), (Saved(a.a_bot("b3", name="three")),)])
    table.may_answer.set()
    assert [bot.name for bot in await reading] == ["uno", "three"]


async def test_two_who_ask_at_once_read_once() -> None:
    table = SlowTable(a.a_bot())
    roster = BotCache(table.read)
    readings = [asyncio.create_task(roster.bots()) for _ in range(2)]
    await table.begun.wait()
    table.may_answer.set()
    assert await asyncio.gather(*readings) == [(a.a_bot(),), (a.a_bot(),)]
    assert table.asked == 1


async def test_a_reading_that_failed_is_done_again() -> None:
    answers: list[tuple[Bot, ...] | Unavailable] = [Unavailable("busy"), (a.a_bot(),)]

    async def read() -> tuple[Bot, ...]:
        answer = answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    roster = BotCache(read)
    with pytest.raises(Unavailable):
        await roster.bots()
    assert await roster.bots() == (a.a_bot(),)
