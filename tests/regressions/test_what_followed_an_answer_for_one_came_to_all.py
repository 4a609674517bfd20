"""A press on an ephemeral message was answered too late for Discord: the answer for one person went to the channel."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.facts import Saved
from bot.domain.people import Identity
from tests.builders.discord_connection import a_discord_connection, a_discord_server
from tests.builders.engine import MIA
from tests.fakes.discord_events import CHANNEL, EVENT, InteractionSender
from tests.fakes.discord_server import Fault

ME = replace(InteractionSender(), context=CHANNEL)
EPHEMERAL = 64


async def test_what_comes_too_late_goes_to_the_private_chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_discord_server(monkeypatch) as server, a_discord_connection(tmp_path, server) as line:
        identity = Identity(
            platform="discord", platform_id=ME.user_id, operator_id=MIA.operator_id, linked_at=MIA.created_at
        )
        await line.chat.engine.database.writer.commit((Saved(identity),))
        await line.until_up()
        await line.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
        server.fail("POST /interactions", Fault(404, 10062))
        press = ME.press("b0xxx/bot alpha")
        message = press["message"]
        assert isinstance(message, dict)
        await server.connection.emit(EVENT, press | {"message": message | {"flags": EPHEMERAL}})
        await line.until(lambda: bool(server.messages("742") or server.messages("5")))
        assert not server.messages("5")
        assert "alpha" in server.contents("742")[0]
