"""One line for every kind of event: headlines of messages, lines of digests and of `/logs`."""

import re
from decimal import Decimal
from typing import assert_never

from bot.commands.reply.blocks import Headline
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text
from bot.commands.text import numbers
from bot.commands.text.labels import (
    ALERT,
    CLOSED,
    DONE,
    FAILED,
    PAUSED,
    RUNNING,
    STOPPED,
    WARNING,
    side_past_tense,
    side_symbol,
)
from bot.commands.text.times import UTC_ZONE, TimeFormatter, duration
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

_PLAN_LEVEL = re.compile(r"^(buy|sell) level \1-(\d+)$")


def event_text(event: Event) -> str:
    """Say in one line what happened."""
    return event_headline(event).plain_text


def event_headline(event: Event, timezone: str = UTC_ZONE) -> Headline:
    """Return line 1 of the message about an event, with times of the clock in `timezone`."""
    symbol, text = _symbol_and_text(event, TimeFormatter(event.moment.wall, timezone))
    if event.bot is None:
        return Headline(text, symbol)
    return Headline(text, symbol, event.bot.name, event.bot.mode)


def base_currency(symbol: Symbol) -> str:
    return symbol.partition("/")[0]


def quote_currency(symbol: Symbol) -> str:
    return symbol.partition("/")[2].partition(":")[0]


def _symbol_and_text(event: Event, times: TimeFormatter) -> tuple[str, RichText]:
    payload = event.payload
    match payload:
        case OrderFilled() | TradeClosed() | OrderPlaced() | OrderCanceled() | OrderRejected() | SignalRaised():
            return _trading_text(payload)
        case BotStarted() | BotPaused() | BotResumed() | BotStopped() | BotFailed():
            return _lifecycle_text(payload)
        case RiskTripped():
            return ALERT, f"{payload.control.replace('_', ' ')}: {payload.text}"
        case PanicEngaged() | PanicLifted():
            return _panic_text(payload)
        case DeskRecovered() | PlatformDown() | PlatformBack() | AccessChanged():
            return _process_text(payload, times)
        case _:
            assert_never(payload)


def _panic_text(payload: PanicEngaged | PanicLifted) -> tuple[str, str]:
    if isinstance(payload, PanicLifted):
        return DONE, f"Panic lifted, scope {payload.scope}"
    return ALERT, f"Panic · scope {payload.scope}, {payload.policy}: {count_text(payload.bots, 'bot')} stopped"


def _process_text(
    payload: DeskRecovered | PlatformDown | PlatformBack | AccessChanged, times: TimeFormatter
) -> tuple[str, RichText]:
    match payload:
        case DeskRecovered():
            return WARNING, _recovery_text(payload, times)
        case PlatformDown() | PlatformBack():
            return _platform_text(payload, times)
        case AccessChanged():
            return WARNING, payload.text
        case _:
            assert_never(payload)


def _recovery_text(payload: DeskRecovered, times: TimeFormatter) -> RichText:
    down = duration(payload.up_at - payload.down_since)
    return join_text(
        f"Quarterdeck was down for {down}, ",
        times.state_time(payload.down_since),
        " to ",
        times.state_time(payload.up_at),
        f". {count_text(payload.bots, 'running bot')} recovered.",
    )


def _platform_text(payload: PlatformDown | PlatformBack, times: TimeFormatter) -> tuple[str, RichText]:
    name = platform_name(payload.platform)
    if isinstance(payload, PlatformBack):
        return DONE, f"{name} is back after {duration(payload.back_at - payload.down_since)}"
    state = "refuses us" if payload.is_final else "is not reachable"
    return WARNING, join_text(f"{name} {state} since ", times.inline_time(payload.since))


def platform_name(platform: str) -> str:
    """Write a platform's name as a sentence does."""
    return platform.capitalize()


def _lifecycle_text(payload: BotStarted | BotPaused | BotResumed | BotStopped | BotFailed) -> tuple[str, str]:
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
            return FAILED, f"failed after {count_text(payload.tries, 'try', 'tries')}"
        case _:
            assert_never(payload)


TradingPayload = OrderFilled | TradeClosed | OrderPlaced | OrderCanceled | OrderRejected | SignalRaised


def _trading_text(payload: TradingPayload) -> tuple[str, str]:
    match payload:
        case OrderFilled():
            return side_symbol(payload.intent.side), fill_text(payload)
        case TradeClosed():
            quote = quote_currency(payload.trade.symbol)
            profit = numbers.profit(payload.trade.profit, quote, payload.trade.entry_value)
            return CLOSED, f"trade {payload.trade.number} closed {profit}"
        case OrderPlaced():
            return "", f"order {_reference(payload.intent)} placed: {order_text(payload.intent)}"
        case OrderCanceled():
            word = "expired" if payload.is_expired else "canceled"
            return "", f"order {_reference(payload.intent)} {word}: {order_text(payload.intent)}"
        case OrderRejected():
            return WARNING, f"order rejected: {payload.error}"
        case SignalRaised():
            return "", f"signal: {payload.action}, {payload.reason}"
        case _:
            assert_never(payload)


def fill_text(payload: OrderFilled) -> str:
    """Say what a fill bought or sold: all of the order, or how much of it so far."""
    fill, intent = payload.fill, payload.intent
    base = base_currency(fill.symbol)
    price = exact_price(fill.price)
    if payload.order_filled >= intent.quantity:
        rest = "" if fill.quantity >= intent.quantity else f", the last of {numbers.exact_quantity(intent.quantity)}"
        return f"{side_past_tense(fill.side)} {numbers.exact_quantity(fill.quantity, base)} at {price}{rest}"
    share = numbers.percent(payload.order_filled / intent.quantity)
    total = numbers.exact_quantity(intent.quantity, base)
    return (
        f"{side_past_tense(fill.side)} {numbers.exact_quantity(payload.order_filled)} of {total} ({share}) at {price}"
    )


def order_text(intent: OrderIntent) -> str:
    """Describe an order: `buy 0.01636 BTC at market`, `sell 0.02 ETH at 2,761.30`."""
    price = "market" if intent.price is None else exact_price(intent.price)
    kind = "" if intent.price is None or intent.order_type == "limit" else f" {intent.order_type}"
    return f"{intent.side} {numbers.exact_quantity(intent.quantity, base_currency(intent.symbol))} at{kind} {price}"


def plan_reason_text(reason: str) -> str:
    """Write the reason of an order of a plan for people: `buy level buy-5` as `buy level 5`."""
    return _PLAN_LEVEL.sub(r"\1 level \2", reason)


def exact_price(value: Decimal) -> str:
    """Write a price of a fact with the digits its venue gave it, and thousands commas."""
    return f"{value:,f}"


def _reference(intent: OrderIntent) -> str:
    return short_reference(intent.reference)
