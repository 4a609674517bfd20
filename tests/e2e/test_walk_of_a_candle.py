"""The second walk of the design: a candle closes, and in the end a picture of the fill is on the console."""

import struct
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from typing_extensions import override

from adapters.data.recording import RECORDED_VENUE
from bot.domain.events import OrderFilled
from bot.domain.facts import DeliverySaved, DeliveryStatus, EventRaised, Fact, FillBooked, IntentDecided, LedgerSaved
from bot.domain.ids import BotId
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderStatus
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.ports.charts import CandleChart
from bot.ports.venue import FillReport, OrderReport
from bot.strategy.base import SignalTable
from bot.strategy.candles import Candles
from bot.strategy.registry import StrategyRegistry
from strategies.ema_cross import EmaCross, EmaCrossParameters
from tests.builders.facts import saved_records
from tests.builders.piped_process import EventRecorder, PipedProcess, a_piped_process
from tests.builders.stretches import a_stretch
from tests.fakes.charts_thread import DrawingWatch

FactKind = TypeVar("FactKind", bound=Fact)
CROSS = "EMA12 64,615.35 crossed above EMA26 64,591.72"
STEP = Decimal("0.00001")
BOUGHT = "▲ alpha · PRACTICE · bought 0.01532 BTC at 64,880.01"


class CountingCross(EmaCross):
    """Counts how often each parameter set was evaluated on candles up to each time."""

    def __init__(self) -> None:
        self.evaluated: Counter[tuple[int, int, int]] = Counter()

    @override
    def signals(self, parameters: EmaCrossParameters, candles: Candles) -> SignalTable:
        self.evaluated[parameters.fast, parameters.slow, int(candles.time[-1])] += 1
        return super().signals(parameters, candles)


@dataclass(slots=True)
class Walk:
    """What was seen of the walk."""

    desk: PipedProcess
    bot_id: BotId
    strategy: CountingCross
    drawings: DrawingWatch = field(default_factory=DrawingWatch)

    @property
    def journal(self) -> EventRecorder:
        return self.desk.recorder

    def place(self, kind: type[FactKind], is_wanted: Callable[[FactKind], bool]) -> int:
        """Return where a fact of alpha became durable."""
        return self.journal.index_of(lambda fact: isinstance(fact, kind) and is_wanted(fact))

    def facts(self, place: int, kind: type[FactKind]) -> list[FactKind]:
        return [fact for fact in self.journal.unit_at(place) if isinstance(fact, kind)]

    def intent(self, purpose: OrderPurpose) -> tuple[int, OrderIntent]:
        """Return where alpha's first order of a purpose was decided, and the order."""
        place = self.place(IntentDecided, lambda fact: self.is_own(fact.intent, purpose))
        found = self.facts(place, IntentDecided)
        return place, next(fact.intent for fact in found if self.is_own(fact.intent, purpose))

    def is_own(self, intent: OrderIntent, purpose: OrderPurpose) -> bool:
        return (intent.bot_id, intent.purpose) == (self.bot_id, purpose)

    def sent(self, intent: OrderIntent) -> int:
        """Return where an order was sent to the venue."""
        return self.journal.entries.index(intent)


async def test_from_the_close_of_a_candle_to_a_picture_on_the_console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strategy = CountingCross()
    registry = StrategyRegistry()
    registry.register_strategy(strategy)
    # The averages cross at the close of the second candle; the third opens with the fill.
    recording = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=5)
    async with a_piped_process(tmp_path, recording, registry) as engine:
        await made_and_run(engine)
        bot = await engine.composition.engine.reader.bot_by_name("alpha")
        assert bot is not None
        walk = Walk(engine, bot.bot_id, strategy)
        walk.drawings.start(monkeypatch)
        walk.journal.watch(engine.composition.engine.venue_contexts[RECORDED_VENUE].venue, monkeypatch)
        engine.type("/market speed=max")
        await engine.shows(BOUGHT)
        await engine.shows("picture: ")
        await engine.recorder.holds(lambda fact: isinstance(fact, DeliverySaved) and is_sent(fact))
        decided(walk)
        sent_after_it_was_stored(walk)
        booked_in_one_commit(walk)
        await guarded(walk)
        told_with_a_picture(walk)


async def made_and_run(desk: PipedProcess) -> None:
    """Make three bots, two of them with equal parameters."""
    for line in (
        "/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%",
        "/new twin ema-cross BTC/USDT 1h capital=500",
        "/new other ema-cross BTC/USDT 1h capital=500 fast=2 slow=200",
    ):
        desk.type(line)
        desk.type("create")
    desk.type("/run all")
    await desk.shows("🟢 3 bots running: alpha (PRACTICE), twin (PRACTICE), other (PRACTICE)")


