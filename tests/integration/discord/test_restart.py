"""After the process died: buttons, lists and forms work or say that they are over, and nothing is done twice."""

from datetime import timedelta

from tests.builders.discord_harness import DiscordHarness, aside, content, inputs


async def test_a_card_works_after_a_restart(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    card = await desk.mia_there.slash(desk.channel, "bot", name="alpha")
    assert card.response is not None
    await desk.restarted()
    running = await desk.mia_there.click(card.response, label="Run")
    assert "running" in content(running)
    assert running.response is not None
    assert running.response.id == card.response.id


async def test_a_form_goes_on_after_a_restart(desk: DiscordHarness) -> None:
    form = await desk.mia.slash("new", strategy="ema-cross", symbol="BTC/USDT", timeframe="1h", account="practice")
    assert form.response is not None
    await desk.restarted()
    shown = await desk.mia.click(form.response, label="Fill in 1 of 3…")
    assert "capital" in inputs(shown)
    await desk.restarted()
    summary = await desk.mia.submit_modal(shown, {"name": "alpha", "capital": "1000"})
    assert "check and create" in content(summary)


async def test_a_form_that_is_over_says_so(desk: DiscordHarness) -> None:
    form = await desk.mia.slash("new", strategy="ema-cross", symbol="BTC/USDT", timeframe="1h", account="practice")
    assert form.response is not None
    shown = await desk.mia.click(form.response, label="Answer…")
    desk.chat.clock.advance(timedelta(minutes=31))
    late = await desk.mia.submit_modal(shown, {"answer": "1000"})
    assert aside(late).startswith("Refused: this form is over")
    again = await desk.mia.click(form.response, label="Fill in 1 of 3…")
    assert content(again).startswith("Refused: this form is over")


async def test_a_question_of_another_process_is_not_answered(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    question = await desk.mia.slash("delete", name="alpha")
    assert question.response is not None
    await desk.restarted()
    desk.chat.clock.advance(timedelta(seconds=2))
    pressed = await desk.mia.click(question.response, label="Delete")
    assert aside(pressed).startswith(("Refused:", "Invalid:"))
    assert await desk.chat.engine.database.reader.bot_by_name("alpha") is not None


async def test_a_long_line_is_remembered_for_its_button(desk: DiscordHarness) -> None:
    for number in range(12):
        name = f"bot-with-a-long-name-{number:02}"
        await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name=name, capital="100")
    fleet = await desk.mia.slash("bots")
    assert fleet.response is not None
    await desk.restarted()
    after = await desk.mia.click(fleet.response, label="\u203a")
    assert after.response is not None
    assert after.response.id == fleet.response.id
