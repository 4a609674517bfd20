"""The connection over real sockets: it stands, falls, is resumed, refused or made anew, and the board says so."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.chat.discord.gateway import DiscordGateway
from bot.commands.reply.blocks import sentence_reply
from bot.domain.errors import DeliveryError
from bot.domain.events import NotificationLevel
from bot.engine.concurrency.task_scope import task_scope
from tests.builders.chat_harness import a_chat_harness
from tests.builders.discord_connection import a_discord_connection
from tests.fakes.discord_server import TOKEN, FakeDiscord, Fault

LOGIN = "GET /users/@me"
SOON, LATER = timedelta(seconds=2), timedelta(minutes=11)


async def test_it_stands_and_sends(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        assert await line.gateway.send_message("5", sentence_reply("hello"), level=NotificationLevel.SILENT) == "1001"
    assert discord_server.connection.identified[0]["intents"] == 1, "guilds alone, nothing privileged"


async def test_nothing_is_sent_before_it_stands(tmp_path: Path, discord_server: FakeDiscord) -> None:
    discord_server.is_down = True
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_told("reached")
        with pytest.raises(DeliveryError, match="not connected"):
            await line.gateway.send_message("5", sentence_reply("hello"), level=NotificationLevel.SILENT)


async def test_down_at_login_is_tried_again_until_it_is_up(tmp_path: Path, discord_server: FakeDiscord) -> None:
    discord_server.is_down = True
    async with a_discord_connection(tmp_path, discord_server) as line:
        part = await line.until_told("reached")
        assert not part.is_healthy
        assert "discord" in line.chat.command_bus.platform_health.open_platforms
        await line.passed(timedelta(seconds=1))
        await line.passed(timedelta(seconds=2))
        await line.until(lambda: line.chat.clock.sleepers > 0)
        discord_server.is_down = False
        await line.passed(timedelta(seconds=4))
        await line.until_up()


async def test_what_happens_after_a_client_was_closed_is_dropped(tmp_path: Path) -> None:
    """The library says "ready" from a task of its own; it may do so after the connection was closed."""
    async with a_chat_harness(tmp_path) as chat, task_scope() as scope:
        client = DiscordGateway(chat.command_bus, TOKEN).create_client(scope)
        async with client:
            pass
        client.dispatch("ready")
        assert not client.was_ready


@pytest.mark.parametrize("fault", [Fault(503), Fault(429, retry_after=90)])
async def test_a_login_that_is_refused_for_now_is_tried_again(
    tmp_path: Path, discord_server: FakeDiscord, fault: Fault
) -> None:
    discord_server.fail(LOGIN, fault)
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_told("Discord a")
        assert "discord" in line.chat.command_bus.platform_health.open_platforms
        await line.passed(timedelta(seconds=91))
        await line.until_up()


async def test_discord_is_waited_for_as_long_as_it_asks(tmp_path: Path, discord_server: FakeDiscord) -> None:
    discord_server.fail(LOGIN, Fault(429, retry_after=90))
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_told("asks to wait")
        await line.passed(timedelta(seconds=89))
        assert line.chat.clock.sleepers == 1
        assert discord_server.calls.count(LOGIN) == 1


async def test_a_refused_token_is_final_and_named(
    tmp_path: Path, discord_server: FakeDiscord, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with a_discord_connection(tmp_path, discord_server, token="revoked.discord.token") as line:
        part = await line.until_told("DISCORD_TOKEN")
        assert not part.is_healthy
        assert "discord" in line.chat.command_bus.platform_health.closed_platforms
        discord_server.token = "revoked.discord.token"
        await line.passed(LATER)
        await line.until_up()  # a person has mended it there
    assert "revoked.discord.token" not in caplog.text


async def test_a_token_that_is_revoked_while_it_stands_is_final(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        await discord_server.connection.close(4004)
        await line.until_told("DISCORD_TOKEN")
        assert "discord" in line.chat.command_bus.platform_health.closed_platforms


async def test_a_connection_that_fell_is_resumed_at_once(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        await discord_server.connection.close(4000)
        await line.until_told("fell")
        await discord_server.connection.ready()
        await line.until_up()
        assert (discord_server.connection.resumed, len(discord_server.connection.identified)) == (1, 1)
        assert discord_server.calls.count(LOGIN) == 1


async def test_a_session_that_is_over_is_begun_anew(tmp_path: Path, discord_server: FakeDiscord) -> None:
    discord_server.connection.is_resumable = False
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        await discord_server.connection.close(4000)
        await line.until_told("fell")
        await line.passed(timedelta(seconds=5))
        await discord_server.connection.ready()
        await line.until_up()
        assert len(discord_server.connection.identified) == 2


async def test_an_event_that_breaks_the_library_ends_only_its_connection(
    tmp_path: Path, discord_server: FakeDiscord
) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        await discord_server.connection.emit("INTERACTION_CREATE", {"id": "no number"})
        await line.until_told("broke")
        await line.passed(SOON)
        await line.until_up()
        assert await line.gateway.send_message("5", sentence_reply("hello"), level=NotificationLevel.SILENT)


async def test_commands_that_could_not_be_sent_hold_up_nothing_and_are_sent_later(
    tmp_path: Path, discord_server: FakeDiscord
) -> None:
    discord_server.fail("PUT /applications", Fault(503))
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        assert await line.gateway.send_message("5", sentence_reply("hello"), level=NotificationLevel.SILENT)
        await line.until(lambda: any(call.startswith("PUT") for call in discord_server.calls))
        assert not discord_server.commands
        await line.passed(timedelta(minutes=1))
        await line.until(lambda: len(discord_server.commands) > 50)