def is_sent(fact: DeliverySaved) -> bool:
    return fact.delivery.status is DeliveryStatus.SENT


def decided(walk: Walk) -> None:
    """Features once per parameter set; event, reason, plan and intent are one unit of work."""
    place, intent = walk.intent(OrderPurpose.ENTRY)
    (signal,) = saved_records(walk.journal.unit_at(place), SignalRecord)
    opened = int(signal.candle_close.timestamp() * 1000) - 3_600_000
    assert walk.strategy.evaluated[12, 26, opened] == 1, "alpha and twin share one evaluation"
    assert walk.strategy.evaluated[2, 200, opened] == 1
    assert (signal.row.entry, signal.row.reason, signal.outcome) == (1, CROSS, "buy")
    stake = Decimal(1000) * (1 - Decimal("0.001") - Decimal("0.005"))
    wanted = (stake / Decimal(repr(signal.close_price)) / STEP).to_integral_value(rounding="ROUND_DOWN") * STEP
    assert (intent.quantity, intent.reason, intent.decided_at.market) == (wanted, CROSS, signal.candle_close)


def sent_after_it_was_stored(walk: Walk) -> None:
    place, intent = walk.intent(OrderPurpose.ENTRY)
    reports = [
        number
        for number, entry in enumerate(walk.journal.entries)
        if isinstance(entry, OrderReport) and entry.client_order_id == intent.client_order_id
    ]
    assert place < walk.sent(intent) < reports[0]


def booked_in_one_commit(walk: Walk) -> None:
    """Fill, order, position, totals, trade and outbox become durable together, after the venue told of the fill."""
    place = walk.place(FillBooked, lambda fact: fact.fill.bot_id == walk.bot_id)
    (fill,) = [fact.fill for fact in walk.facts(place, FillBooked)]
    reported = next(
        number
        for number, entry in enumerate(walk.journal.entries)
        if isinstance(entry, FillReport) and entry.fill.trade_id == fill.trade_id
    )
    assert reported < place
    entry_order = [
        order
        for order in saved_records(walk.journal.unit_at(place), Order)
        if order.intent.purpose is OrderPurpose.ENTRY
    ]
    assert [(order.status, order.filled_quantity) for order in entry_order] == [(OrderStatus.FILLED, fill.quantity)]
    (book,) = [fact.ledger for fact in walk.facts(place, LedgerSaved)]
    assert (book.position.quantity, book.totals.fills, book.totals.fees) == (fill.quantity, 1, fill.fee)
    opened = saved_records(walk.journal.unit_at(place), Trade)
    assert [trade.opened_at.market for trade in opened] == [fill.moment.market]
    (event,) = [fact.event.payload for fact in walk.facts(place, EventRaised)]
    assert isinstance(event, OrderFilled)
    assert event.fill == fill


async def guarded(walk: Walk) -> None:
    """The stop is decided with the fill that needs it, sent after that is stored, and rests at the venue."""
    place, stop = walk.intent(OrderPurpose.BARRIER)
    assert place == walk.place(FillBooked, lambda fact: fact.fill.bot_id == walk.bot_id)
    assert place < walk.sent(stop)
    assert stop.price == Decimal("62933.60")
    await walk.journal.holds(lambda fact: any(rests(order, stop) for order in saved_records([fact], Order)))


def rests(order: Order, intent: OrderIntent) -> bool:
    return order.intent == intent and order.status is OrderStatus.ACCEPTED


def told_with_a_picture(walk: Walk) -> None:
    """The chart was drawn off the loop, and stands on the console with what it shows in words."""
    (chart, thread), *_ = [(spec, name) for spec, name in walk.drawings.drawn if isinstance(spec, CandleChart)]
    assert thread.startswith("charts")
    assert isinstance(chart, CandleChart)
    assert len(chart.marks) == 1
    block = " ".join(walk.desk.after(BOUGHT))
    assert "Cost 993.96 USDT, fee 0.99 USDT · stop 62,933.60" in block
    assert f"Why: {CROSS} · o-" in block
    assert "bought 64,880.01, stop 62,933.60, 1 fill" in block
    path = Path(block.partition("picture: ")[2].split(" ")[0])
    assert struct.unpack(">II", path.read_bytes()[16:24]) == (1080, 720)
