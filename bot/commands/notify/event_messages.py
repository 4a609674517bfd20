"""Events as messages (UX.md, section 3.6): what happened first, then why, then what can be done."""

from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, Block, Button, Footer, Image, Meaning, Reply, Text, Tone, reply, row_of
from bot.commands.reply.input_text import counted
from bot.commands.text import numbers
from bot.commands.text.event_text import as_given, base_of, event_headline, plain_reason, quote_of
from bot.commands.text.labels import face_button, reason_word, side_word
from bot.commands.text.stop_text import SOLD_AFTER_THE_END
from bot.commands.text.times import UTC_ZONE, duration
from bot.domain.events import (
    AccessChanged,
    BotFace,
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
    Payload,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
    TradeClosed,
)
from bot.domain.ids import short_reference
from bot.ports.replay import RECORDING_ENDED


def notice(event: Event, image: Image | None = None, by: str = "", timezone: str = UTC_ZONE) -> Reply:
    """Make the message about an event; `by` is the name of who did it, `timezone` that of the reader."""
    headline = event_headline(event, timezone)
    return reply(
        headline.with_more(f" by {by}") if by else headline,
        *details(event),
        image,
        row_of(*_buttons(event)),
        tone=_tone(event),
        about=_about(event),
    )


def details(event: Event) -> tuple[Block, ...]:
    """Return what stands below line 1."""
    payload = event.payload
    match payload:
        case OrderFilled():
            return _filled(payload)
        case TradeClosed():
            return _closed(payload)
        case BotStopped():
            return _stopped(payload, event.bot)
        case OrderRejected():
            return _rejected(payload)
        case DeskRecovered():
            return _recovered(payload)
        case RiskTripped():
            return _tripped(payload, event.bot)
        case _:
            return _short(payload)


def _short(payload: Payload) -> tuple[Block, ...]:
    match payload:
        case BotFailed():
            return (Text(payload.error), Footer(f"ref {payload.reference}"))
        case OrderCanceled() if payload.remark:
            return (Text(payload.remark),)
        case PanicEngaged():
            return (Text(_panic(payload)),)
        case PlatformDown():
            return (Text(f"{payload.reason.rstrip('.')}. Bots trade on; what is told there waits or goes elsewhere."),)
        case _:
            return ()


def _filled(payload: OrderFilled) -> tuple[Block, ...]:
    fill, intent = payload.fill, payload.intent
    quote = quote_of(fill.symbol)
    levels = (("stop", payload.stop_price), ("target", payload.target_price))
    guards = [f"{word} {as_given(price)}" for word, price in levels if price is not None]
    value = numbers.money(fill.quantity * fill.price, quote)
    word = "Cost" if fill.side.sign > 0 else "Worth"
    first = SEPARATOR.join((f"{word} {value}, fee {numbers.money(fill.fee, fill.fee_currency)}", *guards))
    return (Text(first), Text(f"Why: {_why(intent.reason)}{short_reference(intent.reference)}"))


def _closed(payload: TradeClosed) -> tuple[Block, ...]:
    trade, totals = payload.trade, payload.totals
    quote, base = quote_of(trade.symbol), base_of(trade.symbol)
    closed_at = trade.closed_at or payload.fill.moment
    length = duration(closed_at.market - trade.opened_at.market)
    places = max(_places(payload.fill.price), 0)
    entry = f"{trade.entry_price.quantize(Decimal(1).scaleb(-places)):,f}"
    average = trade.exit_price if trade.exit_price is not None else payload.fill.price
    left = f"{average.quantize(Decimal(1).scaleb(-places)):,f}"
    side = side_word(Decimal(trade.sign)).capitalize()
    held = numbers.as_given(_to_places_of(payload.fill.quantity, trade.exit_quantity), base)
    why = _exit_why(reason_word(trade.exit_reason), plain_reason(payload.intent.reason))
    bot = numbers.profit(totals.closed_profit, quote, payload.capital)
    won = f"{totals.won} of {totals.trades} won"
    return (
        Text(f"{side} {held}, {entry} to {left} in {length}"),
        Text(f"Exit: {why} · fees {numbers.money(trade.fees, quote)}"),
        Text(f"Bot: {bot}, {won} · {short_reference(payload.intent.reference)}"),
    )


def _stopped(payload: BotStopped, face: BotFace | None) -> tuple[Block, ...]:
    base = base_of(face.symbol) if face else ""
    canceled = f"Own orders canceled: {payload.canceled_orders}."
    if not payload.kept_quantity:
        return (Text(f"{canceled} Nothing is held."),)
    held = f"{side_word(payload.kept_quantity)} {numbers.as_given(abs(payload.kept_quantity), base)}"
    if payload.remark == RECORDING_ENDED:
        return (Text(f"{canceled} Kept: {held}; {SOLD_AFTER_THE_END}"),)
    levels = (("stop", payload.stop_price), ("target", payload.target_price))
    guards = " and ".join(f"{word} at {as_given(price)}" for word, price in levels if price is not None)
    guarded = f"guarded by its {guards}" if guards else "with no stop: nothing guards it"
    return (Text(f"{canceled} Kept: {held}, {guarded}; signals no longer sell it."),)


