"""Everybody has an account called practice: an owner's panic offered it twice, and both buttons meant the first."""

from dataclasses import replace
from pathlib import Path

from bot.domain.facts import Saved
from bot.domain.ids import AccountId, OperatorId
from bot.domain.people import Role
from tests.builders.chat_harness import a_chat_harness
from tests.builders.engine import PRACTICE

HIS, JONAS = AccountId("his"), OperatorId("jonas")


async def test_accounts_of_one_name_are_told_apart(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        jonas = await bench.somebody("jonas", Role.TRADER)
        await bench.engine.database.writer.commit((Saved(replace(PRACTICE, account_id=HIS, owner=JONAS)),))
        await jonas.say("/new his ema-cross BTC/USDT 1h capital=1000")
        await jonas.say("create and run")
        await bench.made()
        await bench.mia.say("/run alpha")
        asked = await bench.mia.ask("/panic policy=cancel")
        offered = [button for button in asked.buttons if button.label.startswith("Account")]
        assert [button.label for button in offered] == ["Account practice of mia", "Account practice of jonas"]
        question = await bench.mia.say(offered[1].command)
        assert question.startswith("🚨 Panic · account practice of jonas stopped")
