import asyncio
from datetime import timedelta

from adapters.chat.telegram.reply_sender import Answering
from adapters.chat.telegram.transport.connection import connection
from adapters.chat.telegram.transport.request_mapping import Origin
from adapters.chat.telegram.transport.sender import Postbox
from bot.commands.reply.blocks import Button, Headline, Reply, reply, row_of, sentence
from bot.commands.reply.replacement import tag_of
from bot.commands.spec.request import Request
from bot.domain.events import Level
from tests.builders.telegram_harness import MIA_ID, PLATFORM, Counter
from tests.fakes.bot_api.faults import too_fast
from tests.fakes.bot_api.server import TOKEN

CHAT = str(MIA_ID)
QUESTION = reply(Headline("Delete alpha (PAPER)?"), row_of(Button("Delete", "/yes AB3D")), about="ask:AB3D")


async def answered(counter: Counter, answer: Reply) -> None:
    """Show an answer to a press on the question."""
    counter.mia.writes("hello")
    message_id = await counter.gateway.send(CHAT, QUESTION, level=Level.LOUD)
    front, line = counter.bench.desk.front(PLATFORM), connection(TOKEN, counter.url)
    request = Request(platform=PLATFORM, platform_id=CHAT, chat=CHAT, text="/yes AB3D", is_tap=True)
    async with line.opened() as bot:
        answering = Answering(front, Postbox(bot, front.chats, front.clock))
        await answering.show(Origin(request=request, message_id=int(message_id)), answer, tag_of(QUESTION))


async def test_a_question_becomes_what_comes_of_it(counter: Counter) -> None:
    await answered(counter, sentence("alpha deleted", Button("Bots", "/bots")))
    assert counter.mia.chat.texts == ["alpha deleted"]


async def test_a_complaint_takes_the_place_of_nothing(counter: Counter) -> None:
    await answered(counter, sentence("Refused: alpha is running.", Button("Stop", "/stop alpha")))
    assert counter.mia.chat.texts == ["Delete alpha (PAPER)?", "Refused: alpha is running."]


async def test_a_message_is_changed_as_soon_as_telegram_allows(counter: Counter) -> None:
    counter.telegram.fail("editMessageText", too_fast(3))
    waiting = asyncio.create_task(answered(counter, sentence("alpha deleted", Button("Bots", "/bots"))))
    while not waiting.done():
        counter.bench.clock.advance(timedelta(seconds=1))
        await asyncio.wait((waiting,), timeout=0.01)
    await waiting
    assert counter.mia.chat.texts == ["alpha deleted"]
