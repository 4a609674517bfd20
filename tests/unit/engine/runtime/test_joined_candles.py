"""Candles that waited for a busy bot become one: the newest, with the exit that was among them."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.ids import BotId, ClientOrderId
from bot.domain.signal import SignalRow
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.messages import CandleClosed, Message, OrderGone
from bot.engine.trading.session import Session
from tests.builders.facts import a_bot
from tests.builders.one_bot import OneBot, one_bot
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

ALPHA = BotId("alpha")


def candles_of(bot: OneBot, *rows: SignalRow) -> list[CandleClosed]:
    made = []
    for row in rows:
        bot.wait(timedelta(minutes=5))
        made.append(bot.candle_message(100, row))
    return made


QUIET, ENTER, LEAVE = SignalRow(0, False, "", ()), SignalRow(1, False, "in", ()), SignalRow(0, True, "out", ())


async def received(*messages: Message) -> list[CandleClosed]:
    """Post messages while the bot is busy and return the candles it gets afterwards."""
    return [message for message in await handled(*messages) if isinstance(message, CandleClosed)]


async def handled(*messages: Message) -> list[Message]:
    got: list[Message] = []

    def note(session: Session, message: Message) -> Outcome:
        got.append(message)
        return Outcome(session, (), ())

    activity = InFlight()
    boxes = Mailboxes(MemoryStorage(FakeClock()), note, lambda *_: None, lambda *_: None)
    boxes.open_mailbox(replace(one_bot().session, bot=a_bot(ALPHA)), activity)
    for message in messages:
        boxes.post_message(ALPHA, message)
    async with task_scope() as scope:
        scope.start_task(boxes.run_worker(), "worker")
        await activity.wait_until_idle()
    assert activity.count == 0
    return got


async def test_candles_that_waited_become_the_newest_one() -> None:
    first, second, third = candles_of(one_bot(), ENTER, QUIET, QUIET)
    assert await received(first, second, third) == [third]


async def test_an_exit_among_candles_that_waited_is_kept() -> None:
    first, second, third = candles_of(one_bot(), QUIET, LEAVE, ENTER)
    (got,) = await received(first, second, third)
    assert (got.close_time, got.row, got.missed_exit) == (third.close_time, ENTER, LEAVE)


async def test_the_first_of_several_exits_is_kept() -> None:
    early = SignalRow(0, True, "early", ())
    first, second, third = candles_of(one_bot(), early, LEAVE, QUIET)
    (got,) = await received(first, second, third)
    assert got.missed_exit == early


async def test_an_exit_that_a_candle_brings_along_from_a_gap_is_kept() -> None:
    first, second = candles_of(one_bot(), QUIET, QUIET)
    (got,) = await received(first, replace(second, missed_exit=LEAVE))
    assert got.missed_exit == LEAVE


async def test_a_candle_tried_again_never_replaces_a_newer_one() -> None:
    first, second = candles_of(one_bot(), LEAVE, ENTER)
    (got,) = await received(second, first)
    assert (got.close_time, got.row, got.missed_exit) == (second.close_time, ENTER, LEAVE)


async def test_nothing_but_candles_next_to_each_other_is_joined() -> None:
    first, second = candles_of(one_bot(), QUIET, QUIET)
    gone = OrderGone(ClientOrderId("x"))
    assert await received(first, gone, second) == [first, second]


async def test_messages_of_the_venue_are_never_joined() -> None:
    gone = OrderGone(ClientOrderId("x"))
    first, second = candles_of(one_bot(), QUIET, QUIET)
    assert await handled(gone, gone, first, second, gone) == [gone, gone, second, gone]
