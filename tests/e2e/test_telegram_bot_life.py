"""The life of a bot at Telegram: cards edited in place, questions, fills that answer their order, pictures, pages."""

from datetime import timedelta
from pathlib import Path

from bot.domain.instance import BotStatus
from tests.builders.stretches import a_stretch
from tests.e2e.telegram_desk import NEW_ALPHA, Server, TelegramDesk, a_telegram_desk, claimed, made, sure
from tests.fakes.bot_api.people import TelegramUser

PNG = b"\x89PNG\r\n\x1a\n"
BACK, FORTH = "\u2039", "\u203a"


async def test_a_card_is_one_message_that_changes(desk: TelegramDesk, mia: TelegramUser) -> None:
    await made(mia, label="Create and run")
    card = await mia.says("/bot alpha")
    assert card.labels == ["Pause", "Chart", "Why", "Trades", "Edit", "Backtest", "More", "Stop"]
    await mia.taps(card, "Pause")
    assert "paused by Mia" in card.headline
    await mia.taps(card, "Resume")
    await mia.chat.shows("alpha · PRACTICE · running")
    await mia.presses(card, "Stop")
    assert await mia.chat.shows("⏹️ alpha · PRACTICE · stopped by Mia") is card
    assert card.button("Delete").style == "danger"
    assert (await desk.bot("alpha")).status is BotStatus.STOPPED


async def test_what_is_dangerous_is_asked_once_for_a_minute_and_not_taken_from_a_double_tap(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    question = await mia.says("/delete alpha")
    assert question.labels == ["Back", "Delete"]
    server.clock.leap(timedelta(seconds=61))
    server.clock.run_at(1)  # a pop-up is there within a second, or not at all
    popup = await mia.presses(question, "Delete")
    assert popup.text.startswith("Refused: this question has expired")
    server.clock.run_at(20)
    assert (await desk.bot("alpha")).status is BotStatus.CREATED
    question = await mia.says("/delete alpha")
    await sure(mia, question, "Delete")
    assert question.headline.startswith("✅ alpha · PRACTICE · deleted")
    assert await desk.desk.reader.bot_by_name("alpha") is None


async def test_a_double_tap_on_a_question_is_not_an_answer(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    server.clock.run_at(1)
    question = await mia.says("/delete alpha")
    await mia.presses(question, "Delete")
    assert (await desk.bot("alpha")).status is BotStatus.CREATED


async def test_fills_answer_their_orders_and_a_closed_trade_is_a_picture_with_its_figures(
    tmp_path: Path, server: Server, mia: TelegramUser
) -> None:
    recording = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=60)
    async with a_telegram_desk(tmp_path, server, recording=recording) as engine:
        await claimed(mia)
        await mia.says("/notify orders on")
        await made(mia, f"{NEW_ALPHA} fast=3 slow=8", "Create and run")
        await mia.says("/market speed=max")
        closed = await mia.chat.shows("🏁 alpha · PRACTICE · trade 1 closed")
        assert closed.picture.startswith(PNG)
        assert len(closed.text) <= 1024
        assert closed.labels == ["Card", "Why", "Trades"]
        bought = next(one for one in mia.chat.messages if one.text.startswith("▲ alpha · PRACTICE · bought"))
        placed = mia.chat.find(bought.answers)
        assert placed is not None
        assert "placed: buy" in placed.text
        assert closed.answers in {bought.message_id, placed.message_id}
        assert bought.is_silent
        await mia.chat.shows("stopped: the recording has ended")
        await engine.settled()


async def test_a_chart_changes_in_place_and_stays_a_picture(desk: TelegramDesk, mia: TelegramUser) -> None:
    await made(mia)
    chart = await mia.says("/chart alpha")
    first = chart.picture
    assert first.startswith(PNG)
    assert chart.text.startswith("alpha · PRACTICE · BTC/USDT 1h · ")
    await mia.taps(chart, "480")
    assert chart.picture.startswith(PNG)
    assert chart.picture != first


async def test_lists_are_paged_in_one_message(desk: TelegramDesk, mia: TelegramUser) -> None:
    for number in range(10):
        await made(mia, NEW_ALPHA.replace("alpha", f"a{number}").replace("1000", "100"))
    fleet = await mia.says("/bots")
    assert fleet.labels[:8] == [str(number) for number in range(1, 9)]
    assert fleet.headline == "Fleet · 10 bots · 10 created"
    await mia.taps(fleet, FORTH)
    assert "page 2 of 2" in fleet.text
    await mia.taps(fleet, BACK)
    assert "page 1 of 2" in fleet.text
