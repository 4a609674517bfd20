"""The real library sends, edits and deletes through the fake: what arrives, and what is refused in which words."""

import pytest
from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup, InputMediaPhoto, ReplyParameters
from telegram.error import BadRequest, Forbidden
from telegram.ext import ExtBot

from tests.fakes.bot_api.groups import kick, open_group, open_topic, promote, upgrade
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import Kind
from tests.fakes.bot_api.server import FakeTelegram
from tests.fakes.charts import blank_png

Bot = ExtBot[None]


def keys(*rows: tuple[InlineKeyboardButton, ...]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(rows)


async def test_a_person_sees_text_marks_and_buttons(bot: Bot, ann: TelegramUser) -> None:
    stop = InlineKeyboardButton("Stop", callback_data="s:1", style="danger")
    copy = InlineKeyboardButton("Copy", copy_text=CopyTextButton("/new alpha"))
    text = "🟢 <b>alpha</b> &lt;1&gt;\n<pre>Last  1.00</pre>"
    await bot.send_message(42, text, "HTML", reply_markup=keys((stop, copy)), disable_notification=True)
    message = ann.chat.last
    assert message.text == "🟢 alpha <1>\nLast  1.00"
    assert (message.headline, message.is_silent) == ("🟢 alpha <1>", True)
    assert (message.marked("bold"), message.marked("pre")) == (["alpha"], ["Last  1.00"])
    assert message.labels == ["Stop", "Copy"]
    assert (message.button("Stop").data, message.button("Stop").style) == ("s:1", "danger")
    assert message.button("Copy").copied == "/new alpha"


async def test_a_picture_arrives_whole_and_is_changed_in_place(bot: Bot, ann: TelegramUser) -> None:
    sent = await bot.send_photo(42, blank_png(), caption="<b>up</b>", parse_mode="HTML", filename="a.png")
    assert sent.photo[-1].width == 1080
    assert (ann.chat.last.picture, ann.chat.last.text) == (blank_png(), "up")
    media = InputMediaPhoto(blank_png(40, 30), caption="down")
    await sent.edit_media(media)
    assert (ann.chat.last.picture, ann.chat.last.text) == (blank_png(40, 30), "down")
    await sent.edit_caption("flat")
    assert ann.chat.last.text == "flat"
    assert [version.text for version in ann.chat.last.versions] == ["up", "down"]


async def test_a_document_arrives_and_can_be_fetched_again(bot: Bot, ann: TelegramUser) -> None:
    sent = await bot.send_document(42, b"a;b\n", filename="trades.csv", caption="8 trades")
    assert (ann.chat.last.document.name, ann.chat.last.document.content) == ("trades.csv", b"a;b\n")
    assert sent.document is not None
    file = await sent.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"a;b\n"


async def test_an_edit_changes_text_and_buttons_once(bot: Bot, ann: TelegramUser) -> None:
    markup = keys((InlineKeyboardButton("Run", callback_data="r"),))
    sent = await bot.send_message(42, "one", reply_markup=markup)
    await sent.edit_text("two", reply_markup=markup)
    with pytest.raises(BadRequest, match="Message is not modified: specified new message content"):
        await sent.edit_text("<b></b>two", parse_mode="HTML", reply_markup=markup)
    await sent.edit_reply_markup(None)
    assert (ann.chat.texts, ann.chat.last.labels) == (["two"], [])


async def test_what_is_not_there_cannot_be_changed_deleted_or_answered(bot: Bot, ann: TelegramUser) -> None:
    sent = await bot.send_message(42, "one")
    ann.deletes(ann.chat.last)
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await sent.edit_text("two")
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await sent.delete()
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(42, "more", reply_parameters=ReplyParameters(sent.message_id))
    lenient = ReplyParameters(sent.message_id, allow_sending_without_reply=True)
    await bot.send_message(42, "more", reply_parameters=lenient)
    assert ann.chat.last.answers == 0


async def test_an_answer_and_a_topic_are_kept(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    room = open_group(telegram.world, ann)
    topic = open_topic(telegram.world, room)
    first = await bot.send_message(room.chat_id, "one", message_thread_id=topic)
    second = await bot.send_message(room.chat_id, "two", reply_parameters=ReplyParameters(first.message_id))
    assert (room.last.topic, room.last.answers) == (topic, first.message_id)
    assert second.reply_to_message is not None
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(room.chat_id, "three", message_thread_id=topic + 1)


async def test_a_picture_has_no_text_to_edit_but_a_text_can_become_a_picture(bot: Bot, ann: TelegramUser) -> None:
    sent = await bot.send_photo(42, blank_png())
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await sent.edit_text("two")
    text = await bot.send_message(42, "one")
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await text.edit_caption("two")
    await text.edit_media(InputMediaPhoto(blank_png()))
    assert ann.chat.last.picture == blank_png()


async def test_chats_that_are_closed_to_the_bot_say_why(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    with pytest.raises(BadRequest, match="Chat not found"):
        await bot.send_message(4711, "hello")
    TelegramUser(telegram.world, 43, "Bob")
    with pytest.raises(Forbidden, match="bot can't initiate conversation with a user"):
        await bot.send_message(43, "hello")
    ann.blocks()
    with pytest.raises(Forbidden, match="Forbidden: bot was blocked by the user"):
        await bot.send_message(42, "hello")
    ann.unblocks()
    await bot.send_message(42, "hello")
    room = open_group(telegram.world, ann)
    kick(telegram.world, room, ann)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(room.chat_id, "hello")


async def test_in_a_group_only_an_administrator_deletes_what_others_wrote(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    room = open_group(telegram.world, ann, kind=Kind.GROUP)
    written = ann.writes("/claim secret", room)
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(room.chat_id, written.message_id)
    promote(telegram.world, room, ann)
    await bot.delete_message(room.chat_id, written.message_id)
    assert written.is_deleted
    secret = ann.writes("my key")
    await bot.delete_message(42, secret.message_id)
    assert secret.is_deleted


async def test_a_group_that_became_a_supergroup_gives_its_new_address(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    room = open_group(telegram.world, ann, kind=Kind.GROUP)
    new = upgrade(telegram.world, room, ann)
    with pytest.raises(Exception, match=f"New chat id: {new.chat_id}"):
        await bot.send_message(room.chat_id, "hello")
    await bot.send_message(new.chat_id, "hello")
    assert new.texts == ["hello"]
