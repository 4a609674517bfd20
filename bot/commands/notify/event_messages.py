"""Events as messages (UX.md, section 3.6): what happened first, then why, then what can be done."""

from decimal import Decimal

from bot.commands.reply.blocks import (
    SEPARATOR,
    Block,
    Button,
    ButtonStyle,
    Footer,
    Image,
    Reply,
    Text,
    Tone,
    build_reply,
    button_row,
)
from bot.commands.reply.input_text import count_text
from bot.commands.text import numbers
from bot.commands.text.event_text import base_currency, event_headline, exact_price, plan_reason_text, quote_currency
from bot.commands.text.labels import bot_label_button, exit_reason_label, side_label
from bot.commands.text.stop_text import RECORDING_ENDED_TEXT
from bot.commands.text.times import UTC_ZONE, duration
from bot.domain.events import (
    AccessChanged,
    BotFailed,
    BotLabel,
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
    Payload,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    TradeClosed,
)
from bot.domain.ids import short_reference
from bot.ports.replay import RECORDING_ENDED


def event_message(event: Event, image: Image | None = None, actor_name: str = "", timezone: str = UTC_ZONE) -> Reply:
    """Make the message about an event; `by` is the name of who did it, `timezone` that of the reader."""
    headline = event_headline(event, timezone)
    return build_reply(
        headline.with_suffix(f" by {actor_name}") if actor_name else headline,
        *detail_blocks(event),
        image,
        button_row(*_buttons(event)),
        tone=_tone(event),
        subject_key=_message_subject(event),
    )


def detail_blocks(event: Event) -> tuple[Block, ...]:
    """Return what stands below line 1."""
    payload = event.payload
    match payload:
        case OrderFilled():
            return _fill_blocks(payload)
        case TradeClosed():
            return _trade_blocks(payload)
        case BotStopped():
            return _stop_blocks(payload, event.bot)
        case OrderRejected():
            return _rejection_blocks(payload)
        case DeskRecovered():
            return _recovery_blocks(payload)
        case RiskTripped():
            return _risk_blocks(payload, event.bot)
        case _:
            return _short_blocks(payload)


def _short_blocks(payload: Payload) -> tuple[Block, ...]:
    match payload:
        case BotFailed():
            return (Text(payload.error), Footer(f"ref {payload.reference}"))
        case OrderCanceled() if payload.remark:
            return (Text(payload.remark),)
        case PanicEngaged():
            return (Text(_panic_text(payload)),)
        case PlatformDown():
            return (Text(f"{payload.reason.rstrip('.')}. Bots trade on; what is told there waits or goes elsewhere."),)
        case _:
            return ()


def _fill_blocks(payload: OrderFilled) -> tuple[Block, ...]:
    fill, intent = payload.fill, payload.intent
    quote = quote_currency(fill.symbol)
    levels = (("stop", payload.stop_price), ("target", payload.target_price))
    guards = [f"{word} {exact_price(price)}" for word, price in levels if price is not None]
    value = numbers.money(fill.quantity * fill.price, quote)
    word = "Cost" if fill.side.sign > 0 else "Worth"
    first = SEPARATOR.join((f"{word} {value}, fee {numbers.money(fill.fee, fill.fee_currency)}", *guards))
    return (Text(first), Text(f"Why: {_reason_text(intent.reason)}{short_reference(intent.reference)}"))


def _trade_blocks(payload: TradeClosed) -> tuple[Block, ...]:
    trade, totals = payload.trade, payload.totals
    quote, base = quote_currency(trade.symbol), base_currency(trade.symbol)
    closed_at = trade.closed_at or payload.fill.moment
    length = duration(closed_at.market - trade.opened_at.market)
    places = max(_decimal_places(payload.fill.price), 0)
    entry = f"{trade.entry_price.quantize(Decimal(1).scaleb(-places)):,f}"
    average = trade.exit_price if trade.exit_price is not None else payload.fill.price
    left = f"{average.quantize(Decimal(1).scaleb(-places)):,f}"
    side = side_label(Decimal(trade.sign)).capitalize()
    held = numbers.exact_quantity(_round_like(payload.fill.quantity, trade.exit_quantity), base)
    why = _exit_reason_text(exit_reason_label(trade.exit_reason), plan_reason_text(payload.intent.reason))
    bot = numbers.profit(totals.closed_profit, quote, payload.capital)
    won = f"{totals.won} of {totals.trades} won"
    return (
        Text(f"{side} {held}, {entry} to {left} in {length}"),
        Text(f"Exit: {why} · fees {numbers.money(trade.fees, quote)}"),
        Text(f"Bot: {bot}, {won} · {short_reference(payload.intent.reference)}"),
    )


def _stop_blocks(payload: BotStopped, bot_label: BotLabel | None) -> tuple[Block, ...]:
    base = base_currency(bot_label.symbol) if bot_label else ""
    canceled = f"Own orders canceled: {payload.canceled_orders}."
    if not payload.kept_quantity:
        return (Text(f"{canceled} Nothing is held."),)
    held = f"{side_label(payload.kept_quantity)} {numbers.exact_quantity(abs(payload.kept_quantity), base)}"
    if payload.remark == RECORDING_ENDED:
        return (Text(f"{canceled} Kept: {held}; {RECORDING_ENDED_TEXT}"),)
    levels = (("stop", payload.stop_price), ("target", payload.target_price))
    guards = " and ".join(f"{word} at {exact_price(price)}" for word, price in levels if price is not None)
    guarded = f"guarded by its {guards}" if guards else "with no stop: nothing guards it"
    return (Text(f"{canceled} Kept: {held}, {guarded}; signals no longer sell it."),)


