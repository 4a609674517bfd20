"""Replay of a recording: a market clock that moves phase by phase, only when the engine is idle.

Each phase is stored together with the fills it caused before anybody hears of it. After a crash the replay resumes at
the stored position: its closes are published again, and the engine reads the fills.
"""

import asyncio
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from adapters.venue.recorded.feed import RecordedFeed
from adapters.venue.recorded.timeline import ReplayPhase, ReplayPosition
from adapters.venue.simulated.state_journal import VenueStateJournal
from adapters.venue.simulated.venue import SimulatedVenue
from bot.domain.candle import Candle
from bot.domain.errors import Corruption, InvalidInput, Refused, Unavailable
from bot.engine.concurrency.time_slice import TimeSlice
from bot.engine.simulation.state_rows import SeriesKey
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle
from bot.ports.replay import ReplayState
from bot.ports.venue import VenueEvent
from bot.strategy.candles import from_milliseconds

logger = logging.getLogger(__name__)

POSITION_KEY, SPEED_KEY, PAUSED_KEY = "position", "speed", "paused"
UNLIMITED_SPEED = "none"
PACING_INTERVAL = timedelta(milliseconds=250)
"""Longest single wait, so that a new speed and a pause take effect at once."""
SPEED_AFTER_RESTART = Decimal(60)
STORE_INTERVAL = timedelta(seconds=1)
RETRY_DELAY = timedelta(seconds=1)
SKIPS_PER_YIELD = 32


