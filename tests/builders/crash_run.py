"""A run worth crashing: three strategies with barriers, a person who interferes, and phones that are told of it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import time, timedelta
from pathlib import Path

from adapters.data.recording import RECORDED, Recording, bundled_recording
from adapters.venue.recorded import RecordedOptions
from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.facts import DestinationSaved, NoteSaved, SubscriptionSaved
from bot.domain.ids import Symbol
from bot.domain.instance import StopPolicy
from bot.domain.market import Series, Timeframe
from bot.engine.notifications.interfaces import RelayParts
from bot.engine.notifications.relay import Relay
from bot.engine.people.onboarding import PeopleParts
from bot.engine.runtime.recovery import ALIVE_NOTE
from tests.builders.chat_harness import commands_on
from tests.builders.engine import MIA, Engine, Seams, an_engine
from tests.builders.scripted_operator import Person, Wish, close, edit, panic, pause, resume, start, stop, unlock
from tests.fakes.charts import FakeRenderer
from tests.fakes.clock import FakeClock
from tests.fakes.crash_point_recorder import Camera
from tests.fakes.receipt_gateway import PHONE, PhoneGateway, WatchedNotifier
from tests.fakes.received_messages import Outside
from tests.fakes.watched_venue import WatchedVenue

START = bundled_recording().starts_at
WHOLE = timedelta(hours=8)
WATCHED = Series(venue=RECORDED, symbol=Symbol("BTC/USDT"), timeframe=Timeframe.M5)

SCRIPT = (
    *(Wish(time(0, 0), start(name)) for name in ("alpha", "beta", "gamma")),
    Wish(time(0, 50), pause("gamma")),
    Wish(time(1, 10), resume("gamma")),
    Wish(time(2, 0), edit("alpha", slow="24", stop_loss="0.9%")),
    Wish(time(2, 30), stop("gamma", StopPolicy.ENTRIES)),
    Wish(time(2, 40), start("gamma")),
    Wish(time(3, 0), close("alpha")),
    Wish(time(3, 30), stop("beta", StopPolicy.CANCEL)),
    Wish(time(4, 0), start("beta")),
    Wish(time(5, 40), panic("flatten")),
    Wish(time(6, 0), unlock()),
    *(Wish(time(6, 0), start(name)) for name in ("alpha", "beta", "gamma")),
    Wish(time(7, 45), stop("gamma", StopPolicy.FLATTEN)),
)


def a_recording(length: timedelta) -> Recording:
    """The beginning of the bundled recording."""
    whole = bundled_recording()
    return replace(whole, ends_at=START + length)


@dataclass(slots=True)
class CrashRun:
    """A desk that runs, and what it told."""

    engine: Engine
    relay: Relay
    outside: Outside

    async def play_to_end(self) -> None:
        """Play the recording to its end and wait until everything is handled and told."""
        await self.engine.play_to_end()
        await self.relay.drain()


@asynccontextmanager
async def a_crash_run(folder: Path, camera: Camera, length: timedelta = WHOLE) -> AsyncIterator[CrashRun]:
    """Open the desk on `folder`, going on with what is there; the market stands still."""
    clock = FakeClock()
    person = Person(SCRIPT, camera.outside, camera, clock)
    seams = Seams(database=camera.watch, venue=lambda venue: WatchedVenue(venue, camera), quiet=person.quiet)
    options = RecordedOptions(speed=None, after_commit=camera.after_book_commit)
    async with an_engine(folder, a_recording(length), options, clock=clock, seams=seams) as engine:
        person.engine = engine
        if not await engine.database.reader.bots():
            await _prepare(engine)
        camera.clock = engine.market.venue.clock
        # Somebody listens all the time, so that the market stops at each candle also while no bot runs.
        engine.market.feed.subscribe(WATCHED, lambda series, candle: None)
        relay = _relay(engine, camera)
        engine.nest.start(relay.run(), "relay")
        yield CrashRun(engine, relay, camera.outside)


async def _prepare(engine: Engine) -> None:
    own, group = a_chat("mia", DestinationKind.PRIVATE), a_chat("crew", DestinationKind.GROUP)
    await engine.database.writer.commit((DestinationSaved(own), DestinationSaved(group)))
    made = (
        await engine.create("ema-cross", "BTC/USDT", "5m", name="alpha", stop_loss="1%", take_profit="1.5%"),
        await engine.create("rsi-reversion", "ETH/USDT", "5m", name="beta", length="7", stop_loss="1%"),
        await engine.create("grid", "SOL/USDT", "5m", name="gamma", lower="125", upper="155", levels="46"),
    )
    for bot_id in made:
        following = Subscription(destination=group.key, bot_id=bot_id, by=MIA.operator_id, at=MIA.created_at)
        await engine.database.writer.commit((SubscriptionSaved(following),))
    await engine.database.writer.commit((NoteSaved(ALIVE_NOTE, MIA.created_at.isoformat()),))


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


def _relay(engine: Engine, camera: Camera) -> Relay:
    reader, writer = engine.database.reader, engine.database.writer
    people = PeopleParts(reader=reader, writer=writer, clock=engine.clock, practice=engine.market.venue, timezone="UTC")
    gateway = PhoneGateway()
    desk = commands_on(engine, people, engine.clock, FakeRenderer())
    notifier = WatchedNotifier(desk.notifier((gateway,)), gateway, camera.outside, camera)
    relay = Relay(
        RelayParts(reader=reader, writer=writer, clock=engine.clock, notifier=notifier, presence=desk.presence)
    )
    engine.news.listener = relay.wake
    return relay
