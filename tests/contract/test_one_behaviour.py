"""The same stories at the console, on Telegram and on Discord: what the person is told is the same."""

from datetime import timedelta
from pathlib import Path
from typing import Protocol

import pytest

from bot.commands.guards import confirmations
from tests.builders.chat_driver import ChatDriver, DriverFactory, ShownMessage
from tests.builders.console_driver import a_console_driver
from tests.builders.discord_driver import a_discord_driver
from tests.builders.telegram_driver import a_telegram_driver

SEATS: dict[str, DriverFactory] = {
    "console": a_console_driver,
    "telegram": a_telegram_driver,
    "discord": a_discord_driver,
}
NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%"


class Story(Protocol):
    """Something that happens at a seat; returns everything that was told, in order."""

    async def __call__(self, seat: ChatDriver) -> list[ShownMessage]:
        """Play it."""


async def a_bot_by_form(seat: ChatDriver) -> list[ShownMessage]:
    """Create a bot question by question, one wrong answer among them."""
    heard = [await seat.say("/new")]
    for text in ("rsi-reversion", "BTC/USDT", "1h", "practice", "1,500", "1500"):
        heard.append(await seat.answer(heard[-1], text))
    heard.append(await seat.press(heard[-1], "Create"))
    return heard


async def a_bot_by_a_line(seat: ChatDriver) -> list[ShownMessage]:
    """Create a bot by one line, look at it, change it, copy it, rename it.

    Lists of bots are laid out in another way on a phone: tests/golden has both.
    """
    heard = [await seat.say(NEW)]
    heard.append(await seat.press(heard[-1], "Create"))
    heard += [await seat.say(line) for line in ("/bot alpha", "/why alpha", "/edit alpha fast=9", "/clone alpha beta")]
    heard += [await seat.say(line) for line in ("/rename beta gamma", "/help new", "/rename gamma beta")]
    return heard


async def a_grid_by_taps(seat: ChatDriver) -> list[ShownMessage]:
    """Look at a price, and make a grid with a range of the form, which says what a level will be."""
    heard = [await seat.say(line) for line in ("/price BTC/USDT", "/new g grid BTC/USDT 1h account=practice")]
    around = next(label for label in heard[-1].buttons if label.startswith("±10%"))
    for label in (around, "1000", "Create"):
        heard.append(await seat.press(heard[-1], label))
    heard += [await seat.say(line) for line in ("/edit g tag=range", "/edit g stop_loss=-3%", "/bot g")]
    return heard


async def a_bot_trades(seat: ChatDriver) -> list[ShownMessage]:
    """Run a bot, hear of its fills with a chart, and look at what came of it."""
    created = await seat.say(NEW)
    heard = [await seat.press(created, "Create and run")]
    await seat.play()
    heard.append(await seat.news("🏁 alpha", "trade 1 closed"))
    lines = ("/pnl alpha", "/trades alpha", "/trades alpha number=1", "/chart alpha", "/stats alpha", "/orders alpha")
    heard += [await seat.say(line) for line in lines]
    return heard


async def stopping(seat: ChatDriver) -> list[ShownMessage]:
    """Pause and resume a bot, and stop it with each policy."""
    created = await seat.say(NEW)
    heard = [await seat.press(created, "Create and run")]
    heard += [await seat.say(line) for line in ("/pause alpha", "/resume alpha")]
    for policy in ("entries", "cancel", "flatten"):
        heard.append(await seat.say(f"/stop alpha policy={policy}"))
        heard.append(await seat.say("/run alpha"))
    return heard


async def deleting(seat: ChatDriver) -> list[ShownMessage]:
    """Delete a bot, which must be stopped first, after a question."""
    created = await seat.say(NEW)
    heard = [await seat.press(created, "Create and run")]
    heard += [await seat.say(line) for line in ("/delete alpha", "/stop alpha", "/delete alpha")]
    heard.append(await seat.press(heard[-1], "Delete"))
    heard.append(await seat.say("/bots"))
    return heard


async def what_does_not_work(seat: ChatDriver) -> list[ShownMessage]:
    """Be refused in every way a person can be."""
    created = await seat.say(NEW)
    await seat.press(created, "Create")
    lines = (
        "/bot nobody", "/resume alpha", "/close alpha", "/new alpha ema-cross BTC/USDT 1h capital=1000",
        "/new beta ema-cross BTC/USDT 1h capital=1000 slow=5", "/new beta nothing BTC/USDT 1h capital=1000",
        "/new beta ema-cross ABC/USDT 1h capital=1000", "/new beta ema-cross BTC/USDT 7m capital=1000",
        "/new beta ema-cross BTC/USDT 1h capital=99999", "/edit alpha fast=x", "/edit alpha fast=99",
        "/rename alpha all", "/settings timezone=Nowhere/Land", "/trades alpha number=7",
    )  # fmt: skip
    return [await seat.say(line) for line in lines]


STORIES = (
    *(a_bot_by_a_line, a_grid_by_taps, a_bot_trades, what_does_not_work),
    *(pytest.param(story, marks=pytest.mark.slow) for story in (a_bot_by_form, stopping, deleting)),
)


@pytest.fixture(autouse=True)
def quick_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the person of a story press at once; tests/integration has the guard against double taps."""
    monkeypatch.setattr(confirmations, "DOUBLE_TAP", timedelta(0))


@pytest.mark.parametrize("story", STORIES)
async def test_every_platform_tells_what_the_console_tells(story: Story, tmp_path: Path) -> None:
    heard: dict[str, list[ShownMessage]] = {}
    for platform, seat_at in SEATS.items():
        folder = tmp_path / platform
        folder.mkdir()
        async with seat_at(folder) as seat:
            heard[platform] = await story(seat)
    for platform in ("telegram", "discord"):
        for here, there in zip(heard["console"], heard[platform], strict=True):
            assert (there.headline, there.buttons, there.pictures) == (here.headline, here.buttons, here.pictures)
            assert not set(there.words) - set(here.words)
            # The console has room for all columns of a table, and says of every picture what it shows.
            assert here.has_table or here.pictures or not set(here.words) - set(there.words)
