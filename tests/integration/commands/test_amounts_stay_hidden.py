"""Whatever is answered or told in a group that hides amounts holds none, in no block, button or file.

The lines come from the registry and the events from their union, so a new command or event is asked about by itself.
"""

import dataclasses
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import get_args, get_type_hints

import pytest

from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.reply.blocks import Document, Image, Reply
from bot.commands.spec.spec import CommandSpec, HelpSection
from bot.domain.destination import Destination, DestinationKind
from bot.domain.events import NotificationLevel, Payload
from bot.domain.fill import Fill
from bot.domain.guard import GuardGap, GuardState, PositionGuards
from bot.domain.ids import OperatorId, Reference
from bot.domain.market import Mode
from bot.domain.money import Money
from bot.domain.order import OrderIntent
from bot.domain.trade import LedgerTotals, Trade
from bot.ports.storage import NumberedEvent
from tests.builders.chat_harness import NOON, ChatHarness, ScriptedPerson
from tests.builders.story import resting_stop
from tests.fakes.gateway import FakeGateway
from tests.unit.commands.notify.test_event_messages import BUY, a_closed_trade, a_purchase, told

GROUP = Destination(
    key="telegram:-100",
    operator_id=OperatorId("mia"),
    platform="telegram",
    address="-100",
    created_at=NOON,
    kind=DestinationKind.GROUP,
)
SECRETS = ("1234.56", "777.77", "3456.78", "666.66")
BOT_LINE = "/new alpha ema-cross BTC/USDT 1h account=practice capital=1234.56 stake=777.77 stop_loss=3%"
SETTINGS = re.compile(r"\b(capital|stake)=\d[\d.]*")
CURRENCY = re.compile(r"(?<![\w.])\d[\d.]* (?:USDT|BTC)\b(?!/)")
UNREADABLE = ("/edit alpha capital=1,234.56", "/edit alpha capital=-777.77", "/edit alpha stake=3456.78x")
MORE_LINES = (
    "/edit alpha stake=666.66",
    "/edit alpha capital=666.66 stake=777.77",
    "/edit alpha stake=3456.78",
    *UNREADABLE,
)
"""What no example says: one that works, one that is refused."""
HARMLESS = re.compile(r"/(form|no|edit|more|new) ")
WORDS = {"action", "control", "platform", "policy", "reference", "scope"}
"""What holds a word of ours and never a text."""
PRICE = "50000.5"
REASON = "fell 3.1% to 50,000.50, which is worth 777.77 USDT"
REFUSAL = "-777.77 of -1,234.56 USDT: needs 3456.78 USDT"
LONG_BUY = dataclasses.replace(BUY, quantity=Decimal("777.77"), reason=REASON)
SAMPLES: dict[object, object] = {
    int: 3,
    float: 50000.5,
    bool: False,
    Mode: Mode.PRACTICE,
    datetime: NOON,
    OperatorId: OperatorId("mia"),
    Reference: Reference("E-5K2P"),
    OperatorId | None: None,
    tuple[str, ...]: (REFUSAL,),
    OrderIntent: LONG_BUY,
    Fill: dataclasses.replace(a_purchase().fill, quantity=Decimal("777.77"), fee=Decimal("1234.56")),
    Trade: dataclasses.replace(a_closed_trade().trade, fees=Decimal("1234.56")),
    GuardGap: GuardGap.TOO_SMALL,
    GuardGap | None: GuardGap.TOO_SMALL,
    Money: Money(Decimal("777.77"), "USDT"),
    PositionGuards | None: resting_stop("58904.38", GuardState.PENDING),
    LedgerTotals: dataclasses.replace(a_closed_trade().totals, closed_profit=Decimal("1234.56")),
}


def texts_of(value: object) -> Iterator[str]:
    """Yield every text in a reply, whatever holds it."""
    match value:
        case str():
            yield value
        case Image(png=png) | Document(content=png):
            yield png.decode("utf-8", "replace")
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            yield from texts_of(getattr(value, field.name))
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_of(item)


def amounts_in(reply: Reply) -> list[str]:
    """Return the recognisable amounts that a reply says, and figures of a currency."""
    said = [text.replace(",", "") for text in texts_of(reply)]
    return [text for text in said if any(secret in text for secret in SECRETS) or CURRENCY.search(text)]


