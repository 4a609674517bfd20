"""On a pipe `no` said "Nothing waits for an answer." while a question waited, since only `yes` needs its code there."""

from pathlib import Path

from tests.builders.chat_harness import a_chat_harness


async def test_no_without_a_code_drops_the_newest_question(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        asked = await bench.mia.say("/delete alpha")
        code = asked.rpartition("yes ")[2][:4]
        assert await bench.mia.say("no") == "Canceled: /delete alpha was not carried out."
        assert (await bench.mia.say(f"yes {code}")).startswith("Refused: this question was answered already")
