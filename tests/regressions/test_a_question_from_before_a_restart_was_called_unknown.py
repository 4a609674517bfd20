"""A press of a question that was asked before a restart was told that no question has that code, as if mistyped."""

from pathlib import Path

from tests.builders.chat_harness import ScriptedPerson, a_chat_harness


async def test_a_pressed_question_from_before_a_restart_has_expired(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.made()
        phone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False, is_tap=True)
        yes = (await phone.ask("/delete alpha")).buttons[-1].command
    async with a_chat_harness(tmp_path) as bench:
        phone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False, is_tap=True)
        assert (await phone.say(yes)).startswith("Refused: this question has expired")
        assert (await bench.mia.say("yes ZZZZ")).startswith("Invalid: there is no question with that code.")
        assert await bench.engine.database.reader.bot_by_name("alpha") is not None
