"""A run worth crashing: three strategies with barriers, a person who interferes, and phones that are told of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

from adapters.data.recording import RECORDED_VENUE, Recording, bundled_recording
from adapters.venue.recorded.market import RecordedMarketOptions
from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.facts import DestinationSaved, KeyValue, Saved
from bot.domain.ids import Symbol
from bot.domain.instance import StopPolicy
from bot.domain.market import Series, Timeframe
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.relay import Relay
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.runtime.recovery import LAST_ALIVE_KEY
from tests.builders.chat_harness import a_command_bus
from tests.builders.engine import MIA, EngineHarness, Seams, an_engine
from tests.builders.scripted_operator import (
    ScriptedAction,
    ScriptedOperator,
    close,
    edit,
    panic,
    pause,
    resume,
    start,
    stop,
    unlock,
)
from tests.fakes.charts import FakeRenderer
from tests.fakes.clock import FakeClock
from tests.fakes.crash_point_recorder import CrashPointRecorder
from tests.fakes.receipt_gateway import PHONE, ReceiptGateway, WatchedNotifier
from tests.fakes.received_messages import ReceivedMessages
from tests.fakes.watched_venue import WatchedVenue

START = bundled_recording().starts_at
WHOLE = timedelta(hours=8)
WATCHED = Series(venue=RECORDED_VENUE, symbol=Symbol("BTC/USDT"), timeframe=Timeframe.M5)

SCRIPT = (
    *(ScriptedAction(time(0, 0), start(name)) for name in ("alpha", "beta", "gamma")),
    ScriptedAction(time(0, 50), pause("gamma")),
    ScriptedAction(time(1, 10), resume("gamma")),
    ScriptedAction(time(2, 0), edit("alpha", slow="24", stop_loss="0.9%")),
    ScriptedAction(time(2, 30), stop("gamma", StopPolicy.ENTRIES)),
    ScriptedAction(time(2, 40), start("gamma")),
    ScriptedAction(time(3, 0), close("alpha")),
    ScriptedAction(time(3, 30), stop("beta", StopPolicy.CANCEL)),
    ScriptedAction(time(4, 0), start("beta")),
    ScriptedAction(time(5, 40), panic("flatten")),
    ScriptedAction(time(6, 0), unlock()),
    *(ScriptedAction(time(6, 0), start(name)) for name in ("alpha", "beta", "gamma")),
    ScriptedAction(time(7, 45), stop("gamma", StopPolicy.FLATTEN)),
)


def a_recording(length: timedelta) -> Recording:
    """The beginning of the bundled recording."""
    whole = bundled_recording()
    return replace(whole, ends_at=START + length)


@dataclass(slots=True)
class CrashRun:
    """A desk that runs, and what it told."""

    engine: EngineHarness
    relay: Relay
    outside: ReceivedMessages

    async def play_to_end(self) -> None:
        """Play the recording to its end and wait until everything is handled and told."""
        await self.engine.play_to_end()
        await self.relay.drain_queues()


@asynccontextmanager
async def a_crash_run(folder: Path, camera: CrashPointRecorder, length: timedelta = WHOLE) -> AsyncIterator[CrashRun]:
    """Open the desk on `folder`, going on with what is there; the market stands still."""
    clock = FakeClock()
    person = ScriptedOperator(SCRIPT, camera.outside, camera, clock)
    seams = Seams(database=camera.watch, venue=lambda venue: WatchedVenue(venue, camera), quiet=person.quiet)
    options = RecordedMarketOptions(speed=None, after_commit=camera.after_venue_commit)
    async with an_engine(folder, a_recording(length), options, clock=clock, seams=seams) as engine:
        person.engine = engine
        if not await engine.database.reader.bots():
            await _prepare(engine)
        camera.clock = engine.market.venue.clock
        # Somebody listens all the time, so that the market stops at each candle also while no bot runs.
        engine.market.feed.subscribe_candles(WATCHED, lambda series, candle: None)
        relay = _relay(engine, camera)
        engine.engine.task_scope.start_task(relay.run(), "relay")
        yield CrashRun(engine, relay, camera.outside)


async def _prepare(engine: EngineHarness) -> None:
    own, group = a_chat("mia", DestinationKind.PRIVATE), a_chat("crew", DestinationKind.GROUP)
    await engine.database.writer.commit((DestinationSaved(own), DestinationSaved(group)))
    made = (
        await engine.create("ema-cross", "BTC/USDT", "5m", name="alpha", stop_loss="1%", take_profit="1.5%"),
        await engine.create("rsi-reversion", "ETH/USDT", "5m", name="beta", length="7", stop_loss="1%"),
        await engine.create("grid", "SOL/USDT", "5m", name="gamma", lower="125", upper="155", levels="46"),
    )
    for bot_id in made:
        following = Subscription(destination=group.key, bot_id=bot_id, by=MIA.operator_id, at=MIA.created_at)
        await engine.database.writer.commit((Saved(following),))
    await engine.database.writer.commit((Saved(KeyValue(LAST_ALIVE_KEY, MIA.created_at.isoformat())),))


def a_chat(address: str, kind: DestinationKind) -> Destination:
    """A chat on the phone."""
    return Destination(
        key=destination_key(PHONE, address),
        operator_id=MIA.operator_id,
        platform=PHONE,
        address=address,
        created_at=MIA.created_at,
        kind=kind,
    )


def _relay(engine: EngineHarness, camera: CrashPointRecorder) -> Relay:
    reader, writer = engine.database.reader, engine.database.writer
    people = PeopleDependencies(
        reader=reader, writer=writer, clock=engine.engine.clock, practice_venue=engine.market.venue, timezone="UTC"
    )
    gateway = ReceiptGateway()
    desk = a_command_bus(engine, people, FakeRenderer())
    notifier = WatchedNotifier(desk.build_notifier((gateway,)), gateway, camera.outside, camera)
    relay = Relay(
        RelayContext(
            reader=reader, writer=writer, clock=engine.engine.clock, notifier=notifier, last_chats=desk.last_chats
        )
    )
    writer.add_commit_listener(relay.on_stored)
    return relay
