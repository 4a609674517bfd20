"""One line for every kind of event: headlines of messages, lines of digests and of `/logs`."""

import re
from decimal import Decimal
from typing import assert_never

from bot.commands.reply.blocks import Headline
from bot.commands.reply.inline_time import Words, worded
from bot.commands.reply.input_text import counted
from bot.commands.text import numbers
from bot.commands.text.labels import (
    ACT,
    CLOSED,
    DONE,
    FAILED,
    LOOK,
    PAUSED,
    RUNNING,
    STOPPED,
    arrow,
    past,
)
from bot.commands.text.times import UTC_ZONE, Times, duration
from bot.domain.events import (
    AccessChanged,
    BotFailed,
    BotPaused,
    BotResumed,
    BotStarted,
    BotStopped,
    DeskRecovered,
    Event,
    OrderCanceled,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    PanicEngaged,
    PanicLifted,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    TradeClosed,
)
from bot.domain.ids import Symbol, short_reference
from bot.domain.order import OrderIntent

_LEVEL = re.compile(r"^(buy|sell) level \1-(\d+)$")


def event_line(event: Event) -> str:
    """Say in one line what happened."""
    return event_headline(event).plain


def event_headline(event: Event, timezone: str = UTC_ZONE) -> Headline:
    """Return line 1 of the message about an event, with times of the clock in `timezone`."""
    symbol, text = _said(event, Times(event.moment.wall, timezone))
    if event.bot is None:
        return Headline(text, symbol)
    return Headline(text, symbol, event.bot.name, event.bot.mode)


def base_of(symbol: Symbol) -> str:
    """Return the base currency of a symbol."""
    return symbol.partition("/")[0]


def quote_of(symbol: Symbol) -> str:
    """Return the quote currency of a symbol."""
    return symbol.partition("/")[2].partition(":")[0]


def _said(event: Event, times: Times) -> tuple[str, Words]:
    payload = event.payload
    match payload:
        case OrderFilled() | TradeClosed() | OrderPlaced() | OrderCanceled() | OrderRejected() | SignalRaised():
            return _traded(payload)
        case BotStarted() | BotPaused() | BotResumed() | BotStopped() | BotFailed():
            return _lived(payload)
        case RiskTripped():
            return ACT, f"{payload.control.replace('_', ' ')}: {payload.text}"
        case PanicEngaged() | PanicLifted():
            return _panicked(payload)
        case DeskRecovered() | PlatformDown() | PlatformBack() | AccessChanged():
            return _of_desk(payload, times)
        case _:
            assert_never(payload)


def _panicked(payload: PanicEngaged | PanicLifted) -> tuple[str, str]:
    if isinstance(payload, PanicLifted):
        return DONE, f"Panic lifted, scope {payload.scope}"
    return ACT, f"Panic · scope {payload.scope}, {payload.policy}: {counted(payload.bots, 'bot')} stopped"


def _of_desk(payload: DeskRecovered | PlatformDown | PlatformBack | AccessChanged, times: Times) -> tuple[str, Words]:
    match payload:
        case DeskRecovered():
            return LOOK, _recovered(payload, times)
        case PlatformDown() | PlatformBack():
            return _platform(payload, times)
        case AccessChanged():
            return LOOK, payload.text
        case _:
            assert_never(payload)


def _recovered(payload: DeskRecovered, times: Times) -> Words:
    down = duration(payload.up_at - payload.down_since)
    return worded(
        f"Quarterdeck was down for {down}, ",
        times.since(payload.down_since),
        " to ",
        times.since(payload.up_at),
        f". {counted(payload.bots, 'running bot')} recovered.",
    )


def _platform(payload: PlatformDown | PlatformBack, times: Times) -> tuple[str, Words]:
    name = platform_name(payload.platform)
    if isinstance(payload, PlatformBack):
        return DONE, f"{name} is back after {duration(payload.back_at - payload.down_since)}"
    state = "refuses us" if payload.is_final else "is not reachable"
    return LOOK, worded(f"{name} {state} since ", times.instant(payload.since))


def platform_name(platform: str) -> str:
    """Write a platform's name as a sentence does."""
    return platform.capitalize()


def _lived(payload: BotStarted | BotPaused | BotResumed | BotStopped | BotFailed) -> tuple[str, str]:
    match payload:
        case BotStarted():
            return RUNNING, "running"
        case BotPaused():
            return PAUSED, "paused"
        case BotResumed():
            return RUNNING, "running again"
        case BotStopped():
            return STOPPED, f"stopped: {payload.remark}" if payload.remark else "stopped"
        case BotFailed():
            return FAILED, f"failed after {counted(payload.tries, 'try', 'tries')}"
        case _:
            assert_never(payload)


Traded = OrderFilled | TradeClosed | OrderPlaced | OrderCanceled | OrderRejected | SignalRaised


def _traded(payload: Traded) -> tuple[str, str]:
    match payload:
        case OrderFilled():
            return arrow(payload.intent.side), filled_text(payload)
        case TradeClosed():
            quote = quote_of(payload.trade.symbol)
            profit = numbers.profit(payload.trade.profit, quote, payload.trade.entry_value)
            return CLOSED, f"trade {payload.trade.number} closed {profit}"
        case OrderPlaced():
            return "", f"order {_reference(payload.intent)} placed: {order_words(payload.intent)}"
        case OrderCanceled():
            word = "expired" if payload.is_expired else "canceled"
            return "", f"order {_reference(payload.intent)} {word}: {order_words(payload.intent)}"
        case OrderRejected():
            return LOOK, f"order rejected: {payload.error}"
        case SignalRaised():
            return "", f"signal: {payload.action}, {payload.reason}"
        case _:
            assert_never(payload)


def filled_text(payload: OrderFilled) -> str:
    """Say what a fill bought or sold: all of the order, or how much of it so far."""
    fill, intent = payload.fill, payload.intent
    base = base_of(fill.symbol)
    price = as_given(fill.price)
    if payload.order_filled >= intent.quantity:
        rest = "" if fill.quantity >= intent.quantity else f", the last of {numbers.as_given(intent.quantity)}"
        return f"{past(fill.side)} {numbers.as_given(fill.quantity, base)} at {price}{rest}"
    share = numbers.percent(payload.order_filled / intent.quantity)
    total = numbers.as_given(intent.quantity, base)
    return f"{past(fill.side)} {numbers.as_given(payload.order_filled)} of {total} ({share}) at {price}"


def order_words(intent: OrderIntent) -> str:
    """Describe an order: `buy 0.01636 BTC at market`, `sell 0.02 ETH at 2,761.30`."""
    price = "market" if intent.price is None else as_given(intent.price)
    kind = "" if intent.price is None or intent.order_type == "limit" else f" {intent.order_type}"
    return f"{intent.side} {numbers.as_given(intent.quantity, base_of(intent.symbol))} at{kind} {price}"


def plain_reason(reason: str) -> str:
    """Write the reason of an order of a plan for people: `buy level buy-5` as `buy level 5`."""
    return _LEVEL.sub(r"\1 level \2", reason)


def as_given(value: Decimal) -> str:
    """Write a price of a fact with the digits its venue gave it, and thousands commas."""
    return f"{value:,f}"


def _reference(intent: OrderIntent) -> str:
    return short_reference(intent.reference)