def _rejection_blocks(payload: OrderRejected) -> tuple[Block, ...]:
    intent = payload.intent
    price = intent.price or intent.reference_price
    value = numbers.money(intent.quantity * price, quote_currency(intent.symbol))
    amount = numbers.exact_quantity(intent.quantity, base_currency(intent.symbol))
    text = f"{intent.side.capitalize()} {amount} at {exact_price(price)} is {value}. Not tried again."
    return (Text(text), Footer(f"ref {payload.reference}"))


def _risk_blocks(payload: RiskTripped, bot_label: BotLabel | None) -> tuple[Block, ...]:
    if not payload.stays_open:
        return (Text("Nothing is held."),)
    amount = numbers.exact_quantity(abs(payload.stays_open), base_currency(bot_label.symbol) if bot_label else "")
    return (Text(f"Stays open: {side_label(payload.stays_open)} {amount}."),)


def _panic_text(payload: PanicEngaged) -> str:
    closing = f", {count_text(payload.closing_positions, 'position')} being closed" if payload.closing_positions else ""
    return (
        f"{count_text(payload.canceled_orders, 'own order')} canceled{closing}. Stays so until the owner sends /unlock."
    )


def _recovery_blocks(payload: DeskRecovered) -> tuple[Block, ...]:
    changed = "\n".join(payload.changed) if payload.changed else "nothing"
    unknown = payload.unknown_orders or "none"
    return (Text(f"Changed meanwhile: {changed}"), Text(f"Unknown orders: {unknown}."))


def _buttons(event: Event) -> tuple[Button, ...]:
    if event.bot is None:
        return _process_buttons(event.payload)
    label = event.bot
    card, why = bot_label_button("Card", "bot", label, ButtonStyle.PRIMARY), bot_label_button("Why", "why", label)
    run = bot_label_button("Run", "run", label, ButtonStyle.SUCCESS)
    match event.payload:
        case OrderFilled():
            return card, why, bot_label_button("Close", "close", label, ButtonStyle.DANGER)
        case TradeClosed():
            return card, why, bot_label_button("Trades", "trades", label)
        case OrderRejected() | OrderCanceled() | OrderPlaced():
            return card, bot_label_button("Orders", "orders", label)
        case BotFailed():
            return bot_label_button("Logs", "logs", label, ButtonStyle.PRIMARY), run
        case BotStopped():
            return _stop_buttons(event.payload, label)
        case RiskTripped():
            return card, bot_label_button("Close", "close", label, ButtonStyle.DANGER)
        case _:
            return (card,)


def _process_buttons(payload: Payload) -> tuple[Button, ...]:
    if isinstance(payload, AccessChanged):
        return (Button("People", "/users", ButtonStyle.PRIMARY), Button("Audit", "/audit"))
    return (Button("Fleet", "/bots", ButtonStyle.PRIMARY), Button("Orders", "/orders"), Button("Logs", "/logs"))


def _tone(event: Event) -> Tone:
    match event.payload:
        case TradeClosed(trade=trade):
            return Tone.SUCCESS if trade.profit > 0 else Tone.ERROR
        case BotStarted() | BotResumed() | PanicLifted():
            return Tone.SUCCESS
        case BotFailed() | RiskTripped() | PanicEngaged():
            return Tone.ERROR
        case BotPaused() | OrderRejected() | DeskRecovered() | PlatformDown() | AccessChanged():
            return Tone.WARNING
        case PlatformBack():
            return Tone.SUCCESS
        case BotStopped():
            return Tone.NEUTRAL
        case OrderFilled() | OrderPlaced() | OrderCanceled() | SignalRaised():
            return Tone.INFORMATION


def _stop_buttons(payload: BotStopped, bot_label: BotLabel) -> tuple[Button, ...]:
    stats = bot_label_button("Stats", "stats", bot_label, ButtonStyle.PRIMARY)
    if payload.remark != RECORDING_ENDED:
        return stats, bot_label_button("Run", "run", bot_label, ButtonStyle.SUCCESS)
    # Run would help nobody: what is started after the end is stopped again at once. Nor would a restart while it holds.
    if not payload.kept_quantity:
        return stats, Button("Restart market", "/market action=restart")
    card = bot_label_button("Card", "bot", bot_label, ButtonStyle.PRIMARY)
    return card, bot_label_button("Flatten", "stop", bot_label, ButtonStyle.DANGER, "policy=flatten")


def _message_subject(event: Event) -> str:
    match event.payload:
        case OrderFilled(intent=intent) | TradeClosed(intent=intent) | OrderPlaced(intent=intent):
            return f"order:{intent.client_order_id}"
        case OrderCanceled(intent=intent) | OrderRejected(intent=intent):
            return f"order:{intent.client_order_id}"
        case _:
            return ""


def _reason_text(reason: str) -> str:
    return f"{plan_reason_text(reason)} · " if reason else ""


def _exit_reason_text(word: str, reason: str) -> str:
    """Say why a position was left, once: a barrier's word is its whole reason."""
    return f"{word}, {reason}" if reason and reason != word else word


def _round_like(sample: Decimal, total: Decimal) -> Decimal:
    return total.quantize(Decimal(1).scaleb(-_decimal_places(sample)))


def _decimal_places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
