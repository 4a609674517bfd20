"""What somebody tries who means no good, at Telegram."""

import pytest

from bot.ports.storage import Page
from tests.e2e.telegram_desk import Server, TelegramDesk, aboard, made
from tests.fakes.bot_api.groups import open_group
from tests.fakes.bot_api.people import TelegramUser


async def test_strangers_get_one_sentence_an_hour_and_groups_of_them_nothing(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    private = await jonas.says("/bots")
    assert private.text == "This desk is private; with an invitation, send /join CODE."
    for line in ("/run alpha", "/panic", "/users", "hello"):
        jonas.writes(line)
    await server.telegram.world.updates.confirmed()
    await desk.settled()
    assert len(jonas.chat.messages) == 1


async def test_markup_in_a_name_arrives_as_text(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    eve = server.person(66, '<b>Eve</b>&lt;"x"><a href="tg://user?id=1">')
    await aboard(mia, eve, "viewer")
    await mia.chat.shows("came aboard as viewer")
    room = open_group(server.telegram.world, mia, title="<i>Traders</i> & <code>")
    await made(mia)
    assert "this chat is told of it now" in (await mia.says("/subscribe alpha", room)).text
    bad = await mia.says("/bot <b>alpha</b>&amp;")
    assert bad.text.startswith("Invalid:")
    assert "bold" not in {str(entity["type"]) for entity in bad.content.entities}


@pytest.mark.parametrize("data", ["", "x", "r#1", "t8s/withdraw zdexcqwp", "\x00", "é" * 32, "a" * 64, ":::::"])
async def test_made_up_presses_do_nothing(desk: TelegramDesk, mia: TelegramUser, data: str) -> None:
    await made(mia)
    card = await mia.says("/bot alpha")
    await mia.sends_data(card, data or "-")
    assert (await desk.bot("alpha")).status.value == "created"


async def test_another_persons_buttons_do_not_work(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    room = open_group(server.telegram.world, mia)
    card = await mia.says("/bot alpha", room)
    stranger = await jonas.presses(card, "Run")
    assert (await desk.bot("alpha")).status.value == "created"
    await aboard(mia, jonas, "viewer")
    server.clock.run_at(1)  # a pop-up is there within a second, or not at all
    viewer = await jonas.presses(card, "Run")
    assert viewer.text.startswith("Refused:")
    assert len(viewer.text) <= 200
    form = await mia.says("/new", room)
    of_another = await jonas.presses(form, "ema-cross")
    assert of_another.text.startswith("Refused: this form is over (forms live 30 min) or somebody else's.")
    assert form.headline == "New bot · 1 of 5 · strategy"
    question = await mia.says("/delete alpha", room)
    pressed = await jonas.presses(question, "Delete")
    assert pressed.text.startswith("Refused:")
    assert (await desk.bot("alpha")).name == "alpha"
    assert stranger.text != viewer.text


async def test_an_old_button_of_a_question_works_once(desk: TelegramDesk, mia: TelegramUser) -> None:
    await made(mia, label="Create")
    question = await mia.says("/delete alpha")
    label = next(label for label in question.labels if label not in {"Back", "Cancel"})
    data = question.button(label).data
    await mia.sends_data(question, data)
    await desk.settled()
    for _ in range(2):
        await mia.sends_data(question, data)
    rows = await desk.desk.reader.audit_entries(Page(limit=100))
    deleted = [row for row in rows if row.command == "delete" and "deleted" in row.result]
    assert len(deleted) <= 1


async def test_oversized_and_strange_input_is_answered(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    for line in (
        "/bot " + "x" * 4000,
        "/" + "y" * 3000,
        "/stats " + "🚨" * 1500,
        "/bot \u202e\u0627\u0633\u0645\u200b",
        "/why <pre>",
    ):
        answer = await mia.says(line)
        assert answer.text.startswith(("Invalid:", "Refused:")), answer.text[:80]


async def test_wrong_codes_are_counted_and_reused_ones_refused(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    invitation = await mia.says("/invite viewer")
    code = invitation.button("Copy link").copied.rpartition("join_")[2]
    eve = server.person(66, "Eve")
    answers = [(await eve.says(f"/join WRONG{number}")).text for number in range(6)]
    assert answers[0].startswith("Invalid:")
    assert answers[-1].startswith("Refused: too many wrong codes.")
    await jonas.says(f"/join {code}")
    mallory = server.person(67, "Mallory")
    assert (await mallory.says(f"/join {code}")).text.startswith("Invalid:")


async def test_a_flood_is_refused_and_others_are_served(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await aboard(mia, jonas, "trader")
    for _ in range(60):
        jonas.writes("/version")
    assert (await mia.says("/bots")).headline == "Fleet · no bots yet"
    assert len(jonas.chat.messages) < 40, "who floods does not keep others waiting"
    server.clock.run_at(1000)
    await server.telegram.world.updates.confirmed()
    await desk.settled()
    assert len(jonas.chat.messages) < 60
