"""A desk on a Discord that runs in this process: the library's own parsing, tree and views, without a network."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import discord
import simcord
from simcord._clock import Clock as BackendClock
from typing_extensions import override

from adapters.chat.discord.gateway import DiscordGateway
from bot.domain.facts import Saved
from bot.domain.ids import OperatorId
from bot.domain.people import Identity, Operator, Role
from bot.engine.concurrency.task_scope import TaskScope, task_scope
from bot.engine.people.onboarding import PeopleDependencies
from bot.ports.clock import Clock
from tests.builders.chat_harness import ChatHarness, a_chat_harness, a_command_bus
from tests.builders.engine import MIA

PLATFORM = "discord"
TOKEN = "never.used.token"
CODE = "ABCD-EFGH-1"


@dataclass(slots=True)
class DiscordHarness:
    """A desk, its gateway, and a server with a channel; mia and others are in it."""

    chat: ChatHarness
    gateway: DiscordGateway
    task_scope: TaskScope
    env: simcord.Env
    guild: simcord.GuildHandle
    channel: simcord.ChannelHandle
    mia: simcord.UserHandle
    mia_there: simcord.MemberActor

    async def somebody(self, name: str, role: Role | None) -> simcord.MemberActor:
        """Let another person into the server; without a role nobody knows them."""
        member = self.guild.add_member(self.env.create_user(name))
        if role is not None:
            now, operator_id = self.chat.clock.now(), OperatorId(name)
            operator = Operator(operator_id=operator_id, name=name, role=role, timezone="UTC", created_at=now)
            identity = Identity(platform=PLATFORM, platform_id=str(member.id), operator_id=operator_id, linked_at=now)
            await self.chat.engine.database.writer.commit((Saved(operator), Saved(identity)))
        return member

    async def restarted(self) -> None:
        """Connect as another process would: nothing is left of views, modals, drafts and open questions."""
        engine, clock = self.chat.engine, self.chat.clock
        people = PeopleDependencies(
            reader=engine.database.reader,
            writer=engine.database.writer,
            clock=clock,
            practice_venue=engine.market.venue,
            timezone="UTC",
        )
        self.chat.command_bus = a_command_bus(engine, people, self.chat.charts)
        self.chat.command_bus.platform_health.register_platform(PLATFORM)
        self.gateway = DiscordGateway(self.chat.command_bus, TOKEN)
        await self.env.restart_bot(self.gateway.create_client(self.task_scope))


class SharedClock(BackendClock):
    """Discord's clock, which shows the time of the desk's: ids say when an interaction was made."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    @override
    def now(self) -> datetime:
        return self._clock.now() + timedelta(seconds=self.elapsed)


@asynccontextmanager
async def a_discord_harness(folder: Path, *, is_owned: bool = True) -> AsyncIterator[DiscordHarness]:
    """Open a desk on Discord, which mia owns unless nobody does."""
    async with a_chat_harness(folder, is_owned=is_owned) as bench, task_scope() as scope:
        await bench.people.prepare_setup_code(CODE)
        bench.command_bus.platform_health.register_platform(PLATFORM)
        gateway = DiscordGateway(bench.command_bus, TOKEN)
        bench.command_bus.topics.register_gateway(gateway)
        async with running(gateway.create_client(scope), bench.clock) as env:
            guild = env.create_guild()
            channel = guild.create_text_channel("desk")
            mia = env.create_user("mia")
            await mia.send_dm("hello")
            if is_owned:
                identity = Identity(
                    platform=PLATFORM,
                    platform_id=str(mia.id),
                    operator_id=MIA.operator_id,
                    linked_at=MIA.created_at,
                )
                await bench.engine.database.writer.commit((Saved(identity),))
            yield DiscordHarness(bench, gateway, scope, env, guild, channel, mia, guild.add_member(mia))


@asynccontextmanager
async def running(client: discord.Client, clock: Clock) -> AsyncIterator[simcord.Env]:
    """Run a client; unlike `simcord.run` this may end in another context, as fixtures do."""
    env = simcord.Env(client)
    env.backend.clock = SharedClock(clock)
    await env.start()
    try:
        yield env
    finally:
        await env.shutdown()
    env.raise_errors()


def content(result: simcord.InteractionResult) -> str:
    """Return line 1 of the answer to an interaction."""
    assert result.response is not None, f"no answer: {result}"
    return result.response.content


def aside(result: simcord.InteractionResult) -> str:
    """Return what was said to one person alone beside the message that was pressed."""
    (message,) = result.followups
    assert message.ephemeral
    return message.content


def labels(message: simcord.ResponseMessage) -> list[str]:
    """Return what stands on the buttons of a message."""
    return [str(item["label"]) for row in message.components for item in row["components"] if "label" in item]


def inputs(result: simcord.InteractionResult) -> dict[str, str]:
    """Return the inputs of a modal with what stands in them."""
    assert result.modal is not None, f"no modal: {result}"
    return dict(_inputs(result.modal["components"]))


def _inputs(labels: list[Mapping[str, Mapping[str, object]]]) -> Iterator[tuple[str, str]]:
    for label in labels:
        item = label["component"]
        options = item.get("options")
        chosen = [one["value"] for one in options if one.get("default")] if isinstance(options, list) else []
        yield str(item["custom_id"]), str(item.get("value") or "".join(map(str, chosen)))
