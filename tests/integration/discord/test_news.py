"""News over the real relay and real sockets: in order, once, at Discord's pace, and answers before them."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.reply.blocks import sentence_reply
from bot.domain.destination import DestinationKind
from bot.domain.events import AccessChanged, NotificationLevel
from bot.domain.facts import DestinationSaved, EventRaised, Saved
from bot.domain.people import Identity
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.relay import Relay
from tests.builders import facts as a
from tests.builders.discord_connection import A_MOMENT, DEADLINE_SECONDS, DiscordConnectionHarness, a_discord_connection
from tests.builders.engine import MIA
from tests.fakes.discord_events import EVENT, InteractionSender
from tests.fakes.discord_server import FakeDiscord, Fault

PRIVATE, ME = "7", InteractionSender()
SECOND = timedelta(seconds=1)
POST = "POST /channels/7/messages"


@asynccontextmanager
async def a_relay(line: DiscordConnectionHarness) -> AsyncIterator[Relay]:
    """Run a relay that tells mia in her private chat on Discord."""
    database, engine = line.chat.engine.database, line.chat.command_bus
    identity = Identity(
        platform="discord",
        platform_id=ME.user_id,
        operator_id=MIA.operator_id,
        linked_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    await database.writer.commit((Saved(identity), DestinationSaved(a.a_destination(f"discord:{PRIVATE}"))))
    notifier = engine.build_notifier((line.gateway,))
    relay = Relay(
        RelayContext(
            reader=database.reader,
            writer=database.writer,
            clock=line.chat.clock,
            notifier=notifier,
            last_chats=engine.last_chats,
        )
    )
    running = asyncio.create_task(relay.run())
    yield relay
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


async def raise_events(
    line: DiscordConnectionHarness,
    relay: Relay,
    numbers: Iterable[int],
    level: NotificationLevel = NotificationLevel.SILENT,
) -> None:
    events = [
        replace(a.an_event(f"e{number}", payload=AccessChanged(text=f"event {number}.")), level=level)
        for number in numbers
    ]
    await line.chat.engine.database.writer.commit(tuple(map(EventRaised, events)))
    relay.schedule_delivery()


def told(discord: FakeDiscord) -> list[int]:
    """Return the events in the order in which they stand in messages and their lines."""
    return [int(found) for message in discord.messages(PRIVATE) for found in re.findall(r"event (\d+)", _text(message))]


def _text(message: Mapping[str, object]) -> str:
    embeds = message.get("embeds")
    descriptions = [str(one.get("description")) for one in embeds] if isinstance(embeds, list) else []
    return "\n".join([str(message.get("content")), *descriptions])


async def all_told(line: DiscordConnectionHarness, count: int) -> None:
    """Let time pass, second by second, whenever everybody waits for it, until all events are told."""
    async with asyncio.timeout(DEADLINE_SECONDS * 3):
        while len(told(line.server)) < count:
            if line.chat.clock.sleepers:
                line.chat.clock.advance(SECOND)
            await asyncio.sleep(A_MOMENT)


async def test_300_events_arrive_in_order_and_once_at_discords_pace_while_commands_answer(
    tmp_path: Path, discord_server: FakeDiscord
) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line) as relay:
        await line.until_up()
        await raise_events(line, relay, range(1, 301))
        await line.until(lambda: len(told(discord_server)) >= 5 and line.chat.clock.sleepers > 0)
        begun = line.chat.clock.now()
        await discord_server.connection.emit(EVENT, ME.slash("version"))
        await line.until(lambda: len(discord_server.answers) == 1)
        assert line.chat.clock.now() == begun, "a command waits for no news"
        assert len(told(discord_server)) < 300
        await all_told(line, 300)
        assert told(discord_server) == list(range(1, 301))
        assert len(discord_server.messages(PRIVATE)) < 30
    assert not discord_server.refused


async def test_no_window_holds_more_messages_than_discord_takes(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line) as relay:
        await line.until_up()
        times: list[datetime] = []
        begun = line.chat.clock.now()
        discord_server.on_received = lambda _: times.append(line.chat.clock.now())
        await raise_events(line, relay, range(1, 41), NotificationLevel.CRITICAL)
        await all_told(line, 40)
    assert len(times) == 40, "what has to be acted on is never a line of a digest"
    # A message may arrive later than it was let go, so only what comes too early is wrong.
    assert all(time - begun >= timedelta(seconds=5) * (place // 5) for place, time in enumerate(times))


async def test_an_outage_loses_and_repeats_nothing(tmp_path: Path, discord_server: FakeDiscord) -> None:
    lost = Fault(503, is_done=True)
    discord_server.fail(POST, Fault(503), lost, Fault(429, retry_after=40), lost)
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line) as relay:
        await line.until_up()
        await raise_events(line, relay, range(1, 9))
        await all_told(line, 8)
        assert told(discord_server) == list(range(1, 9))


async def test_what_may_have_arrived_long_ago_is_marked(tmp_path: Path, discord_server: FakeDiscord) -> None:
    discord_server.fail(POST, Fault(503, is_done=True), *[Fault(503)] * 8)
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line) as relay:
        await line.until_up()
        await raise_events(line, relay, [1])
        await all_told(line, 2)
        first, second = discord_server.contents(PRIVATE)
        assert second == f"(sent again) {first}"


async def test_a_private_chat_that_blocked_us_is_not_tried_for_ever(
    tmp_path: Path, discord_server: FakeDiscord
) -> None:
    discord_server.fail(POST, Fault(403, 50007))
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line) as relay:
        await line.until_up()
        await raise_events(line, relay, [1])
        reader = line.chat.engine.database.reader
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not (await reader.destinations())[0].blocked:  # noqa: ASYNC110 - a store raises no events
                await asyncio.sleep(A_MOMENT)
        await discord_server.connection.emit(EVENT, ME.slash("version"))
        await line.until(lambda: len(discord_server.answers) == 1)
        relay.schedule_delivery()
        await all_told(line, 1)


async def test_the_host_of_a_channel_is_called_for_what_is_loud(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line, a_relay(line):
        await line.until_up()
        group = replace(
            a.a_destination("discord:5"), operator_id=MIA.operator_id, kind=DestinationKind.GROUP, address="5"
        )
        await line.chat.engine.database.writer.commit((DestinationSaved(group),))
        await line.gateway.send_message("5", sentence_reply("@everyone look"), level=NotificationLevel.LOUD)
        await line.gateway.send_message(PRIVATE, sentence_reply("look"), level=NotificationLevel.LOUD)
        (loud,) = discord_server.messages("5")
        assert str(loud["content"]).endswith(f"<@{ME.user_id}>")
        assert loud["allowed_mentions"] == {"parse": [], "users": [int(ME.user_id)]}
        assert discord_server.messages(PRIVATE)[0]["allowed_mentions"] == {"parse": []}
