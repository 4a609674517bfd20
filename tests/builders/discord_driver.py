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
from bot.assembly.platforms import MakeGateway, Platform
from bot.commands.dispatch.gateway_context import FrontDesk
from bot.commands.forms.new_bot_page import NEXT
from bot.engine.concurrency.task_scope import task_nest
from tests.builders.chat_driver import NAME, Seat, Told, market, told
from tests.builders.discord_harness import running
from tests.builders.running_process import SETUP_CODE, OpenDesk, a_desk
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

    def __init__(self, front: FrontDesk, opened: "asyncio.Future[simcord.Env]") -> None:
        super().__init__(front, TOKEN)
        self._opened = opened

    async def run(self) -> None:
        async with task_nest() as nest, running(self.client(nest)) as env:
            self._opened.set_result(env)
            await asyncio.Event().wait()


@dataclass(slots=True)
class DiscordSeat:
    """Sends slash commands, clicks, fills in modals."""

    desk: OpenDesk
    person: simcord.UserHandle

    async def say(self, line: str) -> Told:
        name, options = slash(self.desk.chat.commands.registry, line)
        told = _answered(await self.person.slash(name, **options))
        # Elsewhere a form has no page with all its lists: who chooses nothing there is asked question by question.
        return await self.press(told, NEXT) if NEXT.casefold() in told.buttons else told

    async def answer(self, form: Told, text: str) -> Told:
        shown = await self.person.click(form.place, label=ANSWER)
        return _answered(await self.person.submit_modal(shown, {"answer": text}))

    async def press(self, shown: Told, label: str) -> Told:
        message = shown.place
        assert isinstance(message, simcord.ResponseMessage)
        for item in _items(message.components):
            if str(item.get("label", "")).casefold() == label.casefold():
                return _answered(await self.person.click(message, label=str(item["label"])))
            for option in _options(item):
                if str(option["label"]).casefold() == label.casefold():
                    picked = [option["value"]]
                    return _answered(await self.person.select(message, picked, custom_id=str(item["custom_id"])))
        raise AssertionError(f"no button {label}: {shown}")

    async def news(self, *texts: str) -> Told:
        await self.desk.settled()
        for message in reversed(self.person.dm_channel.history()):
            if all(text in _text(message) for text in texts):
                return replace(_told(message, message), buttons=())
        raise AssertionError(f"{texts} never came: {[_text(one) for one in self.person.dm_channel.history()]}")

    async def play(self) -> None:
        await self.say("/market speed=max")
        await self.desk.desk.market.feed.wait_until_ended()
        await self.desk.settled()


def _answered(result: simcord.InteractionResult) -> Told:
    assert result.response is not None, f"no answer: {result}"
    return _told(result.response.message, result.response)


def _told(message: discord.Message, place: simcord.ResponseMessage | discord.Message) -> Told:
    components = [row.to_dict() for row in message.components]
    labels = [label for item in _items(components) for label in _labels(item) if not _OWN.fullmatch(label)]
    return told(_text(message), tuple(labels), len(message.attachments), place)


def _text(message: discord.Message) -> str:
    parts = [message.content]
    for embed in message.embeds:
        parts += [embed.title or "", embed.description or "", embed.footer.text or ""]
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

    def load() -> MakeGateway:
        return lambda front: SimulatedGateway(front, opened)

    return opened, Platform(name=PLATFORM, load=load)


async def seated(desk: OpenDesk, opened: "asyncio.Future[simcord.Env]") -> DiscordSeat:
    """Open a private chat with the desk."""
    env = await opened
    person = env.create_user(NAME)
    await person.send_dm("hello")
    return DiscordSeat(desk, person)


@asynccontextmanager
async def a_discord_seat(folder: Path) -> AsyncIterator[Seat]:
    """Claim a desk on Discord."""
    opened, platform = a_discord()
    async with a_desk(folder, market(), is_claimed=False, platforms=(platform,)) as desk:
        seat = await seated(desk, opened)
        await seat.say(f"/claim {SETUP_CODE}")
        yield seat
