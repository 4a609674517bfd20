"""Start-up is recovery: what was there goes on, what happened meanwhile is found out, once."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.errors import Unavailable
from bot.domain.events import BotFailed, BotStarted, DeskRecovered
from bot.domain.facts import KeyValue, Saved
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, StopPolicy
from bot.domain.order import Order, OrderStatus
from bot.engine.runtime.recovery import EPOCH_KEY, LAST_ALIVE_KEY
from tests.builders.engine import MIA
from tests.builders.facts import WALL
from tests.builders.small_engine import World, a_small_engine, a_world, turns
from tests.fakes.scripted_strategies import ENTER


async def a_crashed_world(*, with_entry: bool = False, is_filled: bool = False, **words: str) -> tuple[World, BotId]:
    """Let a bot run and kill the desk without a word."""
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running(**words)
        if with_entry:
            await engine.candle(100, ENTER)
        if is_filled:
            await engine.fill("100")
        await world.storage.commit((Saved(KeyValue(LAST_ALIVE_KEY, WALL.isoformat())),))
    world.clock.advance(timedelta(minutes=3))
    return world, bot_id


async def test_a_bot_that_ran_runs_again_in_the_same_run() -> None:
    world, bot_id = await a_crashed_world()
    async with a_small_engine(world) as engine:
        bot = await engine.bot(bot_id)
        assert (bot.status, bot.run_number, bot.epoch, bot.lease_owner) == (BotStatus.RUNNING, 1, 2, "test")
        assert engine.engine.recovered.bots == 1
        await engine.candle(100, ENTER)
        assert len(await engine.orders(bot_id)) == 1
        assert len(await engine.told(BotStarted)) == 1


async def test_every_start_has_its_own_epoch() -> None:
    world, _ = await a_crashed_world()
    for epoch in (2, 3):
        async with a_small_engine(world) as engine:
            assert engine.engine.recovered.epoch == epoch
            assert await world.storage.key_value(EPOCH_KEY) == str(epoch)


async def test_fills_of_the_time_between_are_booked_and_told_once_per_person() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    world.venue.fill(world.venue.submitted[-1], Decimal(100))
    async with a_small_engine(world) as engine:
        assert (await engine.ledger(bot_id)).totals.fills == 1
        assert len(engine.engine.recovered.late_fills) == 1
        (told,) = await engine.told(DeskRecovered)
        assert isinstance(told, DeskRecovered)
        assert told.changed == ("told-abc (PRACTICE) bought 9.94 ABC at 100",)
        assert (told.bots, told.unknown_orders, told.down_since) == (1, 0, WALL)
        assert told.up_at == WALL + timedelta(minutes=3)
    async with a_small_engine(world) as engine:
        assert engine.engine.recovered.late_fills == ()
        assert (await engine.ledger(bot_id)).totals.fills == 1


async def test_without_bots_nobody_is_told() -> None:
    world = a_world()
    await world.storage.commit((Saved(KeyValue(LAST_ALIVE_KEY, WALL.isoformat())),))
    async with a_small_engine(world) as engine:
        assert await engine.told(DeskRecovered) == []


async def test_a_lost_position_is_guarded_before_the_market_goes_on() -> None:
    world, bot_id = await a_crashed_world(with_entry=True, stop_loss="5%")
    world.venue.fill(world.venue.submitted[-1], Decimal(100))
    async with a_small_engine(world) as engine:
        session = engine.session(bot_id)
        assert session is not None
        assert [order.intent.tag for order in session.orders.values()] == ["stop_loss"]


async def test_an_order_the_venue_never_saw_is_sent_with_the_same_id() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    intent = world.venue.submitted.pop()
    world.venue.forget(intent)
    await world.storage.commit(tuple(pending(await world.storage.working_orders(bot_id))))
    async with a_small_engine(world) as engine:
        assert [sent.client_order_id for sent in world.venue.submitted] == [intent.client_order_id]
        (order,) = await engine.orders(bot_id)
        assert order.status is OrderStatus.ACCEPTED


async def test_an_order_the_venue_never_saw_expires_when_it_is_too_late() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    world.venue.forget(world.venue.submitted.pop())
    await world.storage.commit(tuple(pending(await world.storage.working_orders(bot_id))))
    world.feed.grow(2)
    async with a_small_engine(world) as engine:
        (order,) = await engine.orders(bot_id)
        assert (order.status, order.remark) == (OrderStatus.EXPIRED, "not sent in time")
        assert world.venue.submitted == []


def pending(orders: Iterable[Order]) -> Iterator[Saved]:
    """Take orders back to before anybody answered."""
    for order in orders:
        yield Saved(replace(order, status=OrderStatus.PENDING, venue_order_id=None))


async def test_a_wanted_cancel_is_asked_for_again() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    (order,) = await world.storage.working_orders(bot_id)
    await world.storage.commit((Saved(replace(order, is_cancel_wanted=True)),))
    async with a_small_engine(world) as engine:
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED


async def test_an_order_canceled_at_the_venue_meanwhile_is_closed() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    intent = world.venue.submitted[-1]
    await world.venue.cancel_order(intent.account_id, intent.client_order_id)
    async with a_small_engine(world) as engine:
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED


async def test_a_venue_that_is_down_at_the_start_is_waited_for() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    world.venue.fill(world.venue.submitted[-1], Decimal(100))
    world.venue.lookup_answers += [Unavailable("down"), Unavailable("down")]
    async with waking(world), a_small_engine(world) as engine:
        assert (await engine.ledger(bot_id)).totals.fills == 1


async def test_a_stopped_bot_without_anything_is_not_loaded() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running()
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
    async with a_small_engine(world) as engine:
        assert len(engine.supervisor.mailboxes) == 0
        assert (await engine.bot(bot_id)).epoch == 0


async def test_a_stop_that_was_under_way_is_finished() -> None:
    world, bot_id = await a_crashed_world(with_entry=True)
    bot = await stored(world, bot_id)
    stopping = replace(bot, status=BotStatus.STOPPING, desired=BotStatus.STOPPED, stop_policy=StopPolicy.ENTRIES)
    await world.storage.commit((Saved(stopping),))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED


async def test_a_start_that_was_under_way_is_finished() -> None:
    world, bot_id = await a_crashed_world()
    bot = await stored(world, bot_id)
    await world.storage.commit((Saved(replace(bot, status=BotStatus.STARTING)),))
    async with a_small_engine(world) as engine:
        bot = await engine.bot(bot_id)
        assert (bot.status, bot.run_number) == (BotStatus.RUNNING, 2)


@pytest.mark.parametrize("status", [BotStatus.RUNNING, BotStatus.STARTING])
async def test_a_strategy_that_is_gone_fails_its_bot_and_not_the_desk(status: BotStatus) -> None:
    world, bot_id = await a_crashed_world()
    bot = await stored(world, bot_id)
    other = replace(bot, bot_id=BotId("other"), status=status, config=replace(bot.config, strategy="vanished"))
    await world.storage.commit((Saved(other),))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
        failed = await engine.bot(other.bot_id)
        assert failed.status is BotStatus.FAILED
        assert "no strategy vanished" in failed.status_remark
        assert len(await engine.told(BotFailed)) == 1


async def stored(world: World, bot_id: BotId) -> Bot:
    bot = await world.storage.bot(bot_id)
    assert bot is not None
    return bot


@asynccontextmanager
async def waking(world: World) -> AsyncIterator[None]:
    """Let the system's clock go on while the block lasts."""

    async def wake() -> None:
        while True:
            world.clock.advance(timedelta(seconds=1))
            await turns()

    task = asyncio.create_task(wake())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
