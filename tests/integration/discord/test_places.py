"""Where people write to the desk: private chats, channels, threads, and places where it is only a guest."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.domain.facts import Saved
from bot.domain.people import Identity
from tests.builders.discord_connection import DiscordConnectionHarness, a_discord_connection
from tests.builders.engine import MIA
from tests.fakes.discord_events import (
    CHANNEL,
    EVENT,
    GUEST_BETWEEN_PEOPLE,
    GUEST_IN_A_SERVER,
    PRIVATE,
    THREAD,
    InteractionContext,
    InteractionSender,
)
from tests.fakes.discord_server import FakeDiscord, Fault

EPHEMERAL = 64
CAPITAL = "capital 1,000.00 USDT"


@pytest.fixture
async def line(tmp_path: Path, discord_server: FakeDiscord) -> AsyncIterator[DiscordConnectionHarness]:
    """Give a connected gateway of a desk that mia owns, with a bot of hers."""
    async with a_discord_connection(tmp_path, discord_server) as opened:
        identity = Identity(
            platform="discord",
            platform_id="42",
            operator_id=MIA.operator_id,
            linked_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        await opened.chat.engine.database.writer.commit((Saved(identity),))
        await opened.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha", capital="1000")
        await opened.until_up()
        yield opened


async def answered(
    line: DiscordConnectionHarness, place: InteractionContext, name: str, words: Mapping[str, str] | None = None
) -> str:
    discord, before = line.server, len(line.server.answers)
    await discord.connection.emit(EVENT, InteractionSender(context=place).slash(name, words))
    await line.until(lambda: len(discord.answers) > before)
    return str(discord.answers[-1])


@pytest.mark.parametrize("place", [CHANNEL, THREAD, GUEST_IN_A_SERVER, GUEST_BETWEEN_PEOPLE])
async def test_others_read_there_so_amounts_are_hidden_and_private_answers_for_one(
    line: DiscordConnectionHarness, place: InteractionContext
) -> None:
    assert CAPITAL not in await answered(line, place, "bot", {"name": "alpha"})
    assert line.server.callbacks[-1] == {"type": 5}
    await answered(line, place, "balance")
    assert line.server.callbacks[-1] == {"type": 5, "data": {"flags": EPHEMERAL}}


async def test_a_private_chat_shows_everything_to_stay(line: DiscordConnectionHarness) -> None:
    assert CAPITAL in await answered(line, PRIVATE, "bot", {"name": "alpha"})
    await answered(line, PRIVATE, "balance")
    assert [one.get("type") for one in line.server.callbacks] == [5, 5]
    assert not any("data" in one for one in line.server.callbacks)


@pytest.mark.parametrize(
    ("place", "is_kept"),
    [(PRIVATE, True), (CHANNEL, True), (THREAD, True), (GUEST_IN_A_SERVER, False), (GUEST_BETWEEN_PEOPLE, False)],
)
async def test_cards_are_kept_true_where_the_desk_may_change_them(
    line: DiscordConnectionHarness, place: InteractionContext, is_kept: bool
) -> None:
    await answered(line, place, "bot", {"name": "alpha"})
    await answered(line, place, "version")
    assert bool(len(line.chat.command_bus.live_messages)) == is_kept


async def test_a_thread_follows_a_bot_and_hears_of_it(line: DiscordConnectionHarness) -> None:
    assert "alpha" in await answered(line, THREAD, "subscribe", {"name": "alpha"})
    found = await line.chat.command_bus.chats.find_destination("discord:55")
    assert found is not None
    assert (found.is_private, found.title) == (False, "alpha")


async def test_a_guest_who_is_too_late_answers_in_private(line: DiscordConnectionHarness) -> None:
    discord = line.server
    discord.fail("POST /interactions", Fault(404, 10062))
    discord.fail("POST /channels/8/messages", Fault(403, 50001))
    await discord.connection.emit(EVENT, InteractionSender(context=GUEST_BETWEEN_PEOPLE).slash("version"))
    await line.until(lambda: bool(discord.messages("742")))
    assert "Quarterdeck" in discord.contents("742")[0]