class MarketReplay:
    """`Replay` of a recording; `run` moves the clock until it is cancelled, over any number of restarts."""

    def __init__(
        self,
        feed: RecordedFeed,
        venue: SimulatedVenue,
        journal: VenueStateJournal,
        *,
        clock: Clock,
        wait_until_idle: WaitUntilIdle,
        speed: Decimal | None,
    ) -> None:
        self._feed = feed
        self._venue = venue
        self._journal, self._state = journal, journal.state
        self._market_clock = feed.clock
        self._clock = clock
        self._wait_until_idle = wait_until_idle
        key_value = self._state.key_value
        self._speed = _check_speed(_stored_speed(key_value(SPEED_KEY), speed))
        self._resumed = asyncio.Event()
        if key_value(PAUSED_KEY) != "yes":
            self._resumed.set()
        self._restarted = asyncio.Event()
        self._round_number = 0
        self._skipped = 0
        self._stepped_at = self._stored_at = clock.now()
        position = key_value(POSITION_KEY)
        self._market_clock.set_position(ReplayPosition.from_text(position) if position else None)

    def state(self) -> ReplayState:
        recording = self._feed.recording
        return ReplayState(
            market_time=self._market_clock.now(),
            starts_at=recording.starts_at,
            ends_at=recording.ends_at,
            speed=self._speed,
            is_paused=not self._resumed.is_set(),
            has_ended=self._feed.has_ended,
        )

    async def set_speed(self, speed: Decimal | None) -> ReplayState:
        self._speed = _check_speed(speed)
        self._state.set_key_value(SPEED_KEY, UNLIMITED_SPEED if speed is None else str(speed))
        return await self._store_state()

    async def pause_clock(self) -> ReplayState:
        self._resumed.clear()
        self._state.set_key_value(PAUSED_KEY, "yes")
        return await self._store_state()

    async def resume_clock(self) -> ReplayState:
        self._state.set_key_value(PAUSED_KEY, "no")
        state = await self._store_state()
        self._resumed.set()
        return replace(state, is_paused=False)

    async def restart_clock(self) -> ReplayState:
        self.check_restart()
        self._round_number += 1
        self._market_clock.set_position(None)
        self._feed.clear_ended()
        self._state.set_key_value(POSITION_KEY, "")
        self._state.waiting_bots.clear()
        if self._speed is None:
            # Without a running bot a market as fast as it can be is over before anybody can type.
            self._speed = SPEED_AFTER_RESTART
            self._state.set_key_value(SPEED_KEY, str(self._speed))
        self._restarted.set()
        state = self.state()
        await self._journal.append_changes()
        return state

    async def run(self) -> None:
        """Play from the stored position; begin only when the engine has recovered."""
        await asyncio.to_thread(self._feed.timeline.load_boundaries)
        self._stepped_at = self._clock.now()
        position = self._market_clock.position
        if position is not None:
            await self._wait_until_idle()
            self._feed.publish_position(position)
        while True:
            try:
                await self._advance_phase()
            except Unavailable:
                logger.warning("the replay could not store a step and tries again")
                await self._clock.sleep(RETRY_DELAY)

    async def _advance_phase(self) -> None:
        round_number = self._round_number
        target = self._next_position()
        if target is None:
            await self._finish_round(round_number)
            return
        if not await self._is_due(target, round_number):
            return
        if not self._feed.has_listeners and not self._state.has_open_orders:
            await self._skip_phase(max(target, self._feed.timeline.last_position_at(target.milliseconds)))
            return
        await self._wait_until_idle()
        if self._round_number != round_number or not self._resumed.is_set():
            return
        if self._is_relevant(target):
            await self._play_phase(target, round_number)
        else:
            await self._skip_phase(target)

    def _next_position(self) -> ReplayPosition | None:
        position = self._market_clock.position
        if (
            position is not None
            and position.phase is ReplayPhase.RANGE
            and self._state.waiting_bots.has_any_in(position.milliseconds)
        ):
            return ReplayPosition(position.milliseconds, ReplayPhase.REST)
        return self._feed.timeline.next_position(position)

    async def _is_due(self, target: ReplayPosition, round_number: int) -> bool:
        while True:
            await self._resumed.wait()
            if self._round_number != round_number:
                return False
            wait = self._time_left(target)
            if wait <= timedelta(0):
                return True
            await self._clock.sleep(min(wait, PACING_INTERVAL))

    def _time_left(self, target: ReplayPosition) -> timedelta:
        passing = from_milliseconds(target.milliseconds) - self._market_clock.now()
        if self._speed is None or not passing:
            return timedelta(0)
        waited = self._clock.now() - self._stepped_at
        if waited < timedelta(0):  # somebody set the system's clock back
            self._stepped_at = self._clock.now()
            waited = timedelta(0)
        return passing / float(self._speed) - waited

    def _is_relevant(self, target: ReplayPosition) -> bool:
        if self._feed.has_listeners_at(target):
            return True
        return target.phase is not ReplayPhase.CLOSE and any(True for _ in self._candles_with_orders(target))

    def _candles_with_orders(self, target: ReplayPosition) -> Iterator[tuple[SeriesKey, Candle]]:
        for series in self._feed.recording.series:
            key = (series.symbol, series.timeframe)
            if not self._state.has_open_orders_on(key):
                continue
            candle = self._feed.timeline.candle_opening_at(series, target.milliseconds)
            if candle is not None:
                yield key, candle

    async def _play_phase(self, target: ReplayPosition, round_number: int) -> None:
        events: list[VenueEvent] = []
        self._stored_at = self._clock.now()
        await self._journal.append_steps(
            self._match_steps(target, round_number, events), partial(self._move_if_current, target, round_number)
        )
        # One at a time: a phase that fills thousands of orders must not block the loop.
        time_slice = TimeSlice()
        for event in events:
            self._venue.publish_events((event,))
            await time_slice.yield_if_expired()
        if self._round_number == round_number:
            self._feed.publish_position(target)

    def _match_steps(self, target: ReplayPosition, round_number: int, events: list[VenueEvent]) -> Iterator[None]:
        if target.phase is not ReplayPhase.CLOSE:
            match_candle = self._match_function(target.phase)
            for key, candle in tuple(self._candles_with_orders(target)):
                for reports in match_candle(key, candle):
                    events += reports
                    yield
        if self._round_number == round_number:
            self._state.set_key_value(POSITION_KEY, str(target))

    def _match_function(self, phase: ReplayPhase) -> Callable[[SeriesKey, Candle], Iterator[list[VenueEvent]]]:
        matcher = self._venue.matcher
        if phase is ReplayPhase.OPEN:
            return matcher.match_open
        return matcher.match_range if phase is ReplayPhase.RANGE else matcher.match_rest

    def _move_if_current(self, target: ReplayPosition, round_number: int) -> None:
        if self._round_number == round_number:
            self._move_clock(target)

    async def _skip_phase(self, target: ReplayPosition) -> None:
        self._move_clock(target)
        self._state.set_key_value(POSITION_KEY, str(target))
        self._skipped += 1
        if self._skipped % SKIPS_PER_YIELD == 0:
            await asyncio.sleep(0)
        if self._stepped_at - self._stored_at >= STORE_INTERVAL:
            self._stored_at = self._stepped_at
            await self._journal.append_changes()

    def _move_clock(self, target: ReplayPosition) -> None:
        self._market_clock.set_position(target)
        self._stepped_at = self._clock.now()

    async def _finish_round(self, round_number: int) -> None:
        await self._wait_until_idle()
        await self._store_state()
        if self._round_number == round_number:
            self._restarted.clear()
            self._feed.mark_ended()
            await self._restarted.wait()

    async def _store_state(self) -> ReplayState:
        await self._journal.append_changes()
        return self.state()

    def check_restart(self) -> None:
        orders = sum(len(account.open_orders) for account in self._state.accounts)
        if orders:
            raise Refused("market-has-orders", count=orders)
        # A subscribed bot would keep candles that are in the future after the restart.
        if self._feed.has_candle_listeners:
            raise Refused("market-watched")


def _stored_speed(stored: str | None, default: Decimal | None) -> Decimal | None:
    if stored is None:
        return default
    if stored == UNLIMITED_SPEED:
        return None
    try:
        return Decimal(stored)
    except InvalidOperation:
        raise Corruption(f"The book holds no sensible replay speed: expected a number, found {stored!r}.") from None


def _check_speed(speed: Decimal | None) -> Decimal | None:
    if speed is not None and not (speed.is_finite() and speed > 0):
        raise InvalidInput("speed-not-positive")
    return speed
