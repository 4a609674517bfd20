"""What people do on Discord, through the library's own parsing, from slash command to answer."""

from pathlib import Path

from bot.domain.people import Role
from tests.builders.discord_harness import CODE, DiscordHarness, a_discord_harness, aside, content, inputs, labels


async def test_the_first_to_send_the_setup_code_owns_the_desk(tmp_path: Path) -> None:
    async with a_discord_harness(tmp_path, is_owned=False) as engine:
        shown = await engine.mia.slash("claim")
        assert inputs(shown) == {"code": ""}
        result = await engine.mia.submit_modal(shown, {"code": CODE})
        assert content(result).startswith("✅ You are the owner")
        again = await engine.mia.slash("claim", code=CODE)
        assert content(again) == "Refused: this desk has an owner already."


async def test_codes_are_refused_where_others_read_and_nobody_else_sees_it(tmp_path: Path) -> None:
    async with a_discord_harness(tmp_path, is_owned=False) as engine:
        result = await engine.mia_there.slash(engine.channel, "claim")
        assert result.response is None, "a stranger hears nothing in a group"
        result = await engine.mia_there.slash(engine.channel, "claim", code=CODE)
        assert result.response is None
        assert engine.channel.last_message is None


async def test_a_refused_entry_is_not_typed_again(desk: DiscordHarness) -> None:
    form = await desk.mia.slash(
        "new", name="alpha", strategy="ema-cross", symbol="BTC/USDT", timeframe="1h", account="practice"
    )
    assert form.response is not None
    shown = await desk.mia.click(form.response, label="Fill in 1 of 3…")
    typed = {"name": "alpha", "capital": "1,500"}
    refused = await desk.mia.submit_modal(shown, typed)
    assert content(refused).startswith("Invalid: capital 1,500")
    assert refused.response is not None
    shown = await desk.mia.click(refused.response, label="Fix…")
    assert inputs(shown)["capital"] == "1,500"
    summary = await desk.mia.submit_modal(shown, {**typed, "capital": "1500"})
    assert content(summary).startswith("**New bot** · PRACTICE · check and create")


async def test_one_answer_is_given_in_words(desk: DiscordHarness) -> None:
    form = await desk.mia.slash("new", strategy="ema-cross", symbol="BTC/USDT", timeframe="1h", account="practice")
    assert form.response is not None
    shown = await desk.mia.click(form.response, label="Answer…")
    assert inputs(shown) == {"answer": ""}
    after = await desk.mia.submit_modal(shown, {"answer": "700"})
    assert "check and create" in content(after)


async def test_settings_are_one_text_of_words(desk: DiscordHarness) -> None:
    words = {"strategy": "ema-cross", "symbol": "BTC/USDT", "timeframe": "1h", "capital": "1000"}
    summary = await desk.mia.slash("new", name="alpha", settings='fast=9 slow=30 stop_loss="3%"', **words)
    assert "check and create" in content(summary)
    assert summary.response is not None
    assert "Stop loss                3%" in str(summary.response.embeds[0].description)
    wrong = await desk.mia.slash("new", name="beta", settings="fast 9", **words)
    assert content(wrong).startswith("Invalid:")


async def test_a_refusal_is_put_right_by_one_press(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    near = await desk.mia.slash("bot", name="alhpa")
    assert near.response is not None
    (card,) = (await desk.mia.click(near.response, label="alpha")).followups
    assert card.content == "⏹️ **alpha** · PRACTICE · created, never run"
    wrong = await desk.mia.slash("edit", name="alpha", changes="slow=10")
    assert content(wrong).startswith("Invalid: slow 10")
    assert wrong.response is not None
    (use, *_) = labels(wrong.response)
    assert use.startswith("Use ")
    mended = await desk.mia.click(wrong.response, label=use)
    (message,) = mended.followups
    assert message.content.startswith("Invalid: nothing differs from alpha"), "which bot was meant is not lost"


async def test_a_bot_runs_and_stops_by_buttons_of_its_card(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    card = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    assert card.response is not None
    running = await desk.mia_there.click(card.response, label="Run")
    assert content(running).startswith("🟢 **alpha** · PRACTICE · running")
    assert running.response is not None
    assert running.response.id == card.response.id
    question = await desk.mia_there.slash(desk.channel, "close", names="alpha")
    assert question.response is not None


async def test_who_paused_a_bot_when_stands_on_the_clock_of_who_reads(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    card = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    assert card.response is not None
    running = await desk.mia_there.click(card.response, label="Run")
    assert running.response is not None
    assert "<t:" not in str(running.response.embeds[0].description), "what the recording did has its own clock"
    paused = await desk.mia_there.click(running.response, label="Pause")
    at = int(desk.chat.clock.now().timestamp())
    assert content(paused) == f"⏸️ **alpha** · PRACTICE · paused by mia <t:{at}:t>, flat"


async def test_private_answers_are_for_one_person_in_a_channel(desk: DiscordHarness) -> None:
    in_channel = await desk.mia_there.slash(desk.channel, "balance")
    assert in_channel.response is not None
    assert in_channel.response.ephemeral
    in_private = await desk.mia.slash("balance")
    assert in_private.response is not None
    assert not in_private.response.ephemeral


async def test_a_viewer_is_told_privately_that_a_button_is_not_theirs(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    jonas = await desk.somebody("jonas", Role.VIEWER)
    card = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    assert card.response is not None
    before = card.response.content
    pressed = await jonas.click(card.response, label="Run")
    assert aside(pressed).startswith("Refused:")
    assert card.response.content == before
