"""From nothing to a running bot at Telegram, over HTTP, with the real library and everything behind it."""

from pathlib import Path

from bot.domain.instance import BotStatus
from tests.builders.running_process import SETUP_CODE
from tests.e2e.telegram_desk import NEW_ALPHA, Server, TelegramDesk, a_telegram_desk, aboard, claimed, made
from tests.fakes.bot_api.people import TelegramUser

START = "t.me/DeskBot?start="


async def test_a_link_claims_and_the_code_does_not_stay(tmp_path: Path, server: Server, mia: TelegramUser) -> None:
    async with a_telegram_desk(tmp_path, server) as engine:
        assert (await mia.says("/start")).headline.startswith("Welcome to Quarterdeck. It has no owner yet")
        welcome = await mia.follows(f"{START}claim_{SETUP_CODE}")
        assert welcome.headline.startswith("✅ You are the owner, linked to this account.")
        assert welcome.labels == ["Create a bot", "Help"]
        assert [one.text for one in mia.chat.everything if SETUP_CODE in one.text and not one.is_deleted] == []
        assert engine.health == "connected"


async def test_a_bot_is_made_and_run_by_taps_in_one_message(desk: TelegramDesk, mia: TelegramUser) -> None:
    form = await mia.says("/new")
    for label in ("ema-cross", "BTC/USDT", "1h", "practice · PRACTICE", "1000"):
        await mia.taps(form, label)
    assert form.headline == "New bot · PRACTICE · check and create"
    (table,) = form.marked("pre")
    assert max(map(len, table.split("\n"))) <= 32
    assert form.button("Create and run").style == "success"
    await mia.taps(form, "Create and run")
    card = await mia.chat.shows("ema-cross-btc", "running")
    assert (await desk.bot("ema-cross-btc")).status is BotStatus.RUNNING
    assert card is form
    assert len(mia.chat.messages) == 2, "the welcome, and one message from the form to the card"


async def test_a_form_takes_typed_answers_says_what_is_wrong_and_goes_back(
    desk: TelegramDesk, mia: TelegramUser
) -> None:
    form = await mia.says("/new")
    await mia.fills(form, "ema-cross")
    assert form.headline == "New bot · 2 of 5 · market"
    await mia.fills(form, "BTCUSD")
    assert form.headline == "Invalid: no market BTCUSD. Expected BASE/QUOTE, for example BTC/USDT"
    await mia.taps(form, "\u2039 Back")
    assert form.headline == "New bot · 1 of 5 · strategy"
    for answer in ("ema-cross", "BTC/USDT", "1h", "practice"):
        await mia.fills(form, answer)
    await mia.fills(form, "1,500")
    assert form.headline.startswith("Invalid: capital 1,500 could mean two things")
    await mia.taps(form, "1500")
    assert "1500.00 USDT" in form.text
    await mia.taps(form, "Cancel")
    assert await desk.desk.reader.bot_by_name("ema-cross-btc") is None
    assert len(mia.chat.messages) == 2


async def test_a_line_and_a_tap_make_a_bot(desk: TelegramDesk, mia: TelegramUser) -> None:
    await made(mia, f"{NEW_ALPHA} stop_loss=3%")
    card = await mia.says("/bot alpha")
    assert card.headline == "⏹️ alpha · PRACTICE · created, never run"
    assert card.marked("bold") == ["alpha"]
    assert "3%" in card.text


async def test_links_let_somebody_join_and_open_the_card_of_a_bot(
    desk: TelegramDesk, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "trader")
    await mia.chat.shows("Jonas came aboard as trader on Telegram")
    bot_id = (await desk.bot("alpha")).bot_id
    assert (await mia.follows(f"{START}bot_{bot_id}")).headline.startswith("⏹️ alpha · PRACTICE")
    assert (await jonas.follows(f"{START}bot_{bot_id}")).headline.startswith("Refused: that bot is gone.")
    assert (await mia.follows(f"{START}run_alpha")).headline.startswith("Invalid: /start does not understand run_alpha")


async def test_the_menu_shows_what_each_may_do(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await aboard(mia, jonas, "viewer")
    await mia.says("/version")
    await jonas.says("/version")
    menus = {
        scope: {str(command["command"]) for command in commands}
        for scope, commands in server.telegram.world.commands.items()
    }
    assert menus["default"] <= {"start", "help", "claim", "join", "link"}
    assert "users" in menus["chat 1000"]
    assert "bots" in menus["chat 2000"]
    assert not menus["chat 2000"] & {"run", "users", "panic"}
    assert not menus["all_group_chats"] & {"claim", "join", "link"}


async def test_what_a_restart_finds_goes_on(tmp_path: Path, server: Server, mia: TelegramUser) -> None:
    async with a_telegram_desk(tmp_path, server):
        await claimed(mia)
        await made(mia, label="Create and run")
        card = await mia.says("/bot alpha")
        form = await mia.says("/new")
        await mia.taps(form, "ema-cross")
    menus = len(server.telegram.called("setMyCommands"))
    async with a_telegram_desk(tmp_path, server) as engine:
        await mia.taps(form, "BTC/USDT")
        assert form.headline == "New bot · 3 of 5 · candle"
        await mia.taps(card, "Pause")
        assert "paused by Mia" in card.headline
        assert (await engine.bot("alpha")).status is BotStatus.PAUSED
    assert len(server.telegram.called("setMyCommands")) == menus, "what is set is not set again"
