"""A bot was created but not run: the form said only that, stayed open, and made a second bot when tapped again."""

from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.engine.bots.lifecycle import Lifecycle
from tests.builders.chat_harness import a_chat_harness

NEW = "/new ema-cross BTC/USDT 1h capital=1000"


async def test_a_run_refused_by_panic_is_told_on_the_card_of_the_new_bot(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        question = await bench.mia.say("/panic scope=all policy=cancel")
        await bench.mia.say(f"yes {question.partition('send yes ')[2][:4]}")
        await bench.mia.say(NEW)
        answer = await bench.mia.say("create and run")
        assert answer.startswith("⏹️ ema-cross-btc · PRACTICE · created, never run")
        assert "Refused: ema-cross-btc (PRACTICE) is blocked by panic" in answer
        assert "1 bot" in await bench.mia.say("/bots")
        assert "no command" in await bench.mia.say("create"), "the form is over"


async def test_a_form_answered_again_after_a_failed_start_finds_its_bot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise Unavailable("disk full")

    async with a_chat_harness(tmp_path) as bench:
        await bench.mia.say(NEW)
        with monkeypatch.context() as broken:
            broken.setattr(Lifecycle, "start_bot", fails)
            assert (await bench.mia.say("create and run")).startswith("Failed:")
        assert "created and running" in await bench.mia.say("create and run")
        assert "1 bot" in await bench.mia.say("/bots")
