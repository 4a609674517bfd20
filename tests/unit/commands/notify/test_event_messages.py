"""Notifications as UX.md draws them, from the facts of its story."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from bot.commands.notify.event_messages import digest_message, event_message, mark_as_repeat
from bot.commands.reply.blocks import ButtonStyle, Headline, Text, Tone
from bot.commands.reply.inline_time import InlineTime, TimeStyle
from bot.domain.events import (
    BotFailed,
    BotLabel,
    BotStarted,
    BotStopped,
    DeskRecovered,
    Event,
    NotificationKind,
    NotificationLevel,
    OrderCanceled,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    PanicEngaged,
    Payload,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    TradeClosed,
)
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, BotId, EventId, OperatorId, Symbol, TradeId, VenueTradeId, short_reference
from bot.domain.market import Mode, Timeframe
from bot.domain.moment import Moment
from bot.domain.order import OrderIntent, OrderSide
from bot.domain.trade import ExitReason, LedgerTotals, Trade
from tests.builders.chat_harness import plain_text
from tests.builders.orders import an_intent
from tests.builders.replies import event_text, visible

D = Decimal
BTC = Symbol("BTC/USDT")
MIA = OperatorId("mia")
BOUGHT_AT = Moment(datetime(2024, 8, 23, 1, tzinfo=UTC), datetime(2024, 8, 23, 1, tzinfo=UTC))
SOLD_AT = Moment(datetime(2024, 8, 26, 7, tzinfo=UTC), datetime(2024, 8, 26, 7, tzinfo=UTC))
ALPHA = BotLabel(
    bot_id=BotId("b7k2m9qd"),
    name="alpha",
    mode=Mode.PAPER,
    symbol=BTC,
    timeframe=Timeframe.H1,
    strategy="ema-cross",
)


def told(
    payload: Payload, *, face: BotLabel | None = ALPHA, level: NotificationLevel = NotificationLevel.SILENT
) -> Event:
    return Event(
        event_id=EventId("e1"),
        topic=NotificationKind.FILLS,
        level=level,
        operator_id=MIA,
        bot=face,
        account_id=None,
        moment=SOLD_AT,
        payload=payload,
    )


def an_order(side: OrderSide, quantity: str = "0.01636", *, reason: str = "", price: str | None = None) -> OrderIntent:
    intent = an_intent(side=side, quantity=quantity, price=price, bot=ALPHA.bot_id, symbol=BTC)
    return replace(intent, reason=reason, reference_price=D("60726.16"))


def a_fill_of(intent: OrderIntent, price: str, fee: str, quantity: str | None = None, at: Moment = BOUGHT_AT) -> Fill:
    return Fill(
        account_id=AccountId("acc"),
        bot_id=ALPHA.bot_id,
        client_order_id=intent.client_order_id,
        trade_id=VenueTradeId("1"),
        symbol=BTC,
        side=intent.side,
        price=D(price),
        quantity=D(quantity) if quantity else intent.quantity,
        fee=D(fee),
        fee_currency="USDT",
        liquidity=Liquidity.TAKER,
        moment=at,
    )


BUY = an_order(OrderSide.BUY, reason="EMA12 60,546.92 crossed above EMA26 60,540.28")
SELL = an_order(OrderSide.SELL, reason="EMA12 crossed below EMA26")


def a_purchase() -> OrderFilled:
    return OrderFilled(
        intent=BUY,
        fill=a_fill_of(BUY, "60726.17", "0.99348"),
        order_filled=BUY.quantity,
        position_quantity=BUY.quantity,
        stop_price=D("58904.38"),
        target_price=None,
    )


def a_closed_trade() -> TradeClosed:
    fill = a_fill_of(SELL, "63728.43", "1.0426", at=SOLD_AT)
    trade = Trade(
        trade_id=TradeId("t8"),
        bot_id=ALPHA.bot_id,
        number=8,
        symbol=BTC,
        sign=1,
        opened_at=BOUGHT_AT,
        entry_quantity=D("0.01636"),
        entry_value=D("0.01636") * D("60726.17"),
        exit_quantity=D("0.01636"),
        exit_value=D("0.01636") * D("63728.43"),
        exit_cost=D("0.01636") * D("60726.17"),
        fees=D("2.036"),
        closed_at=SOLD_AT,
        exit_reason=ExitReason.SIGNAL,
    )
    totals = LedgerTotals(closed_profit=D("57.57"), trades=8, won=3)
    return TradeClosed(intent=SELL, fill=fill, trade=trade, totals=totals, capital=D(1000))


def test_a_fill_says_what_cost_guard_and_why() -> None:
    assert plain_text(event_message(told(a_purchase()))).splitlines() == [
        "▲ alpha · PAPER · bought 0.01636 BTC at 60,726.17",
        "Cost 993.48 USDT, fee 0.99 USDT · stop 58,904.38",
        f"Why: EMA12 60,546.92 crossed above EMA26 60,540.28 · {short_reference(BUY.reference)}",
    ]


def test_its_buttons_name_the_bot_by_id_and_the_dangerous_one_is_last() -> None:
    buttons = event_message(told(a_purchase())).buttons
    assert [(button.label, button.command) for button in buttons] == [
        ("Card", "/bot #b7k2m9qd"),
        ("Why", "/why #b7k2m9qd"),
        ("Close", "/close #b7k2m9qd"),
    ]
    assert buttons[-1].style is ButtonStyle.DANGER


def test_a_partial_fill_says_how_much_of_the_order_is_done() -> None:
    fill = a_fill_of(BUY, "60726.17", "0.48", "0.00800")
    part = replace(a_purchase(), fill=fill, order_filled=D("0.00800"))
    assert event_text(told(part)) == "▲ alpha · PAPER · bought 0.00800 of 0.01636 BTC (48.90%) at 60,726.17"


def test_a_closed_trade_says_profit_way_reason_and_the_bots_total() -> None:
    message = event_message(told(a_closed_trade()))
    assert plain_text(message).splitlines() == [
        "🏁 alpha · PAPER · trade 8 closed +47.08 USDT (+4.74%)",
        "Long 0.01636 BTC, 60,726.17 to 63,728.43 in 3 d 6 h",
        "Exit: signal, EMA12 crossed below EMA26 · fees 2.04 USDT",
        f"Bot: +57.57 USDT (+5.76%), 3 of 8 won · {short_reference(SELL.reference)}",
    ]
    assert message.tone is Tone.SUCCESS


def test_a_stop_says_what_is_kept_and_what_guards_it() -> None:
    stopped = BotStopped(
        by=None,
        policy="entries",
        canceled_orders=0,
        kept_quantity=D("0.01636"),
        stop_price=D("58904.38"),
        target_price=None,
    )
    assert plain_text(event_message(told(stopped))).splitlines() == [
        "⏹️ alpha · PAPER · stopped",
        "Own entries canceled: 0. Kept: long 0.01636 BTC, guarded by its stop at 58,904.38; signals no longer sell it.",
    ]
    unguarded = replace(stopped, stop_price=None)
    assert "with no stop: nothing guards it" in plain_text(event_message(told(unguarded)))


def test_the_end_of_a_recording_is_told() -> None:
    ended = BotStopped(
        by=None,
        policy="entries",
        canceled_orders=0,
        kept_quantity=D(0),
        stop_price=None,
        target_price=None,
        remark="the recording has ended",
    )
    assert event_text(told(ended)) == "⏹️ alpha · PAPER · stopped: the recording has ended"


def test_a_rejected_order_says_its_value_and_its_reference() -> None:
    small = an_order(OrderSide.BUY, "0.0018", price="2688.00")
    text = plain_text(event_message(told(OrderRejected(intent=small, error="too small", reference="E-9C4T"))))
    assert text.splitlines() == [
        "⚠️ alpha · PAPER · order rejected: too small",
        "Buy 0.0018 BTC at 2,688.00 is 4.84 USDT. Not tried again.",
        "(ref E-9C4T)",
    ]


def test_every_other_kind_has_one_line() -> None:
    lines: dict[Payload, str] = {
        BotStarted(by=None): "🟢 alpha · PAPER · running",
        BotFailed(error="x", reference="E-5K2P", tries=5): "❌ alpha · PAPER · failed after 5 tries",
        SignalRaised(action="buy", reason="EMA12 crossed above EMA26", close_price=1.0): (
            "alpha · PAPER · signal: buy, EMA12 crossed above EMA26"
        ),
        OrderPlaced(intent=BUY): (
            f"alpha · PAPER · order {short_reference(BUY.reference)} placed: buy 0.01636 BTC at market"
        ),
        OrderCanceled(intent=BUY, filled_quantity=D(0), is_expired=True, remark=""): (
            f"alpha · PAPER · order {short_reference(BUY.reference)} expired: buy 0.01636 BTC at market"
        ),
        RiskTripped(control="max_daily_loss", text="-25.31 of -25.00 USDT", stays_open=D(0)): (
            "🚨 alpha · PAPER · max daily loss: -25.31 of -25.00 USDT"
        ),
    }
    assert {event_text(told(payload)): line for payload, line in lines.items()} == {
        line: line for line in lines.values()
    }


def test_what_concerns_no_bot_names_none() -> None:
    panic = PanicEngaged(scope="all", policy="flatten", by=MIA, bots=3, canceled_orders=11, closing_positions=2)
    assert plain_text(event_message(told(panic, face=None))).splitlines() == [
        "🚨 Panic · scope all, flatten: 3 bots stopped",
        "11 own orders canceled, 2 positions being closed. Stays so until the owner sends /unlock.",
    ]
    down = DeskRecovered(
        down_since=datetime(2024, 8, 26, 2, 14, tzinfo=UTC),
        up_at=datetime(2024, 8, 26, 5, 26, tzinfo=UTC),
        bots=2,
        changed=(),
        unknown_orders=0,
    )
    assert plain_text(event_message(told(down, face=None))).splitlines() == [
        "⚠️ Quarterdeck was down for 3 h 12 min, 02:14 to 05:26. 2 running bots recovered.",
        "Changed meanwhile: nothing",
        "Unknown orders: none.",
    ]


def test_times_of_news_are_those_of_the_readers_clock() -> None:
    since = datetime(2024, 8, 26, 12, 2, 10, tzinfo=UTC)
    down = told(PlatformDown(platform="discord", since=since, reason="timed out", is_final=False), face=None)
    shown = event_message(down, timezone="Europe/Berlin").blocks[0]
    assert isinstance(shown, Headline)
    assert shown.content == ("Discord is not reachable since ", InlineTime(since, "14:02:10", TimeStyle.SECONDS))
    (_, lines, *_) = digest_message((down, down), "Europe/Berlin").blocks
    assert isinstance(lines, Text)
    assert lines.text == "\n".join(["09:00  ⚠️ Discord is not reachable since 14:02:10"] * 2)


def test_many_events_become_one_message_with_a_line_each() -> None:
    events = tuple(told(a_purchase()) for _ in range(14))
    text = plain_text(digest_message(events)).splitlines()
    assert text[0] == "alpha · PAPER · 14 events, one message instead of 14"
    assert len(text) == 15
    assert plain_text(digest_message(events * 10)).splitlines()[-1] == "… 100 more, see /logs"


def test_a_repeat_says_that_it_may_have_been_sent() -> None:
    assert visible(mark_as_repeat(event_message(told(a_purchase())))).headline == (
        "(sent again) ▲ alpha · PAPER · bought 0.01636 BTC at 60,726.17"
    )