def example_lines(spec: CommandSpec) -> list[str]:
    """Return the examples of a command, with settings that would be recognised."""
    swap = {"capital": "3456.78", "stake": "666.66"}
    return [SETTINGS.sub(lambda found: f"{found[1]}={swap[found[1]]}", line) for line in spec.examples]


async def traded(bench: ChatHarness) -> None:
    """Let alpha trade until the recording ends."""
    await bench.made(BOT_LINE)
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()


@pytest.fixture
async def here(bench: ChatHarness) -> ScriptedPerson:
    """Return mia in a group where she has a bot that traded."""
    await traded(bench)
    return ScriptedPerson(bench.command_bus, "1000", is_private=False, is_slash_optional=False)


@pytest.mark.parametrize("section", HelpSection)
async def test_no_command_answers_with_an_amount(
    bench: ChatHarness, here: ScriptedPerson, section: HelpSection
) -> None:
    for spec in COMMANDS_BY_SECTION[section]:
        # A name of its own for what a command makes; alpha is there for the next command again.
        lines = [line.replace(" beta", f" {spec.name}-1") for line in example_lines(spec)]
        await asks(bench, here, (f"/{spec.name} alpha", *lines, f"/rename {spec.name}-1 alpha"))
        here.replies.clear()
        await here.say("/bot alpha")
        assert here.replies[-1].headline.split()[1] == "alpha", here.replies[-1].headline
    await asks(bench, here, ("/audit",))


async def test_neither_settings_nor_refusals_are_repeated(bench: ChatHarness, here: ScriptedPerson) -> None:
    await asks(bench, here, (*MORE_LINES, "/audit", "/bot alpha", "/more alpha", "/logs"))


async def asks(bench: ChatHarness, here: ScriptedPerson, lines: tuple[str, ...]) -> None:
    """Send lines, press what each offers, and look for amounts in whatever comes back to the group."""
    for line in lines:
        bench.clock.advance(timedelta(seconds=5))
        here.replies.clear()
        await here.say(line)
        offered = [button.command for reply in here.replies for button in reply.buttons]
        for press in filter(HARMLESS.match, offered):
            bench.clock.advance(timedelta(seconds=5))
            await here.say(press)
        said = [reply for reply in here.replies if not reply.is_private]
        assert [amounts_in(reply) for reply in said] == [[] for _ in said], line


async def test_no_step_of_a_form_says_an_amount(bench: ChatHarness, here: ScriptedPerson) -> None:
    answers = ("ema-cross", "BTC/USDT", "1h", "practice", "3456.78", "stake", "666.66", "risk", "stake=777.77", "back")
    await asks(bench, here, ("/new", *answers, "create"))
    await asks(bench, here, ("/edit alpha", "capital", "3456.78", "stake", "666.66", "/cancel", "/audit"))


@pytest.mark.parametrize("payload", get_args(Payload), ids=lambda payload: payload.__name__)
@pytest.mark.parametrize("count", [1, 12])
async def test_no_news_say_an_amount(bench: ChatHarness, payload: type[Payload], count: int) -> None:
    gateway = FakeGateway(platform="telegram")
    events = tuple(NumberedEvent(number, told(a_payload(payload))) for number in range(count))
    await bench.command_bus.build_notifier((gateway,)).deliver_events(
        GROUP, events, level=NotificationLevel.SILENT, is_repeat=False
    )
    assert [amounts_in(sent.reply) for sent in gateway.sent] == [[]]


async def test_a_live_card_says_no_amount(bench: ChatHarness, here: ScriptedPerson) -> None:
    for line in ("/bots", "/bot alpha"):
        reply = await bench.command_bus.pipeline.refresh_reply(here.request(line))
        assert reply is not None
        assert amounts_in(reply) == []


def a_payload(kind: Callable[..., Payload]) -> Payload:
    """Make an event of a kind, with recognisable amounts wherever it has room for one."""
    return kind(**{name: a_value(name, hint) for name, hint in get_type_hints(kind).items()})


def a_value(name: str, hint: object) -> object:
    if hint in SAMPLES:
        return SAMPLES[hint]
    if hint is str and name in WORDS:
        return name
    if hint is str:
        return REASON if name == "reason" else REFUSAL
    return Decimal(PRICE) if "price" in name else Decimal("777.77")
