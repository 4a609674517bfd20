"""The console as a platform: typed lines in order, numbers, forms, slow and broken answers, news."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.chat.console.gateway import ADDRESS
from adapters.chat.console.render.screen import ConsoleLine, ScreenClosed, ScreenFailed
from adapters.chat.reply_parts import NOT_SHOWN
from bot.commands.reply.blocks import (
    Button,
    FormChoices,
    Headline,
    Image,
    Reply,
    build_reply,
    button_row,
    sentence_reply,
)
from bot.domain.errors import DeliveryError
from bot.domain.events import NotificationLevel
from tests.fakes.clock import FakeClock
from tests.unit.adapters.chat.console.fakes import FakeDispatcher, FakeScreen, a_gateway

CARD = build_reply(Headline("alpha"), button_row(Button("Run", "/run #b7"), Button("Edit", "/edit #b7")))
FORM = build_reply(
    Headline("capital?"), FormChoices(((Button("100", "/form f 100"), Button("Cancel", "/form f cancel")),))
)
BROKEN = Reply(blocks=(Headline("fine so far"), object()))  # type: ignore[arg-type]  # no checker lets it through


class SlowScreen(FakeScreen):
    """A terminal whose lines come from a queue, as fast as the test types."""

    def __init__(self) -> None:
        super().__init__(is_terminal=True)
        self.queue: asyncio.Queue[str | None] = asyncio.Queue()
        self.changed = asyncio.Event()

    async def read_lines(self) -> AsyncGenerator[str, None]:
        while (line := await self.queue.get()) is not None:
            self.changed.set()
            yield line

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        await super().write_lines(lines)
        self.changed.set()

    async def until(self, is_reached: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_reached():
                self.changed.clear()
                await self.changed.wait()


@pytest.mark.parametrize("word", ["/quit", "quit", "exit", "q", "/exit", " QUIT "])
@pytest.mark.parametrize("is_terminal", [True, False])
async def test_a_word_leaves_the_console(tmp_path: Path, word: str, *, is_terminal: bool) -> None:
    dispatcher, screen = FakeDispatcher(), FakeScreen(["/a", word, "/b"], is_terminal=is_terminal)
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/a"], "what was typed before is answered, nothing after"


async def test_in_a_form_quit_is_an_answer_and_slash_quit_leaves(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/new": FORM}), FakeScreen(["/new", "quit", "/new", "/quit", "/b"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/new", "quit", "/new"]


async def test_a_line_carries_the_time_when_it_was_typed(tmp_path: Path) -> None:
    clock, screen, dispatcher = FakeClock(), SlowScreen(), FakeDispatcher()
    gate = dispatcher.gates["/slow"] = asyncio.Event()
    typed_at = clock.now()
    running = asyncio.ensure_future(a_gateway(dispatcher, screen, tmp_path, clock).run())
    for line in ("/slow", "/run alpha"):
        screen.queue.put_nowait(line)
    await screen.until(screen.queue.empty)
    clock.advance(timedelta(seconds=61))
    gate.set()
    screen.queue.put_nowait(None)
    await running
    assert dispatcher.requests[-1].sent_at == typed_at
    assert dispatcher.requests[-1].is_late(clock.now())


async def test_lines_are_answered_in_order_and_blank_ones_are_not(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher(), FakeScreen(["/a", "", "  ", "/b"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/a", "/b"]
    assert screen.shown == ["said /a\n", "\nsaid /b\n"], "blocks on a pipe are apart by a blank line"


async def test_a_request_says_where_it_comes_from(tmp_path: Path) -> None:
    dispatcher = FakeDispatcher()
    await a_gateway(dispatcher, FakeScreen(["/a"]), tmp_path).run()
    (request,) = dispatcher.requests
    assert (request.platform, request.chat, request.is_private) == ("console", ADDRESS, True)
    assert (request.is_slash_optional, request.is_throttled, request.is_terminal) == (True, False, False)


async def test_a_number_runs_what_the_last_answer_offered(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/bot": CARD}), FakeScreen(["/bot", "2", "1"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/bot", "/edit #b7", "1"], "the answer to 2 offered nothing, so 1 is just a line"


async def test_a_number_that_was_not_offered_keeps_the_offer(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/bot": CARD}), FakeScreen(["/bot", "3", "0", "1"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/bot", "/run #b7"]
    assert "Invalid: 3 is none of the numbers offered. Expected 1 to 2, for example 1" in screen.shown[1]


async def test_in_a_form_a_number_is_an_answer_and_an_offered_word_is_tapped(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/new": FORM}), FakeScreen(["/new", "1500"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/new", "1500"]
    dispatcher, screen = FakeDispatcher({"/new": FORM}), FakeScreen(["/new", "CANCEL"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/new", "/form f cancel"]


async def test_silence_shows_nothing_and_keeps_the_offer(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/bot": CARD, "/quiet": None}), FakeScreen(["/bot", "/quiet", "1"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/bot", "/quiet", "/run #b7"]
    assert len(screen.shown) == 2


@pytest.mark.parametrize("answer", [ZeroDivisionError("inside"), BROKEN])
async def test_a_broken_answer_is_one_sentence_and_the_session_goes_on(
    tmp_path: Path, answer: Reply | Exception
) -> None:
    dispatcher, screen = FakeDispatcher({"/bad": answer}), FakeScreen(["/bad", "/good"])
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert screen.shown == [f"{NOT_SHOWN}\n", "\nsaid /good\n"]


async def test_a_full_disk_behind_the_output_does_not_end_the_session(tmp_path: Path) -> None:
    def full() -> None:
        screen.on_write = lambda: None
        raise ScreenFailed("no space left")

    dispatcher, screen = FakeDispatcher(), FakeScreen(["/a", "/b"])
    screen.on_write = full
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/a", "/b"]
    assert [text.strip() for text in screen.shown] == ["said /b"]


async def test_a_closed_output_ends_the_session_quietly(tmp_path: Path) -> None:
    def gone() -> None:
        raise ScreenClosed

    dispatcher, screen = FakeDispatcher(), FakeScreen(["/a", "/b"])
    screen.on_write = gone
    await a_gateway(dispatcher, screen, tmp_path).run()
    assert dispatcher.lines == ["/a"]


async def test_a_slow_command_keeps_the_prompt_and_numbers_mean_what_was_offered_when_typed(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/bot": CARD}), SlowScreen()
    dispatcher.gates["/slow"] = asyncio.Event()
    running = asyncio.create_task(a_gateway(dispatcher, screen, tmp_path).run())
    for line in ("/bot", "/slow", "1", "/last"):
        screen.queue.put_nowait(line)
    await screen.until(screen.queue.empty)
    assert dispatcher.lines == ["/bot", "/slow"], "typed ahead, answered later"
    dispatcher.gates["/slow"].set()
    screen.queue.put_nowait(None)
    await asyncio.wait_for(running, 5)
    assert dispatcher.lines == ["/bot", "/slow", "/run #b7", "/last"]


async def test_typing_ahead_is_bounded(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher(), SlowScreen()
    dispatcher.gates["/slow"] = asyncio.Event()
    running = asyncio.create_task(a_gateway(dispatcher, screen, tmp_path).run())
    screen.queue.put_nowait("/slow")
    for number in range(300):
        screen.queue.put_nowait(f"/{number}")
    screen.queue.put_nowait(None)
    await asyncio.sleep(0)
    dispatcher.gates["/slow"].set()
    await asyncio.wait_for(running, 20)
    assert dispatcher.lines == ["/slow", *(f"/{number}" for number in range(300))]


async def test_news_is_a_block_of_its_own_with_commands_instead_of_numbers(tmp_path: Path) -> None:
    screen = FakeScreen()
    gateway = a_gateway(FakeDispatcher(), screen, tmp_path)
    first = await gateway.send_message(ADDRESS, CARD, level=NotificationLevel.SILENT)
    second = await gateway.send_message(ADDRESS, sentence_reply("done"), level=NotificationLevel.LOUD)
    assert screen.shown == ["\nalpha\nnext: /run #b7  /edit #b7\n", "\ndone\n"]
    assert (first == second, screen.rings) == (False, 1)


async def test_news_does_not_move_the_numbers_under_the_hand(tmp_path: Path) -> None:
    dispatcher, screen = FakeDispatcher({"/bot": CARD}), SlowScreen()
    gateway = a_gateway(dispatcher, screen, tmp_path)
    running = asyncio.create_task(gateway.run())
    screen.queue.put_nowait("/bot")
    await screen.until(lambda: bool(screen.shown))
    await gateway.send_message(
        ADDRESS,
        build_reply(Headline("news"), button_row(Button("Close", "/close #b7"))),
        level=NotificationLevel.SILENT,
    )
    screen.queue.put_nowait("1")
    screen.queue.put_nowait(None)
    await asyncio.wait_for(running, 5)
    assert dispatcher.lines == ["/bot", "/run #b7"]


async def test_news_for_somewhere_else_is_refused_for_good(tmp_path: Path) -> None:
    with pytest.raises(DeliveryError) as caught:
        await a_gateway(FakeDispatcher(), FakeScreen(), tmp_path).send_message(
            "4711", CARD, level=NotificationLevel.SILENT
        )
    assert caught.value.is_permanent


@pytest.mark.parametrize("error", [ScreenClosed(), ScreenFailed("full"), OSError("gone")])
async def test_news_that_nobody_took_is_told_again_later(tmp_path: Path, error: Exception) -> None:
    def broken() -> None:
        raise error

    screen = FakeScreen()
    screen.on_write = broken
    with pytest.raises(DeliveryError) as caught:
        await a_gateway(FakeDispatcher(), screen, tmp_path).send_message(ADDRESS, CARD, level=NotificationLevel.SILENT)
    assert not caught.value.is_permanent


async def test_a_picture_that_cannot_be_saved_costs_only_the_picture(tmp_path: Path) -> None:
    (tmp_path / "charts").write_text("in the way", encoding="utf-8")
    picture = build_reply(Headline("alpha"), Image(b"png", "last 1.00", "alpha.png"))
    screen = FakeScreen(["/chart"])
    await a_gateway(FakeDispatcher({"/chart": picture}), screen, tmp_path / "charts").run()
    assert screen.shown == ["alpha\nlast 1.00\npicture: not saved, File exists\n"]
