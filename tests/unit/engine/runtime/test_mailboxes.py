"""Mailboxes: one message at a time, parked until its facts are stored, nothing lost and nothing done twice."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from bot.domain.errors import Conflict, Corruption, Refused, StrategyError, Unavailable
from bot.domain.facts import KeyValue, Saved, UnitOfWork
from bot.domain.ids import BotId
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.messages import AlignOrders, Message
from bot.engine.trading.session import Session
from tests.builders.facts import a_bot
from tests.builders.one_bot import one_bot
from tests.builders.small_engine import turns

ALPHA, BETA = BotId("alpha"), BotId("beta")


@dataclass
class SlowWriter:
    """A writer whose units are stored when the test says so."""

    waiting: list[tuple[UnitOfWork, "asyncio.Future[None]"]] = field(default_factory=list)

    def enqueue_low_priority(self, unit: UnitOfWork) -> "asyncio.Future[None]":
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append((unit, future))
        return future

    def enqueue_high_priority(self, unit: UnitOfWork) -> "asyncio.Future[None]":
        return self.enqueue_low_priority(unit)

    def promote_unit(self, stored: "asyncio.Future[None]") -> None:
        """Do nothing: the test decides."""

    async def commit(self, unit: UnitOfWork) -> None:
        await self.enqueue_low_priority(unit)

    def store(self) -> None:
        self.waiting.pop(0)[1].set_result(None)

    def refuse(self, error: Exception) -> None:
        self.waiting.pop(0)[1].set_exception(error)


@dataclass
class Post:
    """Mailboxes with a handler that notes what it is given and counts it in the bot's run number."""

    writer: SlowWriter = field(default_factory=SlowWriter)
    activity: InFlight = field(default_factory=InFlight)
    handled: list[tuple[BotId, str]] = field(default_factory=list)
    committed: list[Outcome] = field(default_factory=list)
    broken: list[tuple[BotId, Message, Exception]] = field(default_factory=list)
    errors: dict[str, Exception] = field(default_factory=dict)
    is_storing: bool = True
    boxes: Mailboxes = field(init=False)

    def __post_init__(self) -> None:
        self.boxes = Mailboxes(
            self.writer,
            self._handle,
            lambda before, outcome: self.committed.append(outcome),
            lambda *broken: self.broken.append(broken),
        )
        for bot_id in (ALPHA, BETA):
            self.boxes.open_mailbox(replace(one_bot().session, bot=a_bot(bot_id)), self.activity)

    def _handle(self, session: Session, message: Message) -> Outcome:
        name = named(message)
        self.handled.append((session.bot.bot_id, name))
        if name in self.errors:
            raise self.errors[name]
        bot = replace(session.bot, run_number=session.bot.run_number + 1)
        unit: UnitOfWork = (Saved(KeyValue(name, "")),) if self.is_storing else ()
        return Outcome(replace(session, bot=bot), unit, ())

    def runs(self, bot_id: BotId = ALPHA) -> int:
        session = self.boxes.session(bot_id)
        assert session is not None
        return session.bot.run_number - 1


def named(message: Message) -> str:
    return message.cause if isinstance(message, AlignOrders) else str(getattr(message, "close_time", message))


@pytest.fixture
async def post() -> AsyncIterator[Post]:
    made = Post()
    async with task_scope() as scope:
        for number in range(2):
            scope.start_task(made.boxes.run_worker(), f"worker {number}")
        yield made


async def test_a_message_counts_once_its_unit_is_stored(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("one"))
    await turns()
    assert post.handled == [(ALPHA, "one")]
    assert (post.runs(), post.committed, post.activity.count) == (0, [], 1)
    post.writer.store()
    await turns()
    assert (post.runs(), len(post.committed), post.activity.count) == (1, 1, 0)


async def test_the_next_message_waits_for_the_storing_of_the_one_before(post: Post) -> None:
    for cause in ("one", "two"):
        post.boxes.post_message(ALPHA, AlignOrders(cause))
    post.boxes.post_message(BETA, AlignOrders("other"))
    await turns()
    assert sorted(post.handled) == [(ALPHA, "one"), (BETA, "other")]
    assert post.boxes.backlog == 1
    post.writer.store()
    await turns()
    assert (ALPHA, "two") in post.handled


async def test_what_a_command_sets_off_comes_before_what_waits(post: Post) -> None:
    post.is_storing = False
    await post.boxes.post_and_wait(BETA, AlignOrders("commanded"))
    for number in range(3):
        post.boxes.post_message(ALPHA, AlignOrders(f"candle {number}"))
    post.boxes.post_message(BETA, AlignOrders("canceled at the venue"))
    await turns()
    assert [name for _, name in post.handled][:2] == ["commanded", "canceled at the venue"]


async def test_messages_of_a_bot_are_handled_in_order(post: Post) -> None:
    post.is_storing = False
    for number in range(50):
        post.boxes.post_message(ALPHA, AlignOrders(f"{number:02d}"))
    await turns()
    assert [name for _, name in post.handled] == [f"{number:02d}" for number in range(50)]
    assert post.runs() == post.boxes.handled_count == 50


