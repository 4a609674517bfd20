"""The replay of a recording: a market clock that moves phase by phase, only when all is quiet.

Each phase is stored together with the fills it caused before anybody hears of it. After a crash the stored position is
taken up again: the closes of that time are published once more, fills are asked for by the engine.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import partial

from adapters.data.recording import Recording
from adapters.venue.book import Book, Ledger
from adapters.venue.book_journal import BookJournal
from adapters.venue.book_rows import SeriesKey
from adapters.venue.matcher import Matcher
from adapters.venue.recorded_feed import RecordedFeed
from adapters.venue.timeline import Phase, ReplayClock, ReplayPosition, Timeline
from bot.domain.candle import Candle
from bot.domain.errors import Corruption, InvalidInput, Refused, Unavailable
from bot.domain.market import Market
from bot.domain.money import to_decimal
from bot.domain.position import Position
from bot.engine.concurrency.time_slice import TimeSlice
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle
from bot.ports.replay import ReplayState
from bot.ports.venue import VenueEvent
from bot.strategy.candles import from_milliseconds

logger = logging.getLogger(__name__)

POSITION, SPEED, PAUSED = "position", "speed", "paused"
AS_FAST_AS_IT_CAN = "none"
LOOK_AGAIN = timedelta(milliseconds=250)
"""A pacing wait is cut into these, so that a new speed and a pause count at once."""
STORE_AGAIN = timedelta(seconds=1)
RETRY = timedelta(seconds=1)
SKIPS_PER_TURN = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """What a replay moves and what it acts on."""

    recording: Recording
    timeline: Timeline
    clock: ReplayClock
    feed: RecordedFeed
    book: Book
    journal: BookJournal
    matcher: Matcher
    tell: Callable[[Iterable[VenueEvent]], None]


class MarketReplay:
    """The `Replay` of a recording; `run` moves it and is ended by cancelling it, after any number of restarts."""

    def __init__(self, stage: Stage, *, clock: Clock, quiet: WaitUntilIdle, speed: Decimal | None) -> None:
        self._stage = stage
        self._clock = clock
        self._quiet = quiet
        note = stage.book.note
        self._speed = _checked_speed(_stored_speed(note(SPEED), speed))
        self._resumed = asyncio.Event()
        if note(PAUSED) != "yes":
            self._resumed.set()
        self._restarted = asyncio.Event()
        self._round = 0
        self._skipped = 0
        self._stepped_at = self._stored_at = clock.now()
        position = note(POSITION)
        stage.clock.move(ReplayPosition.parse(position) if position else None)

    def state(self) -> ReplayState:
        recording = self._stage.recording
        return ReplayState(
            market_time=self._stage.clock.now(),
            starts_at=recording.starts_at,
            ends_at=recording.ends_at,
            speed=self._speed,
            is_paused=not self._resumed.is_set(),
            has_ended=self._stage.feed.has_ended,
        )

    async def set_speed(self, speed: Decimal | None) -> ReplayState:
        self._speed = _checked_speed(speed)
        self._stage.book.write_note(SPEED, AS_FAST_AS_IT_CAN if speed is None else str(speed))
        return await self._kept()

    async def pause_clock(self) -> ReplayState:
        self._resumed.clear()
        self._stage.book.write_note(PAUSED, "yes")
        return await self._kept()

    async def resume_clock(self) -> ReplayState:
        self._stage.book.write_note(PAUSED, "no")
        state = await self._kept()
        self._resumed.set()
        return replace(state, is_paused=False)

    async def restart_clock(self) -> ReplayState:
        self.check_restart()
        self._round += 1
        self._stage.clock.move(None)
        self._stage.feed.begin_again()
        self._stage.book.write_note(POSITION, "")
        self._restarted.set()
        state = self.state()
        await self._stage.journal.append()
        return state

    async def run(self) -> None:
        """Play from where the replay stands; begin only when the engine has recovered."""
        await asyncio.to_thread(self._stage.timeline.load)
        self._stepped_at = self._clock.now()
        position = self._stage.clock.position
        if position is not None:
            await self._quiet()
            self._stage.feed.publish(position)
        while True:
            try:
                await self._advance()
            except Unavailable:
                logger.warning("the replay could not store a step and tries again")
                await self._clock.sleep(RETRY)

    async def _advance(self) -> None:
        playing = self._round
        target = self._stage.timeline.after(self._stage.clock.position)
        if target is None:
            await self._finish(playing)
            return
        if not await self._is_due(target, playing):
            return
        if not self._is_anybody_there():
            await self._skip(self._stage.timeline.last_phase(target.milliseconds))
            return
        await self._quiet()
        if self._round != playing or not self._resumed.is_set():
            return
        if self._concerns_somebody(target):
            await self._play(target, playing)
        else:
            await self._skip(target)

    async def _is_due(self, target: ReplayPosition, playing: int) -> bool:
        while True:
            await self._resumed.wait()
            if self._round != playing:
                return False
            wait = self._time_left(target)
            if wait <= timedelta(0):
                return True
            await self._clock.sleep(min(wait, LOOK_AGAIN))

    def _time_left(self, target: ReplayPosition) -> timedelta:
        passing = from_milliseconds(target.milliseconds) - self._stage.clock.now()
        if self._speed is None or not passing:
            return timedelta(0)
        waited = self._clock.now() - self._stepped_at
        if waited < timedelta(0):  # somebody set the system's clock back
            self._stepped_at = self._clock.now()
            waited = timedelta(0)
        return passing / float(self._speed) - waited

    def _is_anybody_there(self) -> bool:
        return self._stage.feed.has_listeners or self._stage.book.has_open_orders

    def _concerns_somebody(self, target: ReplayPosition) -> bool:
        if self._stage.feed.is_heard_at(target):
            return True
        return target.phase is not Phase.CLOSE and any(True for _ in self._candles_with_orders(target))

    def _candles_with_orders(self, target: ReplayPosition) -> Iterator[tuple[SeriesKey, Candle]]:
        for series in self._stage.recording.series:
            key = (series.symbol, series.timeframe)
            if not self._stage.book.has_open_on(key):
                continue
            candle = self._stage.timeline.opening_at(series, target.milliseconds)
            if candle is not None:
                yield key, candle

    async def _play(self, target: ReplayPosition, playing: int) -> None:
        events: list[VenueEvent] = []
        self._stored_at = self._clock.now()
        await self._stage.journal.append_whole(
            self._steps(target, playing, events), partial(self._arrive, target, playing)
        )
        # One after the other: a phase that fills thousands of orders must not stop everything else.
        breath = TimeSlice()
        for event in events:
            self._stage.tell((event,))
            await breath.yield_if_expired()
        if self._round == playing:
            self._stage.feed.publish(target)

    def _steps(self, target: ReplayPosition, playing: int, events: list[VenueEvent]) -> Iterator[None]:
        if target.phase is not Phase.CLOSE:
            matcher = self._stage.matcher
            meet = matcher.meet_open if target.phase is Phase.OPEN else matcher.meet_range
            for key, candle in tuple(self._candles_with_orders(target)):
                for reports in meet(key, candle):
                    events += reports
                    yield
        if self._round == playing:
            self._stage.book.write_note(POSITION, str(target))

    def _arrive(self, target: ReplayPosition, playing: int) -> None:
        if self._round == playing:
            self._move(target)

    async def _skip(self, target: ReplayPosition) -> None:
        self._move(target)
        self._stage.book.write_note(POSITION, str(target))
        self._skipped += 1
        if self._skipped % SKIPS_PER_TURN == 0:
            await asyncio.sleep(0)
        if self._stepped_at - self._stored_at >= STORE_AGAIN:
            self._stored_at = self._stepped_at
            await self._stage.journal.append()

    def _move(self, target: ReplayPosition) -> None:
        self._stage.clock.move(target)
        self._stepped_at = self._clock.now()

    async def _finish(self, playing: int) -> None:
        await self._quiet()
        await self._kept()
        if self._round == playing:
            self._restarted.clear()
            self._stage.feed.end()
            await self._restarted.wait()

    async def _kept(self) -> ReplayState:
        await self._stage.journal.append()
        return self.state()

    def check_restart(self) -> None:
        """Raise Refused while orders, positions or running bots are left at the venue."""
        ledgers = tuple(self._stage.book.ledgers)
        orders = sum(len(ledger.open_orders) for ledger in ledgers)
        positions = sum(self._positions(ledger) for ledger in ledgers)
        if not orders and not positions:
            self._refuse_while_followed()
            return
        left = " and ".join(
            _counted(count, noun) for count, noun in ((orders, "order"), (positions, "position")) if count
        )
        raise Refused(
            f"the market cannot start again while {left} {'is' if orders + positions == 1 else 'are'} open there. "
            "First /stop all policy=flatten"
        )

    def _refuse_while_followed(self) -> None:
        # Whoever follows has candles of the future by then.
        if self._stage.feed.is_followed:
            raise Refused("the market cannot start again while bots run there. Stop them first; /bots shows which run.")

    def _positions(self, ledger: Ledger) -> int:
        return sum(self._is_position(ledger, market) for market in self._stage.recording.markets)

    def _is_position(self, ledger: Ledger, market: Market) -> bool:
        held = Position(quantity=ledger.total(market.base))
        price = self._stage.feed.last_price(market.symbol)
        return market.base != ledger.currency and not held.is_flat(market, to_decimal(price or 0))


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"


def _stored_speed(note: str | None, default: Decimal | None) -> Decimal | None:
    if note is None:
        return default
    if note == AS_FAST_AS_IT_CAN:
        return None
    try:
        return Decimal(note)
    except InvalidOperation:
        raise Corruption(f"The book holds no sensible replay speed: expected a number, found {note!r}.") from None


def _checked_speed(speed: Decimal | None) -> Decimal | None:
    if speed is not None and not (speed.is_finite() and speed > 0):
        raise InvalidInput("a speed above 0 is expected, for example 60x (a minute of the market in a second).")
    return speed
