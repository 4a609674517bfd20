"""A desk with its command ring over a real engine, and people who type."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from adapters.data.recording import Recording
from bot.commands.dispatch.command_bus import CommandBus
from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import (
    Block,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    WarningText,
)
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.spec.request import Request
from bot.domain.facts import Saved
from bot.domain.ids import AccountId, OperatorId
from bot.domain.people import Identity, Operator, Role
from bot.engine.backtest.job import BacktestRunner
from bot.engine.health.figures import ComponentHealth, FeedHealth, HealthFigures
from bot.engine.people.claim import Ownership
from bot.engine.people.onboarding import PeopleDependencies
from bot.ports.charts import ChartRenderer
from tests.builders.engine import MIA, PRACTICE, EngineHarness, Seams, an_engine
from tests.builders.stretches import a_stretch
from tests.fakes.backtest_runner import FakeBacktestRunner
from tests.fakes.charts import FakeRenderer
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage

WIDTH = 100
NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)


class FixedHealth:
    """Health figures that never change."""

    def health_figures(self) -> HealthFigures:
        return HealthFigures(
            started_at=NOON,
            version="0.1.0",
            running_bots=1,
            loop_lag_ms=0.4,
            worst_lag_ms=3.2,
            memory_bytes=120 * 1024 * 1024,
            queues=(("writer", 0), ("mailboxes", 2)),
            feeds=(FeedHealth(name="recorded", series=10, newest=NOON, market_time=NOON),),
            components=(ComponentHealth("storage", "well"),),
        )


@dataclass(slots=True)
class ScriptedPerson:
    """Somebody who types; `say` returns the answer as plain text, an empty text for silence."""

    command_bus: CommandBus
    platform_id: str
    platform: str = "console"
    is_private: bool = True
    group: str = "-100"
    is_terminal: bool = False
    is_slash_optional: bool = True
    is_tap: bool = False
    is_aside: bool = False
    has_lists: bool = False
    sent_at: datetime | None = None
    replies: list[Reply] = field(default_factory=list)

    async def say(self, text: str, update_id: str | None = None) -> str:
        answer = await self.command_bus.pipeline.dispatch_request(self.request(text, update_id))
        if answer is None:
            return ""
        self.replies.append(answer)
        return plain_text(answer)

    async def ask(self, text: str) -> Reply:
        await self.say(text)
        return self.replies[-1]

    async def press(self, label: str) -> str:
        """Send the command of a button of the last reply."""
        return await self.say(next(b.command for b in self.replies[-1].buttons if b.label == label))

    def request(self, text: str, update_id: str | None = None) -> Request:
        return Request(
            platform=self.platform,
            platform_id=self.platform_id,
            chat=self.platform_id if self.is_private else self.group,
            text=text,
            display_name="mia",
            is_private=self.is_private,
            is_terminal=self.is_terminal,
            is_slash_optional=self.is_slash_optional,
            is_button_press=self.is_tap,
            is_ephemeral=self.is_aside,
            has_multiple_selects=self.has_lists,
            is_throttled=not self.is_slash_optional,
            update_id=update_id,
            sent_at=self.sent_at,
        )


@dataclass(slots=True)
class ChatHarness:
    """An engine with a desk on it, and mia, its owner."""

    engine: EngineHarness
    command_bus: CommandBus
    clock: FakeClock
    charts: FakeRenderer
    people: Ownership
    mia: ScriptedPerson
    runner: FakeBacktestRunner

    async def somebody(self, name: str, role: Role) -> ScriptedPerson:
        """Let another person aboard."""
        operator = Operator(
            operator_id=OperatorId(name), name=name, role=role, timezone="UTC", created_at=self.clock.now()
        )
        identity = Identity(
            platform="console", platform_id=name, operator_id=operator.operator_id, linked_at=self.clock.now()
        )
        await self.engine.database.writer.commit((Saved(operator), Saved(identity)))
        return ScriptedPerson(self.command_bus, name)

    async def trader(self, name: str) -> ScriptedPerson:
        """Let a trader aboard who has a practice account, as whoever joins has."""
        person = await self.somebody(name, Role.TRADER)
        account = replace(PRACTICE, account_id=AccountId(f"{name}s"), owner=OperatorId(name))
        await self.engine.database.writer.commit((Saved(account),))
        return person

    async def made(self, line: str = "/new alpha ema-cross BTC/USDT 1h capital=1000") -> str:
        """Create a bot as mia."""
        await self.mia.say(line)
        return await self.mia.say("create")


@asynccontextmanager
async def a_chat_harness(
    folder: Path, recording: Recording | None = None, *, is_owned: bool = True, seams: Seams | None = None
) -> AsyncIterator[ChatHarness]:
    """Open a desk over a recorded market that stands still until the engine plays it."""
    recording = recording or a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=200)
    clock, charts = FakeClock(), FakeRenderer()
    async with an_engine(folder, recording, clock=clock, seams=seams) as engine:
        reader, writer = engine.database.reader, engine.database.writer
        if is_owned:
            identity = Identity(
                platform="console", platform_id="1000", operator_id=MIA.operator_id, linked_at=MIA.created_at
            )
            await writer.commit((Saved(identity),))
        # Without an owner: people of their own, since the engine brings mia along.
        shelf = MemoryStorage(clock)
        known, noted = (reader, writer) if is_owned else (shelf, shelf)
        people = PeopleDependencies(
            reader=known, writer=noted, clock=clock, practice_venue=engine.market.venue, timezone="Europe/Berlin"
        )
        runner = FakeBacktestRunner()
        desk = a_command_bus(engine, people, charts, runner)
        yield ChatHarness(engine, desk, clock, charts, desk.ownership, ScriptedPerson(desk, "1000"), runner)


def a_command_bus(
    engine: EngineHarness,
    people: PeopleDependencies,
    charts: ChartRenderer,
    runner: BacktestRunner | None = None,
) -> CommandBus:
    """Put the command ring onto an engine."""
    return CommandBus(engine.engine, charts, people, FixedHealth(), runner or FakeBacktestRunner())


def plain_text(reply: Reply, width: int = WIDTH) -> str:
    """Draw a reply the way every gateway's text would read, without markup and buttons."""
    visible = make_visible(reply, is_hiding_amounts=False)
    return "\n".join(line for block in visible.blocks for line in _lines(block, width))


def _lines(block: Block, width: int) -> list[str]:
    match block:
        case Headline(plain_text=text) | Text(text=text) | WarningText(text=text):
            return text.split("\n")
        case KeyValues():
            return pair_lines(block, width)
        case Table():
            return table_lines(block, width)
        case Footer():
            return [f"({block.line})"]
        case Image():
            return [f"[{block.filename}] {block.caption}"]
        case FormChoices():
            return [" | ".join(button.label for button in block.buttons)]
        case _:
            return []
