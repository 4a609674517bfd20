"""The bots in memory are never older than what was committed, whatever happens while they are first read."""

import asyncio
from collections.abc import Sequence

import pytest

from bot.domain.errors import Unavailable
from bot.domain.facts import Saved
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus
from storage.read.bots import apply_bot
from storage.read.cached_table import CachedTable
from tests.builders import facts as a


def by_id(*bots: Bot) -> dict[BotId, Bot]:
    return {bot.bot_id: bot for bot in bots}


class SlowTable:
    """Answers with what it held when it was asked, once it is told to."""

    def __init__(self, *bots: Bot) -> None:
        self.bots: Sequence[Bot] = bots
        self.asked = 0
        self.begun, self.may_answer = asyncio.Event(), asyncio.Event()

    async def read(self) -> dict[BotId, Bot]:
        self.asked += 1
        self.begun.set()
        await self.may_answer.wait()
        return by_id(*self.bots)


async def test_what_is_committed_while_the_bots_are_read_is_newer_than_what_is_read() -> None:
    table = SlowTable(a.a_bot("b1", name="one"), a.a_bot("b2", name="two"))
    roster = CachedTable(table.read, apply_bot)
    reading = asyncio.create_task(roster.rows())
    await table.begun.wait()
    changed, deleted = a.a_bot("b1", name="uno"), a.a_bot("b2", status=BotStatus.DELETED)
    roster.on_commit([(Saved(changed), Saved(deleted)), (Saved(a.a_bot("b3", name="three")),)])
    table.may_answer.set()
    assert [bot.name for bot in (await reading).values()] == ["uno", "three"]


async def test_two_who_ask_at_once_read_once() -> None:
    table = SlowTable(a.a_bot())
    roster = CachedTable(table.read, apply_bot)
    readings = [asyncio.create_task(roster.rows()) for _ in range(2)]
    await table.begun.wait()
    table.may_answer.set()
    assert await asyncio.gather(*readings) == [by_id(a.a_bot()), by_id(a.a_bot())]
    assert table.asked == 1


async def test_a_reading_that_failed_is_done_again() -> None:
    answers: list[dict[BotId, Bot] | Unavailable] = [Unavailable("busy"), by_id(a.a_bot())]

    async def read() -> dict[BotId, Bot]:
        answer = answers.pop(0)
        if isinstance(answer, Unavailable):
            raise answer
        return answer

    roster = CachedTable(read, apply_bot)
    with pytest.raises(Unavailable):
        await roster.rows()
    assert await roster.rows() == by_id(a.a_bot())
