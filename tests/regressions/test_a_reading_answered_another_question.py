"""Of many fields filled in at once one had two readings, and its button gave the value to the field asked for."""

from pathlib import Path

from tests.builders.chat_harness import a_chat_harness

LINE = "/new ema-cross BTC/USDT 1h account=practice"


async def test_a_reading_goes_to_the_field_it_was_meant_for(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        asked = await bench.mia.ask(LINE)
        assert asked.sheet is not None
        assert (await bench.mia.say(asked.sheet.command_line({"stake": "1,500"}))).startswith("Invalid: stake 1,500")
        assert (await bench.mia.press("1500")).startswith("New bot · 5 of 5 · PRACTICE · capital")
        sheet = bench.mia.replies[-1].sheet
        assert sheet is not None
        values = {field.name: field.value for field in sheet.fields}
        assert (values["stake"], values["capital"]) == ("1500", "")


async def test_the_field_that_is_asked_for_needs_no_name(tmp_path: Path) -> None:
    async with a_chat_harness(tmp_path) as bench:
        await bench.mia.say(LINE)
        await bench.mia.say("1,500")
        assert (await bench.mia.press("1500")).startswith("New bot · PRACTICE · check and create")
