"""From a phone: what is unguarded, the question before a stop goes, and a panic that blocks before it asks."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.data.recording import RECORDED_VENUE
from bot.commands.guards import confirmations
from tests.builders.chat_driver import DriverFactory
from tests.builders.discord_driver import DiscordDriver, a_discord_driver
from tests.builders.running_process import RunningProcess
from tests.builders.telegram_driver import TelegramDriver, a_telegram_driver

NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%"


async def playing_until_it_holds(process: RunningProcess) -> None:
    """Let the market run until the bot has bought, and stand still then."""
    replay = process.engine.replays[RECORDED_VENUE]
    await replay.set_speed(None)
    mailboxes = process.engine.supervisor.mailboxes
    while all(session.is_flat for session in mailboxes.sessions()):
        assert not replay.state().has_ended
        await asyncio.sleep(0)
    await replay.pause_clock()
    await process.settled()


@pytest.mark.slow
@pytest.mark.parametrize("seat_at", [a_telegram_driver, a_discord_driver])
async def test_a_stop_that_goes_is_asked_about_listed_and_named_by_a_panic(
    seat_at: DriverFactory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "DOUBLE_TAP", timedelta(0))
    async with seat_at(tmp_path) as seat:
        assert isinstance(seat, TelegramDriver | DiscordDriver)
        await seat.press(await seat.say(NEW), "Create and run")
        assert (await seat.say("/naked")).headline == "Naked · nothing is open"
        await playing_until_it_holds(seat.process)
        assert (await seat.say("/naked")).headline == "Naked · every stop works: 1 position guarded"

        asked = await seat.say("/edit alpha stop_loss=none")
        assert {"Nothing", "guards", "long"} <= set(asked.words)
        assert asked.buttons == ("apply",)
        await seat.press(asked, "Apply")
        naked = await seat.say("/naked")
        assert naked.headline == "Naked · 1 position has no stop set"
        assert "edit alpha" in naked.buttons

        asked = await seat.say("/panic")
        assert asked.headline.startswith("🚨 Panic, everything: entries are blocked")
        assert [state.scope for state in seat.process.engine.panic.states()] == ["all"]
        assert {"No", "stop", "works", "for", "alpha"} <= set(asked.words)
        assert asked.buttons == ("keep them", "sell them now")
        done = await seat.press(asked, "Sell them now")
        assert done.headline.startswith("🚨 Panic · all stopped")
        fleet = await seat.say("/bots")
        assert {"Panic", "in", "force:", "everything."} <= set(fleet.words)
        assert "unlock" in fleet.buttons
        assert (await seat.say("/unlock")).headline.startswith("✅ Panic lifted")
        assert seat.process.engine.panic.states() == ()
