"""A bot that was run after the recording had ended was never stopped: the end was told to running bots once."""

from pathlib import Path

from bot.domain.instance import BotStatus
from tests.builders.running_process import a_running_process


async def test_a_bot_that_is_run_after_the_end_of_the_recording_is_stopped(tmp_path: Path) -> None:
    async with a_running_process(tmp_path) as engine:
        await engine.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
        await engine.say("create")
        await engine.played()
        await engine.say("/run alpha")
        await engine.told("alpha", "stopped: the recording has ended")
        assert (await engine.bot("alpha")).status is BotStatus.STOPPED
