"""Mailboxes: who is served first, and that a parked one handles nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot.domain.facts import KeyValue, Saved, UnitOfWork
from bot.domain.ids import BotId
from bot.domain.trade import Ledger
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.session_loading import build_session
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.messages import AlignOrders, Message
from bot.engine.trading.session import Session
from tests.builders import facts as a
from tests.builders.recordings import ABC
from tests.builders.small_engine import turns

STORED = "store "


@dataclass
class PatientWriter:
    """Stores when it is told to."""

    waiting: list[asyncio.Future[None]] = field(default_factory=list)
    expedited: list[asyncio.Future[None]] = field(default_factory=list)
    hurried: int = 0

    def enqueue_low_priority(self, unit: UnitOfWork) -> "asyncio.Future[None]":
        self.waiting.append(asyncio.get_running_loop().create_future())
        return self.waiting[-1]

    def enqueue_high_priority(self, unit: UnitOfWork) -> "asyncio.Future[None]":
        self.hurried += 1
        return self.enqueue_low_priority(unit)

    def promote_unit(self, stored: "asyncio.Future[None]") -> None:
        self.expedited.append(stored)

    async def commit(self, unit: UnitOfWork) -> None:
        await self.enqueue_low_priority(unit)

    def store(self) -> None:
        self.waiting.pop(0).set_result(None)


@dataclass
class Office:
    """Mailboxes with what was handled, as `bot:cause`; a cause that begins with `store` makes a unit of work."""

    writer: PatientWriter
    handled: list[str] = field(default_factory=list)

    def handle(self, session: Session, message: Message) -> Outcome:
        assert isinstance(message, AlignOrders)
        self.handled.append(f"{session.bot.bot_id}:{message.cause}")
        unit: UnitOfWork = (Saved(KeyValue("a", "b")),) if message.cause.startswith(STORED) else ()
        return Outcome(replace(session, stop_cancels=session.stop_cancels + 1), unit, ())

    def of(self, bot: str) -> list[str]:
        """Return what one bot handled."""
        return [entry.partition(":")[2] for entry in self.handled if entry.startswith(bot)]


@asynccontextmanager
async def an_office(*bots: str) -> AsyncIterator[tuple[Office, Mailboxes]]:
    office = Office(PatientWriter())
    boxes = Mailboxes(office.writer, office.handle, lambda before, outcome: None, lambda bot, message, error: None)
    for bot in bots:
        boxes.open_mailbox(build_session(a.a_bot(bot), ABC, Ledger(), ()), InFlight())
    async with task_scope() as scope:
        scope.start_task(boxes.run_worker(), "worker 0")
        scope.start_task(boxes.run_worker(), "worker 1")
        yield office, boxes


def post(boxes: Mailboxes, bot: str, cause: str) -> None:
    assert boxes.post_message(BotId(bot), AlignOrders(cause))


async def test_whoever_waits_is_served_before_those_nobody_waits_for() -> None:
    async with an_office("b1", "b2", "b3") as (office, boxes):
        for bot in ("b1", "b2", "b3"):
            post(boxes, bot, "candle")
        await boxes.post_and_wait(BotId("b3"), AlignOrders("command"))
        assert office.handled == ["b3:candle", "b3:command", "b1:candle", "b2:candle"]
        assert boxes.backlog == 0


async def test_a_unit_is_hurried_if_somebody_waits_for_it_or_behind_it() -> None:
    async with an_office("b1", "b2") as (office, boxes):
        post(boxes, "b2", f"{STORED}candle")
        post(boxes, "b1", f"{STORED}candle")
        done: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        boxes.post_message(BotId("b1"), AlignOrders(f"{STORED}command"), done)
        while not done.done():
            await turns(1)
            if office.writer.waiting:
                office.writer.store()
        assert office.of("b1") == ["store candle", "store command"]
        assert office.writer.hurried == 2
        assert done.result().stop_cancels == 2


async def test_what_is_being_stored_is_expedited_once_somebody_waits_behind_it() -> None:
    async with an_office("b1", "b2") as (office, boxes):
        post(boxes, "b1", f"{STORED}candle")
        await turns(3)
        asking = asyncio.create_task(boxes.post_and_wait(BotId("b1"), AlignOrders("command")))
        await boxes.post_and_wait(BotId("b2"), AlignOrders("meanwhile"))
        assert office.writer.expedited == office.writer.waiting
        office.writer.store()
        await asking


async def test_a_mailbox_parked_behind_the_writer_handles_nothing() -> None:
    async with an_office("b1", "b2") as (office, boxes):
        post(boxes, "b1", f"{STORED}candle")
        asking = asyncio.create_task(boxes.post_and_wait(BotId("b1"), AlignOrders("command")))
        for cause in ("one", "two", "three"):
            await boxes.post_and_wait(BotId("b2"), AlignOrders(cause))
        assert office.of("b1") == [f"{STORED}candle"]
        office.writer.store()
        await asking
        post(boxes, "b1", "after")
        await boxes.post_and_wait(BotId("b1"), AlignOrders("last"))
        assert office.of("b1") == [f"{STORED}candle", "command", "after", "last"]
