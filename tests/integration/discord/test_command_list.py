"""The list of commands is sent to Discord when it changed, and only then."""

import discord

from adapters.chat.discord.interactions.client import DiscordClient
from bot.engine.people.key_values import KeyValueStore
from tests.builders.discord_harness import DiscordHarness


def syncs(desk: DiscordHarness) -> int:
    return sum(entry.method == "PUT" and entry.path.endswith("/commands") for entry in desk.env.http_requests)


async def test_commands_are_sent_once_and_not_again_by_the_next_process(desk: DiscordHarness) -> None:
    assert syncs(desk) == 1
    await desk.restarted()
    assert syncs(desk) == 1


async def test_commands_that_changed_are_sent_again(desk: DiscordHarness) -> None:
    writer, reader = desk.chat.engine.database.writer, desk.chat.engine.database.reader
    await KeyValueStore(reader, writer, "discord").save_value("commands", "of another version")
    await desk.restarted()
    assert syncs(desk) == 2


async def test_commands_are_for_servers_and_people_and_need_nothing_privileged(desk: DiscordHarness) -> None:
    client = desk.env.bot
    assert isinstance(client, DiscordClient)
    assert client.intents == discord.Intents(guilds=True)
    for command in client.tree.get_commands():
        sent = command.to_dict(client.tree)
        assert (sent["integration_types"], sent["contexts"]) == ([0, 1], [0, 1, 2])
