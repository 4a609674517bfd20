"""From stored events to messages on a platform."""

import pytest

from bot.commands.reply import Image
from bot.domain.destination import Destination
from bot.domain.errors import DataError, DeliveryError
from bot.domain.events import Level, TradeClosed
from bot.domain.ids import OperatorId
from bot.ports.storage import NumberedEvent
from tests.builders.chat import NOON, Bench
from tests.fakes.gateway import FakeGateway

CONSOLE = Destination(
    key="console:1000", operator_id=OperatorId("mia"), platform="console", address="1000", created_at=NOON
)


async def events_of(bench: Bench) -> tuple[NumberedEvent, ...]:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    return await bench.engine.database.reader.events_after(0, 100)


def closing(events: tuple[NumberedEvent, ...]) -> NumberedEvent:
    return next(item for item in events if isinstance(item.event.payload, TradeClosed))


async def test_a_closed_trade_comes_with_the_candles_around_it_and_its_fills(bench: Bench) -> None:
    events = await events_of(bench)
    gateway = FakeGateway()
    message_id = await bench.desk.notifier((gateway,)).deliver(
        CONSOLE, (closing(events),), level=Level.SILENT, is_repeat=False
    )
    (sent,) = gateway.sent
    assert (message_id, sent.address, sent.level) == ("m1", "1000", Level.SILENT)
    assert sent.reply.headline == "🏁 alpha · PRACTICE · trade 1 closed +59.14 USDT (+5.95%)"
    (image,) = [block for block in sent.reply.blocks if isinstance(block, Image)]
    assert "2 fills" in image.caption


async def test_a_message_goes_out_even_when_its_chart_cannot_be_drawn(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> bytes:
        raise DataError("no candles")

    events = await events_of(bench)
    monkeypatch.setattr(bench.charts, "render", broken)
    gateway = FakeGateway()
    await bench.desk.notifier((gateway,)).deliver(CONSOLE, (closing(events),), level=Level.SILENT, is_repeat=True)
    assert gateway.sent[0].reply.headline.startswith("(sent again) 🏁 alpha")


async def test_many_events_are_one_digest(bench: Bench) -> None:
    events = await events_of(bench)
    gateway = FakeGateway()
    await bench.desk.notifier((gateway,)).deliver(CONSOLE, events, level=Level.SILENT, is_repeat=False)
    assert len(gateway.sent) == 1
    assert gateway.sent[0].reply.headline == f"alpha · {len(events)} events, one message instead of {len(events)}"


async def test_a_platform_that_is_not_connected_is_tried_again(bench: Bench) -> None:
    events = await events_of(bench)
    with pytest.raises(DeliveryError) as caught:
        await bench.desk.notifier(()).deliver(CONSOLE, events[:1], level=Level.SILENT, is_repeat=False)
    assert not caught.value.is_permanent
