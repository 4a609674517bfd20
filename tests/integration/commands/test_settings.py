"""What people choose for themselves, as they type and tap it."""

from bot.domain.people import Role
from bot.ports.charts import Theme
from tests.builders.chat_harness import ChatHarness


async def test_settings_show_what_is_chosen_and_change_it(bench: ChatHarness) -> None:
    text = await bench.mia.say("/settings")
    assert text.startswith("Settings · mia, owner · Console linked")
    assert "dark" in text
    changed = await bench.mia.say("/settings timezone=vienna charts=light failover=10")
    assert changed.startswith("✅ Settings")
    assert "Europe/Vienna" in changed
    assert "light" in changed
    assert "10 min" in changed
    assert bench.mia.replies[-1].is_private


async def test_charts_are_drawn_as_their_reader_likes_them(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/chart alpha")
    await bench.mia.say("/settings charts=light")
    await bench.mia.say("/chart alpha")
    assert bench.charts.themes == [Theme.DARK, Theme.LIGHT]


async def test_a_setting_that_cannot_be_is_refused_with_an_example(bench: ChatHarness) -> None:
    assert await bench.mia.say("/settings timezone=Mars") == (
        "Invalid: no time zone Mars. Expected a city or a zone, for example timezone=Europe/Berlin"
    )
    assert (await bench.mia.say("/settings charts=pink")) == (
        "Invalid: charts cannot be pink. Expected dark or light, for example charts=dark"
    )
    assert (await bench.mia.say("/settings prefer=discord")).startswith("Invalid: prefer cannot be discord.")
    assert (await bench.mia.say("/settings failover=0")).startswith("Invalid: failover cannot be 0.")
    assert (await bench.mia.say("/settings language=de")).startswith("Invalid: texts are in English so far.")


async def test_a_viewer_has_settings_too(bench: ChatHarness) -> None:
    vera = await bench.somebody("vera", Role.VIEWER)
    assert "America/New_York" in await vera.say('/settings timezone="new york"')
    assert "UTC" not in await vera.say("/settings")


async def test_alerts_cycle_with_each_tap(bench: ChatHarness) -> None:
    first = await bench.mia.ask("/notify")
    assert first.headline == "Alerts · on, silent, off in turn; quiet hours silence all but 🚨"
    assert [button.label for button in first.buttons] == [
        "Fills: silent",
        "Orders: off",
        "Signals: off",
        "Life: silent",
        "Risk: on",
        "Errors: on",
        "Reports: silent",
    ]
    await bench.mia.press("Fills: silent")
    assert [button.label for button in bench.mia.replies[-1].buttons][:2] == ["Fills: off", "Orders: off"]
    await bench.mia.press("Orders: off")
    assert [button.label for button in bench.mia.replies[-1].buttons][:2] == ["Fills: off", "Orders: on"]
    assert bench.mia.replies[-1].subject_key == "list:notify"


async def test_a_kind_can_be_set_by_words(bench: ChatHarness) -> None:
    await bench.mia.say("/notify life-cycle off")
    assert "Life: off" in [button.label for button in bench.mia.replies[-1].buttons]
    assert (await bench.mia.say("/notify weather on")).startswith("Invalid: kind cannot be weather.")
    assert (await bench.mia.say("/notify fills loud")).startswith("Invalid: level cannot be loud.")


async def test_quiet_hours_are_set_shown_and_ended(bench: ChatHarness) -> None:
    assert await bench.mia.say("/quiet") == "No quiet hours."
    assert (await bench.mia.say("/quiet 23-7")) == "✅ Quiet hours 23:00 to 07:00 (UTC); only 🚨 rings then."
    assert "23:00 to 07:00" in await bench.mia.say("/settings")
    assert (await bench.mia.say("/quiet 22:30-06:45")).startswith("✅ Quiet hours 22:30 to 06:45")
    assert (await bench.mia.say("/quiet 25-7")).startswith("Invalid: no hours in 25-7.")
    assert (await bench.mia.say("/quiet 7-7")).startswith("Invalid:")
    assert await bench.mia.say("/quiet off") == "✅ No quiet hours."
