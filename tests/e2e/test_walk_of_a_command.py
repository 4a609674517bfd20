"""The first walk of the design: `/run alpha`, from the line that is typed to every destination that is told."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.spec.request import Request
from bot.domain.events import BotStarted
from bot.domain.facts import DeliverySaved, DeliveryStatus, DestinationSaved, EventAddressed, EventRaised, Fact, Saved
from bot.domain.ids import OperatorId
from bot.domain.instance import Bot, BotStatus
from bot.domain.people import AuditEntry, Identity, Operator, Role
from bot.ports.storage import Page
from tests.builders.facts import WALL, a_destination, saved_records
from tests.builders.piped_process import PipedProcess, a_piped_process
from tests.builders.stretches import a_stretch

PHONE = "phone"
MAX_COMMANDS = 40
"""So many commands a chat platform may send at a time."""


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[PipedProcess]:
    async with a_piped_process(tmp_path, a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=5)) as opened:
        opened.type("/new alpha ema-cross BTC/USDT 1h capital=1000")
        opened.type("create")
        await opened.shows("⏹️ alpha · PRACTICE · created, never run")
        yield opened


async def aboard(desk: PipedProcess, name: str, role: Role) -> None:
    """Let somebody with a phone aboard."""
    operator = Operator(operator_id=OperatorId(name), name=name, role=role, timezone="UTC", created_at=WALL)
    identity = Identity(platform=PHONE, platform_id=name, operator_id=operator.operator_id, linked_at=WALL)
    chat = a_destination(f"{PHONE}:{name}", operator=name)
    await desk.composition.engine.writer.commit((Saved(operator), Saved(identity), DestinationSaved(chat)))


async def say(desk: PipedProcess, name: str, line: str) -> str:
    """Send a line from somebody's phone and return the first line of the answer."""
    request = Request(platform=PHONE, platform_id=name, chat=name, text=line, display_name=name)
    answer = await desk.composition.chat.command_bus.pipeline.dispatch_request(request)
    return answer.headline if answer else ""


def is_bot(fact: Fact, status: BotStatus) -> bool:
    return [(bot.name, bot.status) for bot in saved_records([fact], Bot)] == [("alpha", status)]


def is_started(fact: Fact) -> bool:
    return isinstance(fact, EventRaised) and isinstance(fact.event.payload, BotStarted)


def is_audit(fact: Fact, arguments: str = "alpha") -> bool:
    return [(entry.command, entry.arguments) for entry in saved_records([fact], AuditEntry)] == [("run", arguments)]


async def test_a_typed_run_is_stored_station_by_station(desk: PipedProcess) -> None:
    await aboard(desk, "jonas", Role.OWNER)
    desk.type("/run alpha")
    await desk.shows("🟢 alpha · PRACTICE · running")
    await desk.recorder.holds(lambda fact: isinstance(fact, EventAddressed))
    journal = desk.recorder
    starting = journal.index_of(lambda fact: is_bot(fact, BotStatus.STARTING))
    running = journal.index_of(lambda fact: is_bot(fact, BotStatus.RUNNING))
    audited = journal.index_of(is_audit)
    addressed = journal.index_of(lambda fact: isinstance(fact, EventAddressed))
    assert starting < running < audited
    assert running < addressed
    assert journal.index_of(is_started) == running, "the state and what is told of it are one unit of work"
    (audit,) = saved_records(journal.unit_at(audited), AuditEntry)
    owner = await desk.composition.engine.reader.identity("console", audit.platform_id)
    assert owner is not None
    assert (audit.platform, audit.operator_id, audit.chat) == ("console", owner.operator_id, "local")
    assert audit.result == "🟢 alpha · PRACTICE · running"
    (told,) = [fact.destinations for fact in journal.unit_at(addressed) if isinstance(fact, EventAddressed)]
    assert set(told) == {"console:local", f"{PHONE}:jonas"}


async def test_the_reply_is_all_that_the_chat_hears_in_which_it_was_typed(desk: PipedProcess) -> None:
    desk.type("/run alpha")
    await desk.shows("🟢 alpha · PRACTICE · running")
    await desk.recorder.holds(lambda fact: isinstance(fact, DeliverySaved))
    deliveries = [
        fact.delivery for _, unit in desk.recorder.units() for fact in unit if isinstance(fact, DeliverySaved)
    ]
    assert [(one.destination, one.status) for one in deliveries] == [("console:local", DeliveryStatus.DROPPED)]
    assert sum(line.startswith("🟢 alpha") for line in desk.lines) == 1


async def test_what_somebody_else_runs_is_told_on_the_console(desk: PipedProcess) -> None:
    await aboard(desk, "jonas", Role.OWNER)
    assert await say(desk, "jonas", "/run alpha") == "🟢 alpha · PRACTICE · running"
    await desk.shows("🟢 alpha · PRACTICE · running")
    await desk.shows("next: /bot alpha")
    await desk.recorder.holds(
        lambda fact: (
            isinstance(fact, DeliverySaved)
            and (fact.delivery.destination, fact.delivery.status) == ("console:local", DeliveryStatus.SENT)
        )
    )


async def test_role_pace_and_words_stop_a_command_before_anything_starts(desk: PipedProcess) -> None:
    await aboard(desk, "vera", Role.VIEWER)
    await aboard(desk, "tom", Role.OWNER)
    refused = await say(desk, "vera", "/run alpha")
    assert refused.startswith("Refused: viewers cannot ")
    wrong = await say(desk, "tom", "/run alpha speed=2")
    assert wrong.startswith("Invalid: /run has no word speed.")
    for _ in range(MAX_COMMANDS):
        await say(desk, "tom", "/version")
    fast = await say(desk, "tom", "/run alpha")
    assert fast.startswith("Refused: that is too fast.")
    assert not [place for place, unit in desk.recorder.units() if any(is_bot(f, BotStatus.STARTING) for f in unit)]
    rows = await desk.composition.engine.reader.audit_entries(Page(limit=100))
    kept = [row.result for row in reversed(rows) if row.command == "run"]
    assert kept == [refused, wrong, fast]
