"""From stored events to messages on a platform."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.reply.blocks import Image
from bot.domain.destination import Destination
from bot.domain.errors import DataError, DeliveryError, MessageGone
from bot.domain.events import NotificationLevel, OrderFilled, TradeClosed
from bot.domain.facts import Delivery, DeliverySaved, DeliveryStatus
from bot.domain.ids import OperatorId
from bot.ports.storage import NumberedEvent
from tests.builders.chat_harness import NOON, ChatHarness
from tests.fakes.gateway import FakeGateway

CONSOLE = Destination(
    key="console:1000", operator_id=OperatorId("mia"), platform="console", address="1000", created_at=NOON
)


async def events_of(bench: ChatHarness) -> tuple[NumberedEvent, ...]:
    await bench.made("/new alpha ema-cross BTC/USDT 1h capital=1000")
    await bench.mia.say("/run alpha")
    await bench.engine.play_to_end()
    return await bench.engine.database.reader.events_after(0, 100)


def closing(events: tuple[NumberedEvent, ...]) -> NumberedEvent:
    return next(item for item in events if isinstance(item.event.payload, TradeClosed))


async def test_a_closed_trade_comes_with_the_candles_around_it_and_its_fills(bench: ChatHarness) -> None:
    events = await events_of(bench)
    gateway = FakeGateway()
    message_id = await bench.command_bus.build_notifier((gateway,)).deliver_events(
        CONSOLE, (closing(events),), level=NotificationLevel.SILENT, is_repeat=False
    )
    (sent,) = gateway.sent
    assert (message_id, sent.address, sent.level) == ("m1", "1000", NotificationLevel.SILENT)
    assert sent.reply.headline == "🏁 alpha · PRACTICE · trade 1 closed +59.14 USDT (+5.95%)"
    (image,) = [block for block in sent.reply.blocks if isinstance(block, Image)]
    assert "2 fills" in image.caption


async def test_a_message_goes_out_even_when_its_chart_cannot_be_drawn(
    bench: ChatHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> bytes:
        raise DataError("no candles")

    events = await events_of(bench)
    monkeypatch.setattr(bench.charts, "render", broken)
    gateway = FakeGateway()
    await bench.command_bus.build_notifier((gateway,)).deliver_events(
        CONSOLE, (closing(events),), level=NotificationLevel.SILENT, is_repeat=True
    )
    assert gateway.sent[0].reply.headline.startswith("(sent again) 🏁 alpha")


async def test_many_events_are_one_digest(bench: ChatHarness) -> None:
    events = await events_of(bench)
    gateway = FakeGateway()
    await bench.command_bus.build_notifier((gateway,)).deliver_events(
        CONSOLE, events, level=NotificationLevel.SILENT, is_repeat=False
    )
    assert len(gateway.sent) == 1
    count = len(events)
    assert gateway.sent[0].reply.headline == f"alpha · PRACTICE · {count} events, one message instead of {count}"


async def test_a_platform_that_is_not_connected_is_tried_again(bench: ChatHarness) -> None:
    events = await events_of(bench)
    with pytest.raises(DeliveryError) as caught:
        await bench.command_bus.build_notifier(()).deliver_events(
            CONSOLE, events[:1], level=NotificationLevel.SILENT, is_repeat=False
        )
    assert not caught.value.is_permanent


async def two_parts_of_an_order(bench: ChatHarness) -> NumberedEvent:
    """Note that one part of an order was told as m1, and return the next one."""
    events = await events_of(bench)
    first = next(item for item in events if isinstance(item.event.payload, OrderFilled))
    payload = first.event.payload
    assert isinstance(payload, OrderFilled)
    told = Delivery(
        event_id=first.event.event_id,
        destination=CONSOLE.key,
        status=DeliveryStatus.SENT,
        attempts=1,
        updated_at=NOON,
        message_id="m1",
    )
    await bench.engine.database.writer.commit((DeliverySaved(told),))
    return replace(first, event=replace(first.event, payload=replace(payload, order_filled=payload.order_filled * 2)))


async def test_the_next_part_of_an_order_changes_its_message(bench: ChatHarness) -> None:
    event = await two_parts_of_an_order(bench)
    gateway = FakeGateway()
    message_id = await bench.command_bus.build_notifier((gateway,)).deliver_events(
        CONSOLE, (event,), level=NotificationLevel.SILENT, is_repeat=False
    )
    assert (message_id, gateway.sent) == ("m1", [])
    assert [edited for _, edited, _ in gateway.edited] == ["m1"]


async def test_a_part_that_cannot_be_shown_now_waits_and_one_whose_message_is_gone_is_sent(bench: ChatHarness) -> None:
    event = await two_parts_of_an_order(bench)
    gateway = FakeGateway()
    notifier = bench.command_bus.build_notifier((gateway,))
    gateway.edit_failures.extend([DeliveryError("wait", retry_after=timedelta(seconds=3)), MessageGone()])
    with pytest.raises(DeliveryError):
        await notifier.deliver_events(CONSOLE, (event,), level=NotificationLevel.SILENT, is_repeat=False)
    assert gateway.sent == []
    assert await notifier.deliver_events(CONSOLE, (event,), level=NotificationLevel.SILENT, is_repeat=False) == "m1"
    assert [sent.answers for sent in gateway.sent] == ["m1"]
