"""Forms filled in at once, as platforms with real forms send them."""

from bot.commands.reply.sheet import FormSheet
from tests.builders.chat_harness import ChatHarness


def sheet_of(bench: ChatHarness) -> FormSheet:
    sheet = bench.mia.replies[-1].sheet
    assert sheet is not None
    return sheet


async def test_names_amounts_and_parameters_are_sent_together(bench: ChatHarness) -> None:
    await bench.mia.say("/new ema-cross BTC/USDT 1h account=practice")
    typed = sheet_of(bench)
    names = [field.name for field in typed.fields]
    assert names[:2] == ["name", "capital"]
    assert {"fast", "slow", "stop_loss", "kind"} <= set(names)
    kind = next(field for field in typed.fields if field.name == "kind")
    assert "ema" in kind.choices
    summary = await bench.mia.say(
        typed.command_line(
            {"name": "alpha", "capital": "1000", "fast": "30", "slow": "60", "stop_loss": "3%", "kind": ""}
        )
    )
    assert summary.startswith("New bot · PRACTICE · check and create")
    assert "alpha" in summary
    values = {field.name: field.value for field in sheet_of(bench).fields}
    assert (values["fast"], values["slow"], values["stop_loss"]) == ("30", "60", "3%")
    assert (await bench.mia.press("Create")).startswith("⏹️ alpha · PRACTICE · created, never run")


async def test_of_several_wrong_answers_nothing_is_kept(bench: ChatHarness) -> None:
    await bench.mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000")
    refused = await bench.mia.say(sheet_of(bench).command_line({"fast": "30", "slow": "20"}))
    assert refused.startswith("Invalid: slow 20 must be above fast 30")
    values = {field.name: field.value for field in sheet_of(bench).fields}
    assert (values["fast"], values["slow"]) == ("12", "26")


async def test_several_settings_of_a_bot_are_edited_at_once(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/edit alpha")
    sheet = sheet_of(bench)
    values = {field.name: field.value for field in sheet.fields}
    assert values["fast"] == "12"
    changed = await bench.mia.say(sheet.command_line({**values, "fast": "10", "stop_loss": "3%"}))
    assert changed.startswith("alpha · PRACTICE · v2: ")
    assert "fast 12 -> 10" in changed
    assert "slow" not in changed


async def test_a_sheet_without_a_change_changes_nothing(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/edit alpha")
    sheet = sheet_of(bench)
    same = {field.name: field.value for field in sheet.fields}
    assert (await bench.mia.say(sheet.command_line(same))).startswith("Invalid: nothing differs.")
