"""A proxy that answered 403 or 404 with a page of its own was taken for the platform.

A chat was given up for good, or the token called refused.
"""

from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import web
from typing_extensions import override

from bot.commands.reply.blocks import sentence_reply
from bot.domain.errors import DeliveryError, DestinationGone
from bot.domain.events import NotificationLevel
from tests.builders.discord_connection import a_discord_connection, a_discord_server
from tests.builders.telegram_harness import MIA_ID, PLATFORM, TelegramHarness, a_telegram_harness, serving_people
from tests.fakes import discord_server
from tests.fakes.bot_api.faults import BAD_GATEWAY, Fault

HELLO = sentence_reply("hello")
STATUSES = (403, 404)


@dataclass(frozen=True, slots=True)
class PageForTelegram(Fault):
    """A page instead of Telegram's answer."""

    status: int = 403

    @override
    def response(self, request: web.Request) -> web.StreamResponse:
        return page(self.status)


@dataclass(frozen=True, slots=True)
class PageForDiscord(discord_server.Fault):
    """A page instead of Discord's answer."""

    @override
    def response(self) -> web.Response:
        return page(self.status)


def page(status: int) -> web.Response:
    return web.Response(text=BAD_GATEWAY, status=status, content_type="text/html")


@pytest.mark.parametrize("status", STATUSES)
async def test_a_chat_of_telegram_is_not_given_up(tmp_path: Path, status: int) -> None:
    async with a_telegram_harness(tmp_path) as counter:
        counter.mia.writes("hello")
        counter.telegram.fail("sendMessage", PageForTelegram(status=status))
        error = await refused_by_telegram(counter)
        assert "reached" in str(error)
        assert (error.is_permanent, error.is_doubtful) == (False, False)
        await counter.gateway.send_message(str(MIA_ID), HELLO, level=NotificationLevel.LOUD)


@pytest.mark.parametrize("status", STATUSES)
async def test_a_token_of_telegram_is_not_called_refused(tmp_path: Path, status: int) -> None:
    async with a_telegram_harness(tmp_path) as counter:
        counter.telegram.fail("getMe", PageForTelegram(status=status))
        async with serving_people(counter):
            await counter.reports("cannot be reached")
            assert PLATFORM in counter.chat.command_bus.platform_health.open_platforms


@pytest.mark.parametrize("status", STATUSES)
async def test_a_channel_of_discord_is_not_given_up(
    tmp_path: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_discord_server(monkeypatch) as server, a_discord_connection(tmp_path, server) as line:
        await line.until_up()
        server.fail("POST /channels/5/messages", PageForDiscord(status))
        with pytest.raises(DeliveryError) as caught:
            await line.gateway.send_message("5", HELLO, level=NotificationLevel.LOUD)
        assert not isinstance(caught.value, DestinationGone)
        assert (caught.value.is_permanent, caught.value.is_doubtful) == (False, False)
        await line.gateway.send_message("5", HELLO, level=NotificationLevel.LOUD)


async def refused_by_telegram(counter: TelegramHarness) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await counter.gateway.send_message(str(MIA_ID), HELLO, level=NotificationLevel.LOUD)
    assert not isinstance(caught.value, DestinationGone)
    return caught.value
