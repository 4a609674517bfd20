from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.facts import Saved
from bot.domain.people import Role
from tests.builders.engine import MIA
from tests.builders.telegram_harness import STRANGER_ID, TelegramHarness
from tests.fakes.bot_api.faults import bad_gateway, dropped, refused, revoked
from tests.fakes.bot_api.groups import open_topic
from tests.fakes.bot_api.people import posts_as
from tests.fakes.bot_api.records import ANONYMOUS_ADMIN, BOT_NAME, LINKED_CHANNEL
from tests.fakes.bot_api.server import TOKEN

FLEET = "Fleet · no bots yet"


async def test_a_command_is_answered(open_counter: TelegramHarness) -> None:
    answer = await open_counter.mia.says("/bots")
    assert answer.headline == FLEET
    assert answer.labels == ["Create a PRACTICE bot", "Strategies"]
    assert not answer.is_silent
    assert open_counter.health == "connected"


async def test_a_bot_is_made_and_shown_in_one_message(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    form = await mia.says("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await mia.presses(form, "Create")
    assert form.headline == "⏹️ alpha · PRACTICE · created, never run"
    assert form.marked("bold") == ["alpha"]
    assert len(form.marked("pre")) == 1
    assert mia.chat.messages == [form]


async def test_a_typed_answer_changes_the_form_like_a_tap(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    form = await mia.says("/new")
    mia.writes("ema-cross")
    await open_counter.handled()
    assert form.headline == "New bot · 2 of 5 · market"
    mia.writes("BTCUSD")
    await open_counter.handled()
    assert form.headline.startswith("Invalid: no market BTCUSD.")
    assert mia.chat.messages == [form]


async def test_a_form_that_is_no_longer_the_newest_goes_on_below(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    form = await mia.says("/new")
    await mia.says("/help")
    mia.writes("ema-cross")
    await open_counter.handled()
    assert mia.chat.last is not form
    assert mia.chat.last.headline == "New bot · 2 of 5 · market"


async def test_a_stranger_hears_one_sentence_and_then_nothing(open_counter: TelegramHarness) -> None:
    sam = open_counter.stranger
    assert (await sam.says("hello")).text.startswith("This desk is private")
    sam.writes("hello?")
    await open_counter.handled()
    assert len(sam.chat.messages) == 1


async def test_an_update_that_comes_twice_is_answered_once(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    await mia.says("/bots")
    open_counter.telegram.world.updates.repeat(mia.last_update)
    await open_counter.handled()
    assert len(mia.chat.messages) == 1


async def test_a_message_that_is_changed_is_not_carried_out_again(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    written = mia.writes("/bots")
    await open_counter.handled()
    mia.edits(written, "/health")
    await mia.says("/help")
    assert [text.partition("\n")[0] for text in mia.chat.texts] == [FLEET, mia.chat.last.headline]


async def test_in_a_group_commands_are_answered_to_who_sent_them(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    asked = mia.writes(f"/bots@{BOT_NAME.lower()}", group)
    await open_counter.handled()
    assert group.last.headline == FLEET
    assert group.last.answers == asked.message_id


async def test_commands_for_other_bots_and_talk_are_left_alone(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    group.bot = "administrator"
    mia.writes("/bots@OtherBot", group)
    mia.writes("good morning", group)
    open_counter.stranger.writes("/bots", group)
    await open_counter.handled()
    assert group.messages == []


async def test_senders_without_identity_are_left_alone(open_counter: TelegramHarness) -> None:
    group, world = open_counter.group, open_counter.telegram.world
    group.bot = "administrator"
    posts_as(world, group, ANONYMOUS_ADMIN, "/bots", group.chat)
    posts_as(world, group, LINKED_CHANNEL, "/bots", {"id": -1009, "type": "channel", "title": "news"})
    posts_as(world, group, open_counter.mia.user, "/bots", {"id": -1009, "type": "channel", "title": "news"})
    await open_counter.handled()
    assert group.messages == []


async def test_an_answer_stays_in_its_topic(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    topic = open_topic(open_counter.telegram.world, group)
    mia.writes("/bots", group, topic=topic)
    await open_counter.handled()
    assert group.last.topic == topic


async def test_a_private_answer_never_stands_in_a_group(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    mia.writes("/start")
    mia.writes("/balance", group)
    await open_counter.handled()
    assert group.texts == ["Sent to you privately."]
    assert "10,000.00 USDT" in mia.chat.last.text or "10000.00 USDT" in mia.chat.last.text


async def test_who_has_no_private_chat_yet_is_shown_the_way(open_counter: TelegramHarness) -> None:
    group = open_counter.group
    open_counter.mia.writes("/balance", group)
    await open_counter.handled()
    assert group.last.text.startswith("That answer is for you alone.")
    assert group.last.button("Open private chat").url == f"https://t.me/{BOT_NAME}?start=hello"


async def test_a_message_with_a_code_is_deleted(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    written = mia.writes("/join 9TQ4-ZK7M")
    await open_counter.handled()
    assert written.is_deleted


async def test_a_code_in_a_group_is_refused_in_private_and_pointed_at(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    mia.writes("/start")
    open_counter.telegram.fail("deleteMessage", refused("message can't be deleted"))
    mia.writes("/join 9TQ4-ZK7M", group)
    await open_counter.handled()
    assert group.texts == ["Sent to you privately."]
    assert "I may not delete your message here" in mia.chat.last.text


async def test_a_button_nobody_remembers_says_so(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    card = await mia.says("/bots")
    popup = await mia.sends_data(card, "forged")
    assert popup.text.startswith("Refused: this button has expired.")
    assert popup.is_alert


async def test_a_press_is_answered_soon_though_its_command_takes_long(open_counter: TelegramHarness) -> None:
    mia, clock = open_counter.mia, open_counter.chat.clock
    card = await mia.says("/bots")
    go_on = open_counter.telegram.faults.hold("sendMessage")
    waiting = mia.starts_press(card, card.button("Strategies").data)
    await open_counter.telegram.faults.arrived("sendMessage")
    clock.advance(timedelta(seconds=1))
    assert not (await waiting).text
    go_on.set()
    await open_counter.handled()


async def test_a_question_is_answered_by_who_was_asked_alone(open_counter: TelegramHarness) -> None:
    mia, sam, clock = open_counter.mia, open_counter.stranger, open_counter.chat.clock
    await open_counter.chat.made()
    question = await mia.says("/delete alpha", open_counter.group)
    clock.advance(timedelta(seconds=2))
    popup = await sam.presses(question, "Delete")
    assert not popup.text.startswith("alpha")
    assert "deleted" not in question.text
    await mia.presses(question, "Delete")
    assert "deleted" in question.text


async def test_telegram_learns_the_commands_of_each_role_once(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    await mia.says("/bots")
    await mia.says("/help")
    await open_counter.handled()
    commands = open_counter.telegram.world.commands
    assert {str(one["command"]) for one in commands["default"]} >= {"start", "join"}
    assert "claim" not in {str(one["command"]) for one in commands["all_group_chats"]}
    assert "panic" in {str(one["command"]) for one in commands[f"chat {mia.user_id}"]}
    assert len(open_counter.telegram.called("setMyCommands")) == 3


async def test_a_menu_follows_the_role(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    await mia.says("/bots")
    await open_counter.store(Saved(replace(MIA, role=Role.VIEWER)))
    await mia.says("/help")
    await open_counter.handled()
    assert "panic" not in {str(one["command"]) for one in open_counter.telegram.world.commands[f"chat {mia.user_id}"]}


async def test_nobody_waits_for_somebody_else(open_counter: TelegramHarness) -> None:
    mia, sam = open_counter.mia, open_counter.stranger
    await open_counter.chat.made()
    go_on = open_counter.telegram.faults.hold("sendPhoto")
    mia.writes("/chart alpha")
    await open_counter.telegram.faults.arrived("sendPhoto")
    mia.writes("/bots")
    answer = await open_counter.in_time(sam.says("hello"))
    assert answer.text.startswith("This desk is private")
    assert mia.chat.messages == []
    go_on.set()
    await open_counter.handled()
    first, second = mia.chat.messages
    assert first.content.picture
    assert second.headline.startswith("Fleet")


async def test_a_form_in_a_group_is_answered_by_replies_to_it(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    form = await mia.says("/new", group)
    mia.writes("ema-cross", group, answers=form)
    await open_counter.handled()
    assert group.last.headline == "New bot · 2 of 5 · market"


async def test_somebody_elses_form_stays_as_it_is(open_counter: TelegramHarness) -> None:
    mia, group = open_counter.mia, open_counter.group
    await open_counter.add_person("sam", STRANGER_ID)
    form = await mia.says("/new", group)
    text = form.text
    popup = await open_counter.stranger.presses(form, "ema-cross")
    await open_counter.handled()
    assert form.text == text
    assert popup.text.startswith(("Refused:", "Invalid:")) or group.last.text.startswith(("Refused:", "Invalid:"))


async def test_names_of_people_and_chats_are_no_markup(open_counter: TelegramHarness) -> None:
    mia = open_counter.mia
    await mia.says("/new <b>x</b> ema-cross BTC/USDT 1h capital=1000")
    assert mia.chat.last.marked("bold") == []
    assert "<b>x</b>" in mia.chat.last.text


async def test_links_lead_to_the_bot(open_counter: TelegramHarness) -> None:
    await open_counter.mia.says("/bots")
    assert (
        open_counter.chat.command_bus.deep_links.platform_link("telegram", "join_X") == f"t.me/{BOT_NAME}?start=join_X"
    )


async def test_the_token_is_in_no_log(open_counter: TelegramHarness, caplog: pytest.LogCaptureFixture) -> None:
    open_counter.telegram.fail("sendMessage", bad_gateway(), dropped(), revoked())
    open_counter.mia.writes("/bots")
    answer = await open_counter.in_time(open_counter.mia.chat.shows("no bots yet"))
    assert answer.headline.startswith("(sent again) Fleet")
    assert TOKEN not in caplog.text
