"""Keeping the fleet live: offered where messages stay, and what it shows is what its person may see at that time."""

from dataclasses import replace

import pytest

from bot.commands.reply.blocks import LiveMode, Table
from bot.domain.errors import Unavailable
from bot.domain.facts import Saved
from bot.domain.ids import OperatorId
from bot.domain.people import Identity, Role
from tests.builders.chat_harness import NOON, ChatHarness, ScriptedPerson
from tests.builders.engine import MIA
from tests.integration.commands.test_people import answered_yes

PLATFORM = "telegram"


async def at_telegram(bench: ChatHarness, operator_id: OperatorId, platform_id: str) -> ScriptedPerson:
    """Link somebody to an account at a platform where messages stay."""
    if PLATFORM not in bench.command_bus.platform_health.open_platforms:
        bench.command_bus.platform_health.register_platform(PLATFORM)
    identity = Identity(platform=PLATFORM, platform_id=platform_id, operator_id=operator_id, linked_at=NOON)
    await bench.engine.database.writer.commit((Saved(identity),))
    return ScriptedPerson(bench.command_bus, platform_id, platform=PLATFORM)


def keeping(person: ScriptedPerson) -> LiveMode:
    return person.replies[-1].live_mode


def labels(person: ScriptedPerson) -> list[str]:
    return [button.label for button in person.replies[-1].buttons]


async def test_it_is_offered_where_messages_stay(bench: ChatHarness) -> None:
    await bench.made()
    mia = await at_telegram(bench, MIA.operator_id, "42")
    assert (await mia.ask("/bots filter=alpha")).live_mode is LiveMode.DEFAULT
    assert labels(mia) == ["alpha", "New", "PnL", "Keep live", "Panic"]
    assert (await mia.press("Keep live")).startswith("Fleet · 1 bot")
    assert keeping(mia) is LiveMode.PINNED
    assert labels(mia) == ["alpha", "New", "PnL", "Stop live", "Panic"]
    await mia.press("Stop live")
    assert keeping(mia) is LiveMode.UNPINNED
    assert labels(mia) == ["alpha", "New", "PnL", "Keep live", "Panic"]


async def test_the_console_neither_offers_nor_does_it(bench: ChatHarness) -> None:
    await bench.made()
    await bench.mia.say("/bots")
    assert "Keep live" not in labels(bench.mia)
    assert (await bench.mia.say("/live")).startswith("Refused: a message is kept live on Telegram and Discord only.")


async def test_a_fleet_without_bots_stays_live_and_can_be_stopped(bench: ChatHarness) -> None:
    mia = await at_telegram(bench, MIA.operator_id, "42")
    answer = await mia.ask("/live")
    assert (answer.headline, answer.subject_key, answer.live_mode) == (
        "Fleet · no bots yet",
        "list:bots",
        LiveMode.PINNED,
    )
    assert "Stop live" in labels(mia)
    await mia.say("/live filter=btc")
    assert "Stop live" in labels(mia)


async def test_it_shows_what_its_person_may_see_each_time(bench: ChatHarness) -> None:
    await bench.made()
    jonas = await bench.somebody("jonas", Role.VIEWER)
    there = await at_telegram(bench, OperatorId("jonas"), "77")
    await bench.mia.say("/share alpha jonas viewer")
    look = bench.command_bus.pipeline.refresh_reply
    request = there.request("/live")
    shown = await look(request)
    assert shown is not None
    assert [row[0] for block in shown.blocks if isinstance(block, Table) for row in block.rows] == ["alpha"]
    await bench.mia.say("/share alpha jonas none")
    shown = await look(request)
    assert shown is not None
    assert shown.headline == "Fleet · no bots yet"
    assert (await answered_yes(bench.mia, "/remove jonas")).startswith("✅ jonas is removed")
    assert await look(request) is None
    assert await look(replace(request, platform_id="99")) is None
    assert jonas.platform == "console"


async def test_what_broke_is_told_apart_from_what_may_not_be_seen(
    bench: ChatHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> bytes:
        raise RuntimeError("no font")

    await bench.made()
    await bench.mia.say("/run alpha")
    monkeypatch.setattr(bench.charts, "render", broken)
    with pytest.raises(Unavailable, match="not looked at, E-"):
        await bench.command_bus.pipeline.refresh_reply(bench.mia.request("/chart alpha"))
    assert await bench.command_bus.pipeline.refresh_reply(bench.mia.request("/chart beta")) is None
