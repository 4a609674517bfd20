"""Groups at Telegram: who sends decides, what is private stays private, amounts are hidden, groups move."""

from bot.ports.storage import Page
from tests.e2e.telegram_desk import Server, TelegramDesk, aboard, made
from tests.fakes.bot_api.groups import kick, open_group, open_topic, promote, upgrade
from tests.fakes.bot_api.people import TelegramUser, posts_as
from tests.fakes.bot_api.records import ANONYMOUS_ADMIN, CHANNEL_BOT, LINKED_CHANNEL
from tests.fakes.bot_api.rooms import Kind, Room

SECRET = "K7QM-2XVP"


async def handled(server: Server) -> None:
    """Wait until the desk has done with everything that was sent to it."""
    await server.telegram.world.updates.confirmed()


async def followed(server: Server, mia: TelegramUser, *, kind: Kind = Kind.SUPERGROUP) -> Room:
    """Open a group in which mia has subscribed to alpha."""
    room = open_group(server.telegram.world, mia, kind=kind)
    assert "this chat is told of it now" in (await mia.says("/subscribe alpha", room)).text
    return room


async def test_the_sender_decides_in_a_group_and_strangers_hear_nothing(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    room = open_group(server.telegram.world, mia)
    jonas.writes("/run alpha", room)
    jonas.writes("/bots@DeskBot", room)
    jonas.writes("/bots@OtherBot", room)
    await handled(server)
    assert room.texts == []
    answer = await mia.says("/bots@DeskBot", room)
    assert answer.headline == "Fleet · 1 bot · 1 created"
    await aboard(mia, jonas, "viewer")
    assert (await jonas.says("/run alpha", room)).headline.startswith("Refused:")
    assert (await desk.bot("alpha")).status.value == "created"


async def test_senders_without_a_person_have_no_identity(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    await made(mia)
    room = await followed(server, mia)
    world, told = server.telegram.world, len(room.texts)
    for sender in (ANONYMOUS_ADMIN, CHANNEL_BOT, LINKED_CHANNEL):
        posts_as(world, room, sender, "/run alpha", room.chat)
    channel = open_group(world, mia, kind=Kind.CHANNEL)
    posts_as(world, channel, ANONYMOUS_ADMIN, "/run alpha", channel.chat)
    await handled(server)
    await desk.settled()
    assert (await desk.bot("alpha")).status.value == "created"
    assert len(room.texts) == told
    assert channel.texts == []
    rows = await desk.desk.reader.audit_entries(Page(limit=100))
    assert {row.operator_id for row in rows if row.command == "run"} == {None}
    assert {row.platform_id for row in rows if row.command == "run"} == {""}


async def test_private_answers_go_to_the_private_chat(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    room = open_group(server.telegram.world, mia)
    note = await mia.says("/balance", room)
    assert note.text == "Sent to you privately."
    assert "10000.00" in (await mia.chat.shows("practice · PRACTICE · balance")).text
    assert not any("10000" in text for text in room.texts)


async def test_a_private_chat_that_is_closed_is_offered_to_be_opened(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    room = open_group(server.telegram.world, mia)
    mia.blocks()
    await handled(server)
    note = await mia.says("/balance", room)
    (button,) = note.buttons
    assert button.text == "Open private chat"
    mia.unblocks()
    assert (await mia.follows(button.url)).text


async def test_codes_are_not_taken_in_a_group_and_are_deleted_where_that_is_allowed(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    room = open_group(server.telegram.world, mia)
    pasted = mia.writes(f"/claim {SECRET}", room)
    await mia.chat.shows("Refused: codes and keys are taken in private only")
    await handled(server)
    assert not pasted.is_deleted
    assert "delete it yourself" in mia.chat.last.text
    promote(server.telegram.world, room, mia)
    pasted = mia.writes(f"/link {SECRET}", room)
    await room.loses(pasted)
    assert not any(SECRET in text for text in room.texts)
    entries = (await mia.says("/audit limit=20")).text
    assert SECRET not in entries


async def test_a_code_that_a_newcomer_typed_in_a_group_is_deleted_and_opens_nothing(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    room = open_group(server.telegram.world, mia)
    promote(server.telegram.world, room, mia)
    code = (await mia.says("/invite trader")).button("Copy link").copied.rpartition("join_")[2]
    pasted = jonas.writes(f"/join {code}", room)
    await room.loses(pasted)
    await mia.chat.shows("A code was typed in a group by telegram 2000; it works no more.")
    assert not any(code in text for text in room.texts)
    assert (await jonas.says(f"/join {code}")).headline.startswith("Invalid: that code is wrong")


async def test_amounts_are_hidden_from_a_group_until_it_is_shown_them(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    room = await followed(server, mia)
    card = await mia.says("/bot alpha", room)
    assert "1,000" not in card.text
    assert "USDT 1h" in card.text
    assert "1,000.00 USDT" in (await mia.says("/bot alpha")).text
    await mia.presses(room.messages[0], "Show amounts")
    await room.shows("amounts are shown here")
    assert "1,000.00 USDT" in (await mia.says("/bot alpha", room)).text


async def test_a_subscribed_topic_is_told_and_answers_stay_in_it(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "owner")
    room = open_group(server.telegram.world, mia)
    topic = open_topic(server.telegram.world, room)
    answer = await mia.says("/subscribe alpha", room, topic=topic)
    assert answer.topic == topic
    await jonas.says("/run alpha")
    told = await room.shows("alpha · PRACTICE · running")
    assert told.topic == topic


async def test_a_group_that_moves_is_followed(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    await made(mia)
    room = await followed(server, mia, kind=Kind.GROUP)
    new = upgrade(server.telegram.world, room, mia)
    await handled(server)
    await mia.says("/run alpha")
    await new.shows("alpha · PRACTICE · running")
    assert (await mia.says("/bot alpha", new)).headline.startswith("🟢 alpha")


async def test_a_group_that_moved_unheard_is_followed_by_the_refusal(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    room = await followed(server, mia, kind=Kind.GROUP)
    new = server.telegram.world.open(-1009999, Kind.SUPERGROUP, room.title)
    room.moved_to = new.chat_id
    await mia.says("/run alpha")
    await new.shows("alpha · PRACTICE · running")


async def test_a_group_that_throws_us_out_hurts_nobody(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    room = await followed(server, mia)
    kick(server.telegram.world, room, mia)
    await mia.says("/run alpha")
    await desk.settled()
    assert (await mia.says("/bot alpha")).headline.startswith("🟢 alpha")


async def test_a_form_in_a_group_takes_answers_to_it(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    room = open_group(server.telegram.world, mia)
    form = await mia.says("/new", room)
    mia.writes("ema-cross", room)
    await mia.fills(form, "ema-cross")
    assert form.headline == "New bot · 2 of 5 · market"
