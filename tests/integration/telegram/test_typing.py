"""People who would have to wait see that they were heard."""

from adapters.chat.telegram.update_handler import TYPING_DELAY
from tests.builders.telegram_harness import MIA_ID, TelegramHarness
from tests.fakes.bot_api.people import TelegramUser


async def waits(counter: TelegramHarness, person: TelegramUser) -> None:
    """Let a person's answer take its time."""
    counter.telegram.faults.hold("sendMessage")
    person.writes("/bots")
    await counter.telegram.faults.arrived("sendMessage")
    counter.chat.clock.advance(TYPING_DELAY)


async def test_an_answer_that_takes_its_time_is_announced(open_counter: TelegramHarness) -> None:
    open_counter.telegram.faults.hold("sendChatAction")
    await waits(open_counter, open_counter.mia)
    await open_counter.telegram.faults.arrived("sendChatAction")
    open_counter.telegram.faults.release()
    await open_counter.handled()
    assert open_counter.telegram.called("sendChatAction")[0].values == {"chat_id": MIA_ID, "action": "typing"}


async def test_a_quick_answer_is_not(open_counter: TelegramHarness) -> None:
    await open_counter.mia.says("/bots")
    await open_counter.handled()
    open_counter.chat.clock.advance(TYPING_DELAY)
    await open_counter.mia.says("/version")
    assert open_counter.telegram.world.actions == []


async def test_a_stranger_gets_no_sign(open_counter: TelegramHarness) -> None:
    await waits(open_counter, open_counter.stranger)
    open_counter.telegram.faults.release()
    await open_counter.handled()
    assert open_counter.telegram.world.actions == []
