"""What buttons carry and what a press means."""

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.blocks import Button, Headline, Reply, build_reply, button_row
from bot.commands.reply.buttons import ButtonCodec
from bot.commands.reply.replacement import message_tag
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

LIMIT = 64


def card(*lines: str) -> Reply:
    return build_reply(
        Headline("alpha"), button_row(*(Button(line[:8], line) for line in lines)), subject_key="bot:b7k2m9qd"
    )


def some_buttons() -> ButtonCodec:
    storage = MemoryStorage(FakeClock(a.WALL))
    return ButtonCodec(storage, storage, FakeClock(a.WALL))


async def test_a_short_line_is_carried_by_its_button() -> None:
    buttons, message = some_buttons(), card("/stop #b7k2m9qd policy=flatten")
    (payload,) = (await buttons.encode_buttons(message, LIMIT)).values()
    assert payload.endswith("/stop #b7k2m9qd policy=flatten")
    pressed = await buttons.decode_press(payload)
    assert pressed is not None
    assert (pressed.line, pressed.tag) == ("/stop #b7k2m9qd policy=flatten", message_tag(message))


async def test_a_long_line_is_kept_and_found_by_whoever_reads_the_same_storage() -> None:
    storage = MemoryStorage(FakeClock(a.WALL))
    line = "/edit #b7k2m9qd " + "stop_loss=3% " * 20
    (payload,) = (await ButtonCodec(storage, storage, FakeClock(a.WALL)).encode_buttons(card(line), LIMIT)).values()
    assert len(payload.encode()) <= LIMIT
    pressed = await ButtonCodec(storage, storage, FakeClock(a.WALL)).decode_press(payload)
    assert pressed is not None
    assert pressed.line == line


async def test_what_was_forgotten_or_forged_means_nothing() -> None:
    buttons = some_buttons()
    for payload in ("", "cab", "cab~nosuchkey", "cabstop", "hello", "\x00" * 64):
        assert await buttons.decode_press(payload) is None


@given(lines=st.lists(st.text(min_size=1, max_size=300).map(lambda text: f"/{text}"), min_size=1, max_size=8))
async def test_every_line_fits_and_comes_back(lines: list[str]) -> None:
    buttons, message = some_buttons(), card(*lines)
    for button, payload in (await buttons.encode_buttons(message, LIMIT)).items():
        assert len(payload.encode(errors="surrogatepass")) <= LIMIT
        pressed = await buttons.decode_press(payload)
        assert pressed is not None
        assert pressed.line == button.command
