"""A bot that was run after the recording had ended was said to run, and stopped a second later, or never."""

from pathlib import Path

from bot.domain.instance import BotStatus
from tests.builders.running_process import a_running_process


async def test_a_bot_is_not_run_after_the_end_of_the_recording(tmp_path: Path) -> None:
    async with a_running_process(tmp_path) as engine:
        await engine.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
        await engine.say("create")
        await engine.played()
        answer = await engine.say("/run alpha")
        assert "Refused: alpha (PRACTICE) cannot run: the recording has ended." in answer
        assert (await engine.bot("alpha")).status is BotStatus.CREATED
        assert "restart" in await engine.confirmed("/market action=restart")
        await engine.say("/run alpha")
        assert (await engine.bot("alpha")).status is BotStatus.RUNNING
