"""Interactions that waited at Discord: their ids say when they were made."""

from datetime import timedelta

import simcord

from tests.builders.discord_harness import DiscordHarness, content


async def waits(desk: DiscordHarness, duration: timedelta) -> None:
    """Let what is made now arrive later, as after an outage: the id is older than the desk's time."""
    desk.env.backend.clock.advance(-duration.total_seconds())


async def test_a_command_that_waited_asks_again(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    await desk.restarted()
    await waits(desk, timedelta(seconds=61))
    asked = await desk.mia.slash("run", names="alpha")
    assert "/run alpha (PRACTICE) was sent 11:58:59 and waited 1 min 1 s. Do it now?" in content(asked)
    assert asked.response is not None
    await waits(desk, timedelta(seconds=-61))
    desk.chat.clock.advance(timedelta(seconds=2))
    done = await desk.mia.click(asked.response, label="Do it now")
    assert "running" in shown(done)


async def test_a_press_that_waited_asks_again_and_one_that_reduces_risk_is_done(desk: DiscordHarness) -> None:
    bot_id = await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    card = await desk.mia.slash("bot", name="alpha")
    assert card.response is not None
    await desk.restarted()
    await waits(desk, timedelta(minutes=5))
    asked = await desk.mia.click(card.response, label="Run")
    assert "waited 5 min" in shown(asked)
    await desk.chat.engine.run(bot_id)
    done = await desk.mia.slash("stop", names="alpha")
    assert "stopped" in content(done)


def shown(result: simcord.InteractionResult) -> str:
    """Return everything an answer shows."""
    texts = [message.content for message in result.followups]
    return " ".join([*texts, result.response.content if result.response is not None else ""])