async def test_a_unit_that_is_not_stored_changes_nothing_and_its_message_is_handed_back(post: Post) -> None:
    message = AlignOrders("one")
    asking = asyncio.create_task(post.boxes.post_and_wait(ALPHA, message))
    await turns()
    post.writer.refuse(Unavailable("disk full"))
    with pytest.raises(Unavailable, match="disk full"):
        await asking
    assert (post.runs(), post.committed, post.activity.count) == (0, [], 0)
    assert [(bot_id, found) for bot_id, found, _ in post.broken] == [(ALPHA, message)]


async def test_a_storage_that_was_closed_hands_the_message_back_too(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("one"))
    await turns()
    post.writer.waiting.pop(0)[1].cancel()
    await turns()
    assert [type(error) for _, _, error in post.broken] == [Unavailable]


async def test_a_repeated_message_is_discarded(post: Post) -> None:
    asking = asyncio.create_task(post.boxes.post_and_wait(ALPHA, AlignOrders("one")))
    await turns()
    post.writer.refuse(Conflict("stored already"))
    with pytest.raises(Conflict):
        await asking
    assert (post.runs(), post.broken) == (0, [])


async def test_a_refused_command_goes_to_whoever_asked_and_breaks_nothing(post: Post) -> None:
    post.errors["no"] = Refused("no-such-bot")
    with pytest.raises(Refused):
        await post.boxes.post_and_wait(ALPHA, AlignOrders("no"))
    post.is_storing = False
    await post.boxes.post_and_wait(ALPHA, AlignOrders("yes"))
    assert (post.runs(), post.broken) == (1, [])


async def test_a_bot_that_breaks_breaks_alone(post: Post) -> None:
    post.is_storing = False
    post.errors["bad"] = ZeroDivisionError("by zero")
    bad = AlignOrders("bad")
    asking = asyncio.create_task(post.boxes.post_and_wait(ALPHA, bad))
    post.boxes.post_message(ALPHA, AlignOrders("good"))
    post.boxes.post_message(BETA, AlignOrders("good"))
    with pytest.raises(StrategyError, match="ZeroDivisionError in line"):
        await asking
    await turns()
    assert (post.runs(ALPHA), post.runs(BETA)) == (1, 1)
    assert [(bot_id, message) for bot_id, message, _ in post.broken] == [(ALPHA, bad)]


async def test_corruption_ends_the_worker_and_is_not_tried_again() -> None:
    post = Post()
    post.errors["bad"] = Corruption("sells 2, held 1")
    post.boxes.post_message(ALPHA, AlignOrders("bad"))
    with pytest.raises(Corruption, match="held 1"):
        await post.boxes.run_worker()
    assert post.broken == []


async def test_a_unit_refused_for_corruption_is_not_tried_again(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("one"))
    await turns()
    post.writer.refuse(Corruption("another process writes"))
    await turns()
    assert post.broken == []


async def test_asking_returns_the_session_as_stored(post: Post) -> None:
    asking = asyncio.create_task(post.boxes.post_and_wait(ALPHA, AlignOrders("one")))
    await turns()
    assert not asking.done()
    post.writer.store()
    assert (await asking).bot.run_number == 2


async def test_there_is_no_answer_without_a_mailbox(post: Post) -> None:
    assert not post.boxes.post_message(BotId("nobody"), AlignOrders("one"))
    with pytest.raises(Unavailable, match="no mailbox"):
        await post.boxes.post_and_wait(BotId("nobody"), AlignOrders("one"))


async def test_closing_tells_those_who_wait(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("one"))
    asking = asyncio.create_task(post.boxes.post_and_wait(ALPHA, AlignOrders("two")))
    await turns()
    post.boxes.close_mailbox(ALPHA)
    with pytest.raises(Unavailable, match="released"):
        await asking
    assert post.boxes.session(ALPHA) is None
    post.writer.store()
    await turns()
    assert post.activity.count == 0


async def test_only_an_empty_mailbox_is_released(post: Post) -> None:
    post.boxes.post_message(ALPHA, AlignOrders("one"))
    assert not post.boxes.close_mailbox_if_empty(ALPHA)
    await turns()
    assert not post.boxes.close_mailbox_if_empty(ALPHA)
    post.writer.store()
    await turns()
    assert post.boxes.close_mailbox_if_empty(ALPHA)
    assert len(post.boxes) == 1
    assert not post.boxes.close_mailbox_if_empty(ALPHA)


async def test_opening_again_keeps_the_session(post: Post) -> None:
    post.is_storing = False
    await post.boxes.post_and_wait(ALPHA, AlignOrders("one"))
    post.boxes.open_mailbox(one_bot().session, post.activity)
    post.boxes.open_mailbox(replace(one_bot().session, bot=a_bot(ALPHA)), post.activity)
    assert post.runs() == 1


async def test_a_busy_worker_lets_the_loop_breathe(post: Post) -> None:
    post.is_storing = False
    for number in range(3000):
        post.boxes.post_message(ALPHA if number % 2 else BETA, AlignOrders(str(number)))
    breaths = 0
    while post.boxes.backlog:
        await asyncio.sleep(0)
        breaths += 1
    assert breaths > 2
