"""A group sees per cent and sides; amounts and quantities only where they were switched on."""

import re
from datetime import timedelta

import pytest

from bot.commands.reply.amount import HIDDEN
from bot.domain.destination import Destination, DestinationKind
from bot.domain.events import NotificationLevel
from bot.domain.ids import OperatorId
from bot.ports.charts import EquityChart, ProfitChart
from bot.ports.storage import Page
from tests.builders.chat_harness import NOON, ChatHarness, ScriptedPerson, plain_text
from tests.builders.replies import event_text
from tests.fakes.gateway import FakeGateway

GROUP = Destination(
    key="telegram:-100",
    operator_id=OperatorId("mia"),
    platform="telegram",
    address="-100",
    created_at=NOON,
    kind=DestinationKind.GROUP,
)
LINES = (
    "/bots",
    "/bots sort=name",
    "/bot alpha",
    "/pnl",
    "/pnl alpha period=all",
    "/stats alpha",
    "/trades alpha limit=20",
    "/positions",
    "/orders",
    "/signals alpha",
    "/why alpha",
    "/chart alpha kind=equity",
    "/chart alpha kind=pnl",
    "/chart alpha kind=drawdown",
    "/close alpha",
    "/panic scope=all",
    "/panic",
    "/delete alpha",
    "/new beta ema-cross BTC/USDT 1h capital=5000",
    "/new beta ema-cross BTC/USDT 1h capital=100000",
    "/edit alpha capital=99999",
)


async def traded(bench: ChatHarness) -> None:
    """Let alpha trade until the recording ends."""
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3% take_profit=5%")
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()


async def amounts_of(bench: ChatHarness) -> set[str]:
    """Return how the amounts of everything that happened are written, as people would know them."""
    reader = bench.engine.database.reader
    found: set[str] = set()
    for order in await reader.orders(None, Page(limit=100)):
        found.add(f"{order.intent.quantity:f}")
        for fill in await reader.order_fills(order.intent.client_order_id):
            found |= {f"{fill.quantity:f}", f"{fill.fee:,.2f}", f"{fill.quantity * fill.price:,.2f}"}
    for trade in await reader.trades(None, Page(limit=100)):
        found |= {f"{abs(trade.profit):,.2f}", f"{abs(trade.profit):.2f}", f"{trade.fees:,.2f}"}
    return {text for text in found if text.strip("0.")}


def leaked(text: str, amounts: set[str]) -> list[str]:
    """Return the amounts that stand in a text as whole figures, or any figure of a currency."""
    figures = set(re.findall(r"\d[\d,]*(?:\.\d+)?", re.sub(r"\d[\d,.]*%", "", text)))
    return sorted(figures & amounts) + re.findall(r"\d (?:USDT|BTC)\b", text)


async def order_lines(bench: ChatHarness) -> tuple[str, ...]:
    orders = await bench.engine.database.reader.orders(None, Page(limit=3))
    return tuple(f"/why o-{order.intent.reference[2:6]}" for order in orders)


async def test_nothing_that_is_answered_in_a_group_says_an_amount(bench: ChatHarness) -> None:
    await traded(bench)
    amounts = await amounts_of(bench)
    here = ScriptedPerson(bench.command_bus, "1000", is_private=False, is_slash_optional=False)
    alone = ScriptedPerson(bench.command_bus, "1000", is_slash_optional=False)
    said_alone = 0
    for line in (*LINES, *await order_lines(bench)):
        bench.clock.advance(timedelta(seconds=5))
        private = await alone.say(line)
        said_alone += bool(leaked(private, amounts))
        public = await here.say(line)
        answer = here.replies[-1]
        assert leaked(f"{public} {' '.join(button.label for button in answer.buttons)}", amounts) == [], (line, public)
        assert HIDDEN not in private.replace("… more", "")
        assert not any(button.copy_text for button in answer.buttons)
        assert public.count("\n") <= private.count("\n") + 1
    assert said_alone > 10


async def test_charts_in_a_group_count_in_per_cent(bench: ChatHarness) -> None:
    await traded(bench)
    here = ScriptedPerson(bench.command_bus, "1000", is_private=False)
    await here.say("/chart alpha kind=equity")
    await here.say("/chart alpha kind=pnl")
    equity, profit = bench.charts.specs[-2:]
    assert isinstance(equity, EquityChart)
    assert (equity.currency, equity.equity[0]) == ("%", 100.0)
    assert isinstance(profit, ProfitChart)
    assert profit.currency == "%"


async def test_a_group_that_is_shown_amounts_sees_what_everybody_sees_in_private(bench: ChatHarness) -> None:
    await traded(bench)
    here = ScriptedPerson(bench.command_bus, "1000", is_private=False)
    await here.say("/subscribe alpha amounts=show")
    alone = await bench.mia.say("/trades alpha")
    assert await here.say("/trades alpha") == alone
    assert leaked(alone, await amounts_of(bench))


@pytest.mark.parametrize("count", [1, 12])
async def test_nothing_that_is_told_to_a_group_says_an_amount(bench: ChatHarness, count: int) -> None:
    await traded(bench)
    amounts = await amounts_of(bench)
    events = await bench.engine.database.reader.events_after(0, 100)
    gateway = FakeGateway(platform="telegram")
    notifier = bench.command_bus.build_notifier((gateway,))
    for start in range(0, len(events), count):
        await notifier.deliver_events(
            GROUP, events[start : start + count], level=NotificationLevel.SILENT, is_repeat=False
        )
    texts = [plain_text(sent.reply) for sent in gateway.sent]
    assert [leaked(text, amounts) for text in texts] == [[] for _ in texts]
    assert any(leaked(event_text(item.event), amounts) for item in events)


async def test_a_fill_and_a_closed_trade_read_well_without_amounts(bench: ChatHarness) -> None:
    await traded(bench)
    gateway = FakeGateway(platform="telegram")
    notifier = bench.command_bus.build_notifier((gateway,))
    for item in (await bench.engine.database.reader.events_after(0, 100))[1:3]:
        await notifier.deliver_events(GROUP, (item,), level=NotificationLevel.SILENT, is_repeat=False)
    fill, closed = (re.sub(r"o-\w{4}", "o-8F2K", plain_text(sent.reply)).split("\n") for sent in gateway.sent)
    assert fill[:3] == [
        "▲ alpha · PRACTICE · bought at 64,880.01",
        "stop 62,933.60 and target 68,124.02, on their way",
        "Why: EMA12 64,615.35 crossed above EMA26 64,591.72 · o-8F2K",
    ]
    assert closed[:4] == [
        "🏁 alpha · PRACTICE · trade 1 closed +4.80%",
        "Long, 64,880.01 to 68,124.02 in 1 d 4 h",
        "Exit: take profit",
        "Bot: +4.77%, 1 of 1 won · o-8F2K",
    ]
