"""Storing stands behind what is being decided; a candle for a bot whose unit was being stored counted as that, so the
unit waited for a candle that waited for the unit, and the loop went round for a second with nothing to do. A
gap that was being repaired from history counted, too.
"""

from collections.abc import AsyncIterator

import pytest

from bot.engine.concurrency.task_scope import task_scope
from bot.engine.trading.messages import AlignOrders
from tests.builders.one_bot import one_bot
from tests.builders.small_engine import turns
from tests.unit.engine.market_data.test_candle_hub import A, Exchange
from tests.unit.engine.runtime.test_mailboxes import ALPHA, Post


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    async with task_scope() as scope:
        scope.start_task(made.boxes.run_worker(), "worker")
        yield made


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange()
    async with task_scope() as scope:
        scope.start_task(made.hub.deliver_candles(), "hub")
        yield made


async def test_a_candle_behind_a_unit_that_is_stored_holds_up_no_storing(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("stored"))
    await turns()
    bot = one_bot()
    post.boxes.post_message(ALPHA, bot.candle_message(100.0, bot.a_row()))
    await turns()
    assert not post.boxes.is_deciding


async def test_while_a_gap_is_repaired_nothing_is_being_evaluated(exchange: Exchange) -> None:
    await exchange.follow(A)
    exchange.feed.gate.clear()
    exchange.feed.skip(101)
    exchange.feed.close(102)
    await turns()
    # Storing stands behind what is evaluated: it must not wait for an exchange's answer.
    assert not exchange.hub.is_delivering
    exchange.feed.gate.set()
    await exchange.activity.wait_until_idle()
    assert exchange.bots == [A]
