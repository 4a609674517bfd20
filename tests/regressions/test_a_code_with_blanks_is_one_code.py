"""`/claim ABCD EFGH` was refused with half of the code in the complaint, and the audit kept that complaint."""

from pathlib import Path

from bot.ports.storage import Page
from tests.builders.chat_harness import ScriptedPerson, a_chat_harness


async def test_no_part_of_a_code_comes_back_or_is_kept(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.mia.say("/claim ABCD EFGH")
        (row,) = await bench.engine.database.reader.audit_entries(Page(limit=1))
        assert "EFGH" not in row.arguments + row.result


async def test_blanks_in_the_code_do_not_matter(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path, is_owned=False) as bench:
        code = await bench.people.prepare_setup_code("ABCD-EFGH")
        assert code is not None
        claimed = await ScriptedPerson(bench.command_bus, "1000").say("/claim abcd efgh")
        assert claimed.startswith("✅ You are the owner, linked to this account.")
