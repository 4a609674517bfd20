"""How the replay moves its clock and what it tells on the way."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.data.recording import Recording, recording_from_candles
from adapters.venue.recorded.market import STATE_FILE_NAME, RecordedMarketOptions, open_recorded_market
from bot.domain.candle import Candle
from bot.domain.errors import InvalidInput, Refused
from bot.domain.ids import AccountId, Symbol
from bot.domain.market import Series, Timeframe
from bot.domain.order import OrderSide
from tests.builders.orders import an_intent
from tests.builders.recordings import ABC, START, a_recording, candles, flat, series_of
from tests.builders.refusals import raises_refusal
from tests.fakes.clock import FakeClock
from tests.fakes.recorded import a_market_harness, copy_venue_state, with_money

M5 = timedelta(minutes=5)
HOUR = Timeframe.H1


async def quiet() -> None:
    await asyncio.sleep(0)


def two_timeframes() -> Recording:
    """Two hours of 5m candles at 1, 2, 3, ... and two 1h candles at 1000 and 2000; an hour of warm-up."""
    rising = [(float(n), float(n), float(n), float(n) + 0.5) for n in range(1, 25)]
    hours = [(1000.0, 1000.0, 1000.0, 1001.0), (2000.0, 2000.0, 2000.0, 2001.0)]
    return recording_from_candles(
        {series_of(): candles(rising), series_of(HOUR): candles(hours, HOUR)},
        markets=(ABC,),
        starts_at=START + timedelta(hours=1),
    )


async def test_the_clock_starts_after_the_warm_up_and_stands_until_run(tmp_path: Path) -> None:
    async with open_recorded_market(tmp_path / STATE_FILE_NAME, clock=FakeClock(), wait_until_idle=quiet) as market:
        state = market.replay.state()
        assert state.market_time == state.starts_at == datetime(2024, 7, 8, tzinfo=UTC)
        assert state.ends_at == datetime(2024, 9, 6, tzinfo=UTC)
        assert (state.speed, state.is_paused, state.has_ended) == (Decimal(60), False, False)
        bitcoin = Series(venue=market.venue.venue_id, symbol=Symbol("BTC/USDT"), timeframe=HOUR)
        history = await market.feed.history(bitcoin, market.venue.clock.now(), 10_000)
        assert len(history) == 189 * 24
        assert market.feed.last_price(Symbol("BTC/USDT")) == history.close[-1]


async def test_closes_of_all_timeframes_come_before_the_opens_of_the_same_time(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, two_timeframes()) as stand:
        prices: list[tuple[datetime, float]] = []
        stand.market.feed.subscribe_price(Symbol("ABC/USDT"), lambda _, price, at: prices.append((at, price)))
        await with_money(stand)
        await stand.venue.submit_order(an_intent(1))
        await stand.step(2 + 11 * 3 + 1)
        last_two = [(series.timeframe, candle.close) for series, candle in stand.candles[-2:]]
        assert last_two == [(Timeframe.M5, 24.5), (HOUR, 2001.0)]
        assert [len(stand.candles), stand.fills[0].fill.price] == [13, 13]
        start = START + timedelta(hours=1)
        assert prices[:3] == [(start, 13.0), (start + M5, 13.5), (start + M5, 14.0)]


async def test_a_candle_is_published_once_at_its_close_in_order_without_gaps(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, two_timeframes()) as stand:
        seen: list[tuple[datetime, Candle]] = []
        stand.market.feed.subscribe_candles(
            series_of(), lambda _, candle: seen.append((stand.venue.clock.now(), candle))
        )
        stand.gate.open()
        await stand.market.feed.wait_until_ended()
        opens = [candle.open_time for _, candle in seen]
        assert opens == [START + n * M5 for n in range(12, 24)]
        assert all(now == candle.open_time + M5 for now, candle in seen)
        assert stand.market.replay.state().has_ended


async def test_history_never_looks_beyond_the_clock(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, two_timeframes()) as stand:
        feed, late = stand.market.feed, datetime(2030, 1, 1, tzinfo=UTC)
        assert len(await feed.history(series_of(), late, 1000)) == 12
        await stand.step(3)
        history = await feed.history(series_of(), late, 1000)
        assert (len(history), history.close[-1]) == (13, 13.5)
        assert len(await feed.history(series_of(), START + M5, 1000)) == 1
        assert list((await feed.history(series_of(), late, 2)).open) == [12, 13]
        assert len(await feed.history(series_of(), START, 1000)) == 0


async def test_the_last_price_follows_open_and_close(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, two_timeframes()) as stand:
        seen = []
        for _ in range(5):
            seen.append(stand.market.feed.last_price(Symbol("ABC/USDT")))
            await stand.step()
        assert seen == [12.5, 13, 13, 13.5, 14]
        assert stand.market.feed.last_price(Symbol("NO/USDT")) is None


async def test_the_replay_waits_for_quiet_before_every_phase(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await turns(50)
        assert stand.venue.clock.now() == START + M5
        assert stand.candles == []
        await stand.step(3)
        assert stand.venue.clock.now() == START + 2 * M5
        assert len(stand.candles) == 1


async def test_the_pace_follows_the_speed_and_a_new_speed_counts_at_once(tmp_path: Path) -> None:
    clock = FakeClock()
    options = RecordedMarketOptions(speed=Decimal(60))
    async with open_recorded_market(
        tmp_path / STATE_FILE_NAME, clock=clock, wait_until_idle=quiet, options=options, recording=a_recording(flat(20))
    ) as market:
        task = asyncio.create_task(market.replay.run())
        start = market.replay.state().market_time
        await pass_time(clock, 4.75)
        assert market.venue.clock.now() == start
        await pass_time(clock, 0.5)
        assert market.venue.clock.now() == start + M5
        await market.replay.set_speed(Decimal(600))
        await pass_time(clock, 1.25)
        assert market.venue.clock.now() > start + 2 * M5
        await stopped(task)


async def test_a_paused_replay_stands_still_also_after_a_restart_of_the_process(tmp_path: Path) -> None:
    clock, recording = FakeClock(), a_recording(flat(50))
    path, options = tmp_path / STATE_FILE_NAME, RecordedMarketOptions(speed=Decimal(300))
    async with open_recorded_market(
        path, clock=clock, wait_until_idle=quiet, options=options, recording=recording
    ) as market:
        task = asyncio.create_task(market.replay.run())
        await pass_time(clock, 3)
        assert (await market.replay.pause_clock()).is_paused
        stood = market.replay.state().market_time
        assert stood > START + M5
        clock.advance(timedelta(seconds=10))
        await turns(50)
        assert market.replay.state().market_time == stood
        await market.replay.set_speed(None)
        await stopped(task)
    async with open_recorded_market(
        path, clock=clock, wait_until_idle=quiet, options=options, recording=recording
    ) as market:
        state = market.replay.state()
        assert (state.market_time, state.is_paused, state.speed) == (stood, True, None)
        task = asyncio.create_task(market.replay.run())
        clock.advance(timedelta(seconds=10))
        await turns(50)
        assert market.replay.state().market_time == stood
        assert not (await market.replay.resume_clock()).is_paused
        await market.feed.wait_until_ended()
        await stopped(task)


async def test_a_start_where_the_last_one_stood_publishes_the_closes_of_that_time_again(tmp_path: Path) -> None:
    recording = a_recording(flat(6))
    async with a_market_harness(tmp_path, recording) as stand:
        await stand.step(3)
        (first,) = stand.candles
    async with a_market_harness(tmp_path, recording) as stand:
        await stand.step()
        assert stand.candles[0] == first
        assert stand.venue.clock.now() == START + 2 * M5


async def test_whoever_read_history_never_sees_the_clock_go_back(tmp_path: Path) -> None:
    recording, path = a_recording(flat(2000)), tmp_path / STATE_FILE_NAME
    options, copies = RecordedMarketOptions(speed=Decimal(6000)), tmp_path / "copy"
    clock = FakeClock()
    async with open_recorded_market(
        path, clock=clock, wait_until_idle=quiet, options=options, recording=recording
    ) as market:
        task = asyncio.create_task(market.replay.run())
        await pass_time(clock, 0.5)  # nobody listens, so nothing was stored yet
        now = market.venue.clock.now()
        assert now > START + 5 * M5
        await market.feed.history(series_of(), now, 10)
        copy_venue_state(path, copies)
        await stopped(task)
    async with open_recorded_market(
        copies / STATE_FILE_NAME, clock=clock, wait_until_idle=quiet, options=options, recording=recording
    ) as market:
        assert market.venue.clock.now() == now


async def test_a_restart_is_refused_while_an_order_is_open(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(10))) as stand:
        await with_money(stand)
        intent = an_intent(1)
        await stand.venue.submit_order(intent)
        with raises_refusal(Refused, match="while 1 order is open there"):
            await stand.market.replay.restart_clock()


async def test_a_restart_is_refused_while_somebody_follows_a_series(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(10))) as stand:
        with raises_refusal(Refused, match="while bots run there"):
            await stand.market.replay.restart_clock()
        stand.unfollow()
        await stand.market.replay.restart_clock()


async def test_a_restart_goes_back_to_the_start_and_keeps_the_balances(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        for number, side in ((1, OrderSide.BUY), (2, OrderSide.SELL)):
            await stand.venue.submit_order(an_intent(number, side=side))
            await stand.to_next_open()
        stand.gate.open()
        await stand.market.feed.wait_until_ended()
        before = len(stand.candles)
        stand.unfollow()
        await stand.market.replay.pause_clock()
        state = await stand.market.replay.restart_clock()
        stand.follow(series_of())
        await stand.market.replay.resume_clock()
        assert (state.market_time, state.has_ended) == (START + M5, False)
        assert state.speed == 60, "as fast as it can it would be over before anybody can type"
        await stand.market.replay.set_speed(None)
        await asyncio.wait_for(stand.market.feed.wait_until_ended(), 5)
        assert len(stand.candles) == 2 * before
        assert len(await stand.venue.fills(AccountId("acc"), 0)) == 2
        assert (await stand.venue.balances(AccountId("acc")))[0].total == Decimal("9999.8")


@pytest.mark.parametrize("speed", [Decimal(0), Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
async def test_a_speed_that_makes_no_sense_is_refused(tmp_path: Path, speed: Decimal) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        with raises_refusal(InvalidInput, match="speed above 0"):
            await stand.market.replay.set_speed(speed)


async def test_sixty_days_without_bots_pass_in_a_blink_of_turns(tmp_path: Path) -> None:
    options = RecordedMarketOptions(speed=None)
    async with open_recorded_market(
        tmp_path / STATE_FILE_NAME, clock=FakeClock(), wait_until_idle=quiet, options=options
    ) as market:
        task = asyncio.create_task(market.replay.run())
        await market.feed.wait_until_ended()
        assert market.replay.state().market_time == market.replay.state().ends_at
        await stopped(task)


async def test_unsubscribing_twice_is_harmless_and_leaves_nobody(tmp_path: Path) -> None:
    async with open_recorded_market(
        tmp_path / STATE_FILE_NAME, clock=FakeClock(), wait_until_idle=quiet, recording=a_recording(flat(5))
    ) as market:
        stops = [market.feed.subscribe_candles(series_of(), lambda *_: None) for _ in range(2)]
        stops.append(market.feed.subscribe_price(Symbol("ABC/USDT"), lambda *_: None))
        assert market.feed.listener_count == 3
        for stop in stops * 2:
            stop()
        assert (market.feed.listener_count, market.feed.has_listeners) == (0, False)


async def stopped(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def turns(count: int) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def pass_time(clock: FakeClock, seconds: float) -> None:
    """Let fake seconds pass in slices, with the loop running in between until the replay sleeps again."""
    await until_asleep(clock)
    for _ in range(int(seconds * 20)):
        clock.advance(timedelta(milliseconds=50))
        await until_asleep(clock)


async def until_asleep(clock: FakeClock) -> None:
    for _ in range(2000):
        await asyncio.sleep(0)
        if clock.sleepers:
            return
