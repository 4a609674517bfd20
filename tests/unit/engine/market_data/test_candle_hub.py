"""One feed per series, shared: features once per parameter set, gaps repaired, broken strategies alone."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.domain.errors import StrategyError, Unavailable
from bot.domain.ids import BotId
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.market_data.candle_hub import CandleHub
from bot.engine.market_data.series_subscription import EXTRA_CANDLES, StrategyInstance
from bot.engine.runtime.strategy_instances import StrategyInstances
from bot.engine.trading.messages import CandleClosed, Message
from bot.strategy.candles import to_milliseconds
from tests.builders.facts import a_config
from tests.builders.small_engine import HOURLY, SERIES, turns
from tests.fakes.clock import ManualMarketClock
from tests.fakes.feed import FakeFeed
from tests.fakes.scripted_strategies import BREAK, ENTER, LEAVE, ScriptedSignals, scripted_strategies

A, B, C = BotId("a"), BotId("b"), BotId("c")


@dataclass
class Exchange:
    """A hub with what it told."""

    clock: ManualMarketClock = field(default_factory=ManualMarketClock)
    activity: InFlight = field(default_factory=InFlight)
    told: list[tuple[BotId, CandleClosed]] = field(default_factory=list)
    broken: list[tuple[BotId, Exception]] = field(default_factory=list)
    gone: set[BotId] = field(default_factory=set)
    interests: StrategyInstances = field(default_factory=lambda: StrategyInstances(scripted_strategies()))
    feed: FakeFeed = field(init=False)
    hub: CandleHub = field(init=False)

    def __post_init__(self) -> None:
        self.feed = FakeFeed(self.clock, SERIES, HOURLY)
        self.feed.grow(40)
        self.hub = CandleHub(
            self.feed,
            self.clock,
            self.activity,
            self._post,
            lambda bot_id, _, error: self.broken.append((bot_id, error)),
        )

    def _post(self, bot_id: BotId, message: Message) -> bool:
        assert isinstance(message, CandleClosed)
        if bot_id in self.gone:
            return False
        self.told.append((bot_id, message))
        return True

    def interest(self, number: int = 1, strategy: str = "told") -> StrategyInstance:
        return self.interests.instance_for(replace(a_config(parameters=(("number", number),)), strategy=strategy))

    async def follow(self, bot_id: BotId, number: int = 1, strategy: str = "told") -> int:
        return len(await self.hub.subscribe_bot(bot_id, SERIES, self.interest(number, strategy)))

    async def candle(self, price: float = 100.0, signal: float = 0.0) -> None:
        self.feed.close(price, signal)
        await self.activity.wait_until_idle()

    @property
    def bots(self) -> list[BotId]:
        return [bot_id for bot_id, _ in self.told]

    def last(self) -> CandleClosed:
        return self.told[-1][1]


@pytest.fixture
async def exchange() -> AsyncIterator[Exchange]:
    made = Exchange()
    async with task_scope() as scope:
        scope.start_task(made.hub.deliver_candles(), "hub")
        yield made


async def test_following_gives_the_candles_before_and_tells_every_one_after(exchange: Exchange) -> None:
    assert await exchange.follow(A) == 2 + EXTRA_CANDLES
    await exchange.candle(101, ENTER)
    await exchange.candle(102, LEAVE)
    first, second = (message for _, message in exchange.told)
    assert first.row is not None
    assert (first.row.entry, first.row.exit, first.row.reason) == (1, False, "told to enter at 101.00")
    assert first.row.features == (("close", 101.0),)
    assert second.row is not None
    assert (second.row.entry, second.row.exit, second.row.reason) == (0, True, "told to leave at 102.00")
    assert second.missed_exit is None
    assert second.close_time == first.close_time + timedelta(minutes=5) == exchange.clock.now()
    assert exchange.hub.newest_close == exchange.clock.now()


async def test_a_hundred_bots_on_a_series_open_one_feed(exchange: Exchange) -> None:
    for number in range(100):
        await exchange.follow(BotId(str(number)), number=number % 10 + 1)
    assert exchange.feed.lines == 1
    assert len(exchange.feed.asked) == 1
    assert (exchange.hub.series, exchange.hub.bot_count) == ((SERIES,), 100)


async def test_each_parameter_set_is_worked_out_once_a_candle(exchange: Exchange) -> None:
    for number in range(100):
        await exchange.follow(BotId(str(number)), number=number % 10 + 1)
    before = ScriptedSignals.asked
    await exchange.candle(101, ENTER)
    assert ScriptedSignals.asked - before == 10
    assert len(exchange.told) == 100
    assert len({id(message) for _, message in exchange.told}) == 10


async def test_the_last_to_leave_closes_the_feed(exchange: Exchange) -> None:
    await exchange.follow(A)
    await exchange.follow(B, number=2)
    exchange.hub.unsubscribe_bot(A)
    await exchange.candle()
    assert exchange.bots == [B]
    exchange.hub.unsubscribe_bot(B)
    exchange.hub.unsubscribe_bot(B)
    assert (exchange.feed.lines, exchange.hub.series, exchange.hub.bot_count) == (0, (), 0)
    assert exchange.hub.candles(SERIES) is None


async def test_following_the_same_again_changes_nothing(exchange: Exchange) -> None:
    await exchange.follow(A)
    await exchange.follow(A)
    await exchange.candle()
    assert (exchange.bots, exchange.hub.bot_count, exchange.feed.lines) == ([A], 1, 1)


async def test_following_something_else_replaces_the_first(exchange: Exchange) -> None:
    await exchange.follow(A)
    await exchange.follow(A, number=2)
    await exchange.candle()
    assert exchange.bots == [A]
    await exchange.hub.subscribe_bot(A, HOURLY, exchange.interest())
    await exchange.candle()
    assert (exchange.bots, exchange.feed.lines, exchange.hub.series) == ([A], 1, (HOURLY,))


async def test_a_bot_that_cannot_follow_the_new_series_goes_on_with_the_old_one(exchange: Exchange) -> None:
    await exchange.follow(A)
    exchange.feed.history_error = Unavailable("down")
    with pytest.raises(Unavailable):
        await exchange.hub.subscribe_bot(A, HOURLY, exchange.interest())
    await exchange.candle()
    assert exchange.bots == [A]


async def test_a_strategy_that_sees_further_back_lengthens_the_window(exchange: Exchange) -> None:
    await exchange.follow(A, strategy="told-plan")
    assert await exchange.follow(B) == 2 + EXTRA_CANDLES
    assert [limit for _, limit in exchange.feed.asked] == [1 + EXTRA_CANDLES, 2 + EXTRA_CANDLES]
    assert exchange.feed.lines == 1


async def test_plan_strategies_are_given_the_candles(exchange: Exchange) -> None:
    await exchange.follow(A, strategy="told-plan")
    await exchange.candle(105)
    message = exchange.last()
    assert message.row is None
    assert message.candles is not None
    assert message.candles.close[-1] == 105


async def test_a_gap_is_repaired_from_history_before_anybody_decides(exchange: Exchange) -> None:
    await exchange.follow(A, strategy="told-plan")
    exchange.feed.skip(101)
    exchange.feed.skip(102)
    await exchange.candle(103)
    candles = exchange.last().candles
    assert candles is not None
    assert list(candles.close[-4:]) == [100, 101, 102, 103]
    steps = candles.time[1:] - candles.time[:-1]
    assert set(steps) == {300_000}


async def test_an_exit_inside_a_gap_is_told_and_an_entry_there_is_not(exchange: Exchange) -> None:
    await exchange.follow(A)
    exchange.feed.skip(101, ENTER)
    exchange.feed.skip(102, LEAVE)
    exchange.feed.skip(103, ENTER)
    await exchange.candle(104)
    message = exchange.last()
    assert message.row is not None
    assert (message.row.entry, message.row.exit) == (0, False)
    assert message.missed_exit is not None
    assert message.missed_exit.reason == "told to leave at 102.00"
    await exchange.candle(105)
    assert exchange.last().missed_exit is None


async def test_a_candle_that_was_repaired_and_comes_late_is_not_told(exchange: Exchange) -> None:
    await exchange.follow(A)
    late = exchange.feed.skip(101, ENTER)
    await exchange.candle(102)
    told = len(exchange.told)
    exchange.feed.tell(late)
    await exchange.activity.wait_until_idle()
    assert len(exchange.told) == told


async def test_the_newest_candle_again_is_told_again_as_after_a_crash(exchange: Exchange) -> None:
    await exchange.follow(A)
    candle = exchange.feed.close(101, ENTER)
    await exchange.activity.wait_until_idle()
    exchange.feed.tell(candle)
    await exchange.activity.wait_until_idle()
    assert exchange.told[0] == exchange.told[1]


async def test_a_broken_strategy_breaks_only_its_own_bots(exchange: Exchange) -> None:
    await exchange.follow(A)
    await exchange.follow(B)
    await exchange.follow(C, strategy="told-plan")
    await exchange.candle(100, BREAK)
    assert exchange.bots == [C]
    assert [bot_id for bot_id, _ in exchange.broken] == [A, B]
    assert "ValueError in line" in str(exchange.broken[0][1])
    assert isinstance(exchange.broken[0][1], StrategyError)
    await exchange.candle(101)
    assert sorted(exchange.bots[1:]) == [A, B, C]


async def test_a_strategy_that_breaks_before_it_sees_a_candle_is_a_strategy_error(exchange: Exchange) -> None:
    with pytest.raises(StrategyError, match="ZeroDivisionError"):
        await exchange.follow(A, number=0)
    assert (exchange.feed.lines, exchange.hub.bot_count) == (0, 0)


async def test_a_bot_without_a_mailbox_is_let_go(exchange: Exchange) -> None:
    await exchange.follow(A)
    exchange.gone.add(A)
    await exchange.candle()
    assert (exchange.feed.lines, exchange.hub.bot_count) == (0, 0)


async def test_people_can_ask_for_the_newest_row(exchange: Exchange) -> None:
    assert exchange.hub.newest_signal(A) is None
    await exchange.follow(A)
    await exchange.candle(101, ENTER)
    row = exchange.hub.newest_signal(A)
    assert row == exchange.last().row
    assert exchange.hub.outlook(A) == ""
    await exchange.candle(101, BREAK)
    assert exchange.hub.newest_signal(A) is None
    await exchange.follow(B, strategy="told-plan")
    assert exchange.hub.newest_signal(B) is None


async def test_two_bots_that_open_a_series_at_once_share_it(exchange: Exchange) -> None:
    exchange.feed.gate.clear()
    following = [asyncio.create_task(exchange.follow(bot_id)) for bot_id in (A, B)]
    await turns()
    exchange.feed.gate.set()
    await asyncio.gather(*following)
    assert exchange.feed.lines == 1
    await exchange.candle()
    assert sorted(exchange.bots) == [A, B]


async def test_the_candles_of_a_series_end_with_the_newest(exchange: Exchange) -> None:
    await exchange.follow(A)
    await exchange.candle(107)
    candles = exchange.hub.candles(SERIES)
    assert candles is not None
    assert candles.close[-1] == 107
    assert candles.time[-1] == to_milliseconds(exchange.clock.now()) - 300_000


async def test_a_repair_leaves_enough_candles_to_whoever_came_meanwhile(exchange: Exchange) -> None:
    await exchange.follow(A, strategy="told-plan")
    exchange.feed.gate.clear()
    following = asyncio.create_task(exchange.follow(B))
    await turns()
    exchange.feed.skip(101)
    exchange.feed.close(102)
    await turns()
    exchange.feed.gate.set()
    await following
    await exchange.activity.wait_until_idle()
    candles = exchange.hub.candles(SERIES)
    assert candles is not None
    assert len(candles) == exchange.interest().window > exchange.interest(strategy="told-plan").window
    assert list(candles.close[-2:]) == [101, 102]
