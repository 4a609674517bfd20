"""A fleet that is kept live on Discord."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.commands.notify.live_message import REFRESH_INTERVAL
from bot.domain.errors import MessageGone
from bot.engine.concurrency.task_scope import task_scope
from tests.builders.discord_harness import DiscordHarness, aside, labels


@asynccontextmanager
async def cards_kept(desk: DiscordHarness) -> AsyncIterator[None]:
    """Keep cards true while the block lasts."""
    desk.chat.command_bus.live_messages.add_gateway(desk.gateway)
    async with task_scope() as scope:
        scope.start_task(desk.chat.command_bus.live_messages.run(), "live cards")
        yield


async def until(desk: DiscordHarness, is_so: Callable[[], bool]) -> None:
    """Let the time go by until something is so."""
    async with asyncio.timeout(20):
        while not is_so():
            desk.chat.clock.advance(REFRESH_INTERVAL)
            await asyncio.sleep(0.01)


async def test_it_is_pinned_and_kept_true_until_somebody_stops_it(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    chat = desk.mia.dm_channel
    async with cards_kept(desk):
        shown = await desk.mia.slash("bots")
        assert shown.response is not None
        kept = await desk.mia.click(shown.response, label="Keep live")
        assert kept.response is not None
        assert kept.response.id == shown.response.id
        await until(desk, lambda: [one.id for one in chat.pinned_messages()] == [kept.response.id])
        await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="beta")
        await until(desk, lambda: "2 bots" in chat.history()[-1].content)
        assert chat.history()[-1].embeds[0].footer.text == "PnL closed + open, after fees · live"
        stopped = await desk.mia.click(kept.response, label="Stop live")
        assert stopped.response is not None
        assert "Keep live" in labels(stopped.response)
        await until(desk, lambda: not chat.pinned_messages())


async def test_where_it_is_no_member_nothing_is_kept_live(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    shown = await desk.mia_there.slash(desk.channel, "bots")
    assert shown.response is not None
    refused = await desk.mia_there.click(shown.response, label="Keep live")
    assert aside(refused) == "Refused: a message is kept live only where I am a member. Invite me to this server first."
    assert len(desk.chat.command_bus.live_messages) == 0


async def test_what_is_not_there_cannot_be_pinned(desk: DiscordHarness) -> None:
    with pytest.raises(MessageGone):
        await desk.gateway.pin_message(str(desk.channel.id), "123456")