def _rejected(payload: OrderRejected) -> tuple[Block, ...]:
    intent = payload.intent
    price = intent.price or intent.reference_price
    value = numbers.money(intent.quantity * price, quote_of(intent.symbol))
    amount = numbers.as_given(intent.quantity, base_of(intent.symbol))
    text = f"{intent.side.capitalize()} {amount} at {as_given(price)} is {value}. Not tried again."
    return (Text(text), Footer(f"ref {payload.reference}"))


def _tripped(payload: RiskTripped, face: BotFace | None) -> tuple[Block, ...]:
    if not payload.stays_open:
        return (Text("Nothing is held."),)
    amount = numbers.as_given(abs(payload.stays_open), base_of(face.symbol) if face else "")
    return (Text(f"Stays open: {side_word(payload.stays_open)} {amount}."),)


def _panic(payload: PanicEngaged) -> str:
    closing = f", {counted(payload.closing_positions, 'position')} being closed" if payload.closing_positions else ""
    return f"{counted(payload.canceled_orders, 'own order')} canceled{closing}. Stays so until the owner sends /unlock."


def _recovered(payload: DeskRecovered) -> tuple[Block, ...]:
    changed = "\n".join(payload.changed) if payload.changed else "nothing"
    unknown = payload.unknown_orders or "none"
    return (Text(f"Changed meanwhile: {changed}"), Text(f"Unknown orders: {unknown}."))


def _buttons(event: Event) -> tuple[Button, ...]:
    if event.bot is None:
        return _desk_buttons(event.payload)
    face = event.bot
    card, why = face_button("Card", "bot", face, Meaning.PRIMARY), face_button("Why", "why", face)
    run = face_button("Run", "run", face, Meaning.SUCCESS)
    match event.payload:
        case OrderFilled():
            return card, why, face_button("Close", "close", face, Meaning.DANGER)
        case TradeClosed():
            return card, why, face_button("Trades", "trades", face)
        case OrderRejected() | OrderCanceled() | OrderPlaced():
            return card, face_button("Orders", "orders", face)
        case BotFailed():
            return face_button("Logs", "logs", face, Meaning.PRIMARY), run
        case BotStopped():
            return _after_stop(event.payload, face)
        case RiskTripped():
            return card, face_button("Close", "close", face, Meaning.DANGER)
        case _:
            return (card,)


def _desk_buttons(payload: Payload) -> tuple[Button, ...]:
    if isinstance(payload, AccessChanged):
        return (Button("People", "/users", Meaning.PRIMARY), Button("Audit", "/audit"))
    return (Button("Fleet", "/bots", Meaning.PRIMARY), Button("Orders", "/orders"), Button("Logs", "/logs"))


def _tone(event: Event) -> Tone:
    match event.payload:
        case TradeClosed(trade=trade):
            return Tone.GOOD if trade.profit > 0 else Tone.BAD
        case BotStarted() | BotResumed() | PanicLifted():
            return Tone.GOOD
        case BotFailed() | RiskTripped() | PanicEngaged():
            return Tone.BAD
        case BotPaused() | OrderRejected() | DeskRecovered() | PlatformDown() | AccessChanged():
            return Tone.LOOK
        case PlatformBack():
            return Tone.GOOD
        case BotStopped():
            return Tone.NEUTRAL
        case OrderFilled() | OrderPlaced() | OrderCanceled() | SignalRaised():
            return Tone.INFORMATION


def _after_stop(payload: BotStopped, face: BotFace) -> tuple[Button, ...]:
    stats = face_button("Stats", "stats", face, Meaning.PRIMARY)
    if payload.remark != RECORDING_ENDED:
        return stats, face_button("Run", "run", face, Meaning.SUCCESS)
    # Run would help nobody: what is started after the end is stopped again at once. Nor would a restart while it holds.
    if not payload.kept_quantity:
        return stats, Button("Restart market", "/market action=restart")
    card = face_button("Card", "bot", face, Meaning.PRIMARY)
    return card, face_button("Flatten", "stop", face, Meaning.DANGER, "policy=flatten")


def _about(event: Event) -> str:
    match event.payload:
        case OrderFilled(intent=intent) | TradeClosed(intent=intent) | OrderPlaced(intent=intent):
            return f"order:{intent.client_order_id}"
        case OrderCanceled(intent=intent) | OrderRejected(intent=intent):
            return f"order:{intent.client_order_id}"
        case _:
            return ""


def _why(reason: str) -> str:
    return f"{plain_reason(reason)} · " if reason else ""


def _exit_why(word: str, reason: str) -> str:
    """Say why a position was left, once: a barrier's word is its whole reason."""
    return f"{word}, {reason}" if reason and reason != word else word


def _to_places_of(sample: Decimal, total: Decimal) -> Decimal:
    return total.quantize(Decimal(1).scaleb(-_places(sample)))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
