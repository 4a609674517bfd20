"""A seat at Discord: the real library's own parsing and views, in a private chat."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import discord
import simcord

from adapters.chat.discord.gateway import DiscordGateway
from adapters.data.recording import RECORDED_VENUE
from bot.assembly.platforms import GatewayFactory, Platform
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.forms.new_bot import NEXT_LABEL
from bot.engine.concurrency.task_scope import task_scope
from tests.builders.chat_driver import NAME, ChatDriver, ShownMessage, market, shown_message
from tests.builders.discord_harness import running
from tests.builders.running_process import SETUP_CODE, RunningProcess, a_running_process
from tests.builders.slash import slash

PLATFORM, TOKEN = "discord", "never.used.token"
_MARKS = re.compile(r"\*\*|```|`|^-# ", re.MULTILINE)
_ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s])")
ANSWER = "Answer…"
_TIME = re.compile(r"(?<!\\)<t:(\d+):([tTfD])>")
_STYLES = {"t": "%H:%M", "T": "%H:%M:%S", "f": "%-d %b %H:%M", "D": "%-d %b %Y"}
_OWN = re.compile(r"(?:Answer|Fill in|More|Fix)\b.*…")
"""Buttons that open modals, which only Discord has."""


class SimulatedGateway(DiscordGateway):
    """A gateway whose one client runs on a Discord in this process."""

    def __init__(self, front: GatewayContext, opened: "asyncio.Future[simcord.Env]") -> None:
        super().__init__(front, TOKEN)
        self._opened = opened
        self._clock = front.clock

    async def run(self) -> None:
        async with task_scope() as scope, running(self.create_client(scope), self._clock) as env:
            self._opened.set_result(env)
            await asyncio.Event().wait()


@dataclass(slots=True)
class DiscordDriver:
    """Sends slash commands, clicks, fills in modals."""

    process: RunningProcess
    person: simcord.UserHandle

    async def say(self, line: str) -> ShownMessage:
        name, options = slash(self.process.chat.command_bus.registry, line)
        told = _answered(await self.person.slash(name, **options))
        # Elsewhere a form has no page with all its lists: who chooses nothing there is asked question by question.
        return await self.press(told, NEXT_LABEL) if NEXT_LABEL.casefold() in told.buttons else told

    async def answer(self, form: ShownMessage, text: str) -> ShownMessage:
        shown = await self.person.click(form.source, label=ANSWER)
        return _answered(await self.person.submit_modal(shown, {"answer": text}))

    async def press(self, shown: ShownMessage, label: str) -> ShownMessage:
        message = shown.source
        assert isinstance(message, simcord.ResponseMessage)
        for item in _items(message.components):
            if str(item.get("label", "")).casefold() == label.casefold():
                return _answered(await self.person.click(message, label=str(item["label"])))
            for option in _options(item):
                if str(option["label"]).casefold() == label.casefold():
                    picked = [option["value"]]
                    return _answered(await self.person.select(message, picked, custom_id=str(item["custom_id"])))
        raise AssertionError(f"no button {label}: {shown}")

    async def news(self, *texts: str) -> ShownMessage:
        await self.process.settled()
        for message in reversed(self.person.dm_channel.history()):
            if all(text in _text(message) for text in texts):
                return replace(_shown_message(message, message), buttons=())
        raise AssertionError(f"{texts} never came: {[_text(one) for one in self.person.dm_channel.history()]}")

    async def play(self) -> None:
        await self.say("/market speed=max")
        await self.process.engine.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
        await self.process.settled()


def _answered(result: simcord.InteractionResult) -> ShownMessage:
    assert result.response is not None, f"no answer: {result}"
    return _shown_message(result.response.message, result.response)


def _shown_message(message: discord.Message, place: simcord.ResponseMessage | discord.Message) -> ShownMessage:
    components = [row.to_dict() for row in message.components]
    labels = [label for item in _items(components) for label in _labels(item) if not _OWN.fullmatch(label)]
    return shown_message(_text(message), tuple(labels), len(message.attachments), place)


def _text(message: discord.Message) -> str:
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or ""]
        parts += [f"{field.name} {field.value}" for field in embed.fields]
        parts.append(embed.footer.text or "")
    parts += [attachment.description or "" for attachment in message.attachments]
    return _TIME.sub(_shown_time, _ESCAPED.sub(r"\1", _MARKS.sub("", "\n".join(part for part in parts if part))))


def _shown_time(mark: re.Match[str]) -> str:
    """Write a time as a client in UTC does."""
    moment = datetime.fromtimestamp(int(mark.group(1)), UTC)
    return f"{moment:{_STYLES[mark.group(2)]}}"


def _items(rows: Sequence[object]) -> list[Mapping[str, object]]:
    """Return the buttons and lists of all rows."""
    found: list[Mapping[str, object]] = []
    for row in rows:
        assert isinstance(row, Mapping)
        found += row["components"]
    return found


def _options(item: Mapping[str, object]) -> list[Mapping[str, object]]:
    options = item.get("options")
    return options if isinstance(options, list) else []


def _labels(item: Mapping[str, object]) -> list[str]:
    return [str(option["label"]) for option in _options(item)] or [str(item.get("label", ""))]


def a_discord() -> "tuple[asyncio.Future[simcord.Env], Platform]":
    """Return a platform that a desk can be given, and the Discord in this process once the desk has connected."""
    opened: asyncio.Future[simcord.Env] = asyncio.get_running_loop().create_future()

    def load() -> GatewayFactory:
        return lambda front: SimulatedGateway(front, opened)

    return opened, Platform(name=PLATFORM, load_gateway_factory=load)


async def open_driver(process: RunningProcess, opened: "asyncio.Future[simcord.Env]") -> DiscordDriver:
    """Open a private chat with the desk."""
    env = await opened
    person = env.create_user(NAME)
    await person.send_dm("hello")
    return DiscordDriver(process, person)


@asynccontextmanager
async def a_discord_driver(folder: Path) -> AsyncIterator[ChatDriver]:
    """Claim a desk on Discord."""
    opened, platform = a_discord()
    async with a_running_process(folder, market(), is_claimed=False, platforms=(platform,)) as engine:
        seat = await open_driver(engine, opened)
        await seat.say(f"/claim {SETUP_CODE}")
        yield seat
