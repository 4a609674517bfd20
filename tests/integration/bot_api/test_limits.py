"""What the fake does not let pass, measured as Telegram measures, and noted as a breach."""

from datetime import timedelta

import pytest
from telegram import BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.error import BadRequest, InvalidToken, RetryAfter
from telegram.ext import ExtBot

from tests.fakes.bot_api.groups import open_group
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import FakeTelegram
from tests.fakes.charts import blank_png
from tests.fakes.clock import FakeClock

Bot = ExtBot[None]


async def test_a_text_is_measured_without_its_marks_in_units_of_utf16(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    await bot.send_message(42, f"<b>{'x' * 4094}</b>🚨", parse_mode="HTML")
    with pytest.raises(BadRequest, match="Message is too long"):
        await bot.send_message(42, f"{'x' * 4095}🚨")
    with pytest.raises(BadRequest, match="Message caption is too long"):
        await bot.send_photo(42, blank_png(), caption="x" * 1025)
    with pytest.raises(BadRequest, match="Message text is empty"):
        await bot.send_message(42, "<b> </b>", parse_mode="HTML")
    assert len(telegram.forgive()) == 3


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("é <bold>x</bold>", 'Unsupported start tag "bold" at byte offset 3'),
        ("<b>x", "Can't find end tag corresponding to start tag b"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("x<b", "Unclosed start tag at byte offset 1"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ('<tg-time unix="1" format="x">1970</tg-time>', "a time of '1' in the format 'x'"),
        ('<tg-time format="t">1970</tg-time>', "a time of '' in the format 't'"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_marks_that_cannot_be_read_are_refused_as_telegram_does(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, text: str, complaint: str
) -> None:
    with pytest.raises(BadRequest) as caught:
        await bot.send_message(42, text, parse_mode="HTML")
    assert caught.value.message.lower() == f"can't parse entities: {complaint}".lower()
    assert telegram.forgive() == [f"sendMessage: Bad Request: can't parse entities: {complaint}"]


async def test_marks_that_can_be_read_stand_where_they_should(bot: Bot, ann: TelegramUser) -> None:
    text = (
        '😀 <i>a &amp; b</i> <a href="https://example.org">c</a> <blockquote expandable>d &#8364;</blockquote> '
        '<tg-time unix="1724374800" format="dt">23 Aug</tg-time> &nbsp; <code>e</code>'
    )
    await bot.send_message(42, text, parse_mode="HTML")
    message = ann.chat.last
    assert message.text == "😀 a & b c d € 23 Aug &nbsp; e"
    kinds = ("italic", "text_link", "expandable_blockquote", "date_time", "code")
    assert [message.marked(kind) for kind in kinds] == [["a & b"], ["c"], ["d €"], ["23 Aug"], ["e"]]


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        (InlineKeyboardButton("x", callback_data="é" * 33), "Button_data_invalid"),
        (InlineKeyboardButton(" ", callback_data="x"), "button text must be non-empty"),
        (InlineKeyboardButton("x"), "Text buttons are unallowed in the inline keyboard"),
        (InlineKeyboardButton("x", url="javascript:1"), "wrong http url"),
    ],
)
async def test_bad_buttons_are_refused(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, button: InlineKeyboardButton, complaint: str
) -> None:
    with pytest.raises(BadRequest, match=complaint):
        await bot.send_message(42, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert telegram.forgive()


async def test_a_keyboard_has_its_sizes(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    button = InlineKeyboardButton("x", callback_data="x")
    await bot.send_message(42, "x", reply_markup=InlineKeyboardMarkup([[button] * 8] * 12))
    for rows in ([[button] * 9], [[button] * 8] * 13):
        with pytest.raises(BadRequest):
            await bot.send_message(42, "x", reply_markup=InlineKeyboardMarkup(rows))
    assert len(telegram.forgive()) == 2


async def test_what_is_no_picture_or_too_thin_a_one_is_refused(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    for picture, complaint in ((b"text", "Image_process_failed"), (blank_png(2100, 100), "Photo_invalid_dimensions")):
        with pytest.raises(BadRequest, match=complaint):
            await bot.send_photo(42, picture)
    assert len(telegram.forgive()) == 2


async def test_commands_have_their_form(bot: Bot, telegram: FakeTelegram) -> None:
    await bot.set_my_commands([BotCommand("bots", "Shows the fleet")])
    assert [command.command for command in await bot.get_my_commands()] == ["bots"]
    with pytest.raises(BadRequest, match="Bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Stop-all", "Stops")])
    await bot.delete_my_commands()
    assert await bot.get_my_commands() == ()
    assert telegram.forgive()


async def test_wrong_names_types_and_methods_are_breaches(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    await bot.send_message(42, "x", api_kwargs={"mood": "good", "disable_notification": "perhaps"})
    with pytest.raises(BadRequest):
        await bot.send_message("42", "")
    with pytest.raises(InvalidToken, match="Not Found"):
        await bot.get_my_name()
    assert telegram.forgive() == [
        "sendMessage: mood is not known",
        "sendMessage: disable_notification: expected Boolean, got 'perhaps'",
        "sendMessage: Bad Request: message text is empty",
        "getMyName is not known to the fake",
    ]


async def test_a_private_chat_takes_one_a_second_with_bursts_of_five(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, clock: FakeClock
) -> None:
    for number in range(5):
        await bot.send_message(42, str(number))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(42, "5")
    assert caught.value.retry_after == timedelta(seconds=1)
    clock.advance(timedelta(seconds=1))
    await bot.send_message(42, "5")
    assert ann.chat.texts == ["0", "1", "2", "3", "4", "5"]
    assert telegram.world.pace.refused == 1


async def test_a_group_takes_twenty_a_minute_and_all_together_thirty_a_second(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, clock: FakeClock
) -> None:
    first, second = open_group(telegram.world, ann), open_group(telegram.world, ann)
    for number in range(20):
        await bot.send_message(first.chat_id, str(number))
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(first.chat_id, "20")
    assert caught.value.retry_after == timedelta(seconds=3)
    for number in range(10):
        await bot.send_message(second.chat_id, str(number))
    with pytest.raises(RetryAfter):
        await bot.send_message(second.chat_id, "10")
    clock.advance(timedelta(seconds=1))
    await bot.send_message(second.chat_id, "10")
