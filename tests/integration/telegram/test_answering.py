import asyncio
from datetime import timedelta

from adapters.chat.telegram.reply_sender import ReplySender
from adapters.chat.telegram.transport.connection import create_connection
from adapters.chat.telegram.transport.request_mapping import RequestOrigin
from adapters.chat.telegram.transport.sender import TelegramSender
from bot.commands.reply.blocks import Button, Headline, Reply, build_reply, button_row, sentence_reply
from bot.commands.reply.replacement import message_tag
from bot.commands.spec.request import Request
from bot.domain.events import NotificationLevel
from tests.builders.telegram_harness import MIA_ID, PLATFORM, TelegramHarness
from tests.fakes.bot_api.faults import too_fast
from tests.fakes.bot_api.server import TOKEN

CHAT = str(MIA_ID)
QUESTION = build_reply(
    Headline("Delete alpha (PAPER)?"), button_row(Button("Delete", "/yes AB3D")), subject_key="ask:AB3D"
)


async def answered(counter: TelegramHarness, answer: Reply) -> None:
    """Show an answer to a press on the question."""
    counter.mia.writes("hello")
    message_id = await counter.gateway.send_message(CHAT, QUESTION, level=NotificationLevel.LOUD)
    front, line = counter.chat.command_bus, create_connection(TOKEN, counter.url)
    request = Request(platform=PLATFORM, platform_id=CHAT, chat=CHAT, text="/yes AB3D", is_button_press=True)
    async with line.open_bot() as bot:
        answering = ReplySender(front, TelegramSender(bot, front.chats, front.clock))
        tag = message_tag(QUESTION)
        await answering.send_reply(RequestOrigin(request=request, message_id=int(message_id), pressed_tag=tag), answer)


async def test_a_question_becomes_what_comes_of_it(counter: TelegramHarness) -> None:
    await answered(counter, sentence_reply("alpha deleted", Button("Bots", "/bots")))
    assert counter.mia.chat.texts == ["alpha deleted"]


async def test_a_complaint_takes_the_place_of_nothing(counter: TelegramHarness) -> None:
    await answered(counter, sentence_reply("Refused: alpha is running.", Button("Stop", "/stop alpha")))
    assert counter.mia.chat.texts == ["Delete alpha (PAPER)?", "Refused: alpha is running."]


async def test_a_message_is_changed_as_soon_as_telegram_allows(counter: TelegramHarness) -> None:
    counter.telegram.fail("editMessageText", too_fast(3))
    waiting = asyncio.create_task(answered(counter, sentence_reply("alpha deleted", Button("Bots", "/bots"))))
    while not waiting.done():
        counter.chat.clock.advance(timedelta(seconds=1))
        await asyncio.wait((waiting,), timeout=0.01)
    await waiting
    assert counter.mia.chat.texts == ["alpha deleted"]
