"""A list that one person saw offered to be kept live; pressed, it asked a member of the server to invite the desk."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import simcord

from tests.builders.discord_harness import DiscordHarness, a_discord_harness, labels


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DiscordHarness]:
    async with a_discord_harness(tmp_path) as opened:
        yield opened


async def list_for_one(desk: DiscordHarness) -> simcord.ResponseMessage:
    listed = await desk.mia_there.slash(desk.channel, "bots")
    asked = await desk.mia.slash("delete", name="beta")
    assert listed.response is not None
    assert asked.response is not None
    desk.chat.clock.advance(timedelta(seconds=2))
    await desk.mia.click(asked.response, label="Delete")
    (gone,) = (await desk.mia_there.click(listed.response, label="beta")).followups
    (shown,) = (await desk.mia_there.click(gone, label="Bots")).followups
    return shown


async def test_a_list_for_one_person_cannot_be_kept_live(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="beta")
    shown = await list_for_one(desk)
    assert shown.ephemeral
    assert "Keep live" not in labels(shown)
