"""Presenters of events about orders, fills, trades and signals (UX.md, section 3.6)."""

from decimal import Decimal
from functools import partial

from bot.commands.notify.presentation import CARD, CLOSE, ORDERS, WHY, BotButton, EventContext, Presentation
from bot.commands.reply.blocks import SEPARATOR, Footer, Text, Tone
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import quote_reason, quote_words
from bot.commands.text import numbers
from bot.commands.text.guard_text import STATE_SUFFIXES, gap_text
from bot.commands.text.labels import (
    ALERT,
    BOUGHT,
    CLOSED,
    SOLD,
    WARNING,
    bot_button,
    exit_reason_label,
    side_label,
    side_past_tense,
)
from bot.commands.text.stop_text import level_texts
from bot.commands.text.times import duration
from bot.commands.text.trade_text import base_currency, exact_price, quote_currency
from bot.domain.book_events import DustLeft
from bot.domain.events import (
    OrderCanceled,
    OrderFilled,
    OrderPlaced,
    OrderRejected,
    SignalRaised,
    TradeClosed,
)
from bot.domain.guard import GuardGap, GuardState, StopLost
from bot.domain.ids import short_reference
from bot.domain.order import OrderIntent, OrderSide
from bot.domain.trade import Trade

_TRADES: BotButton = partial(bot_button, "Trades", "trades")


def present_fill(payload: OrderFilled, _: EventContext) -> Presentation:
    """Present what was bought or sold, at what cost, and why."""
    fill, intent = payload.fill, payload.intent
    value = numbers.money(fill.quantity * fill.price, quote_currency(fill.symbol))
    word = "Cost" if fill.side.sign > 0 else "Worth"
    guards = [f"{SEPARATOR}{text}" for text in _guard_texts(payload)]
    cost = join_text(f"{word} ", value, ", fee ", numbers.money(fill.fee, fill.fee_currency), *guards)
    reason = join_text(quote_reason(intent.reason), SEPARATOR) if intent.reason else ""
    return Presentation(
        symbol=BOUGHT if intent.side is OrderSide.BUY else SOLD,
        text=_fill_text(payload),
        body=(Text(cost), Text(join_text("Why: ", reason, short_reference(intent.reference)))),
        buttons=(CARD, WHY, CLOSE),
        subject_key=_order_subject(intent),
    )


def present_trade(payload: TradeClosed, _: EventContext) -> Presentation:
    """Present a trade's profit, its exit, and the bot's totals."""
    trade, totals, intent = payload.trade, payload.totals, payload.intent
    quote = quote_currency(trade.symbol)
    profit = numbers.profit(trade.profit, quote, trade.entry_value)
    growth = totals.closed_profit / payload.capital if payload.growth is None else payload.growth
    of_bot = numbers.profit_and_share(totals.closed_profit, quote, growth)
    reference = short_reference(intent.reference)
    return Presentation(
        symbol=CLOSED,
        text=join_text(f"trade {trade.number} closed ", profit),
        body=(
            Text(_trade_text(payload)),
            Text(join_text("Exit: ", _exit_text(trade, intent), " · fees ", numbers.money(trade.fees, quote))),
            Text(join_text("Bot: ", of_bot, f", {totals.won} of {totals.trades} won · {reference}")),
        ),
        buttons=(CARD, WHY, _TRADES),
        tone=Tone.SUCCESS if trade.profit > 0 else Tone.ERROR,
        subject_key=_order_subject(intent),
    )


def present_dust(payload: DustLeft, context: EventContext) -> Presentation:
    """Present a trade whose rest could not be sold: its loss counts, the rest stays."""
    trade, totals, quote = payload.trade, payload.totals, quote_currency(payload.trade.symbol)
    amount = numbers.exact_quantity(abs(payload.quantity), context.base_currency)
    value, least = numbers.money(payload.value, quote), numbers.money(payload.minimum, quote)
    of_bot = numbers.profit(totals.closed_profit, quote, payload.capital)
    return Presentation(
        symbol=CLOSED,
        text=join_text(f"trade {trade.number} closed ", numbers.profit(trade.profit, quote, trade.entry_value)),
        body=(
            Text(join_text(amount, " stay, ", value, ", below the market's minimum of ", least, ".")),
            Text(join_text(f"Exit: {exit_reason_label(trade.exit_reason)} · fees ", numbers.money(trade.fees, quote))),
            Text(join_text("Bot: ", of_bot, f", {totals.won} of {totals.trades} won")),
        ),
        buttons=(CARD, _TRADES),
        tone=Tone.SUCCESS if trade.profit > 0 else Tone.ERROR,
    )


def present_lost_stop(payload: StopLost, context: EventContext) -> Presentation:
    """Present a position whose stop does not rest at the venue: why, and what acts in its place."""
    price, held = exact_price(payload.price), numbers.exact_quantity(abs(payload.held), context.base_currency)
    why = gap_text(payload.gap, price, payload.found, payload.minimum, payload.error)
    then = f"at {price} it is sold"
    if payload.gap is GuardGap.TOO_SMALL:
        then = "what is too small to be sold then is booked as dust"
    watched = f" Watched here instead: {then}." if payload.is_watched else ""
    return Presentation(
        symbol=ALERT,
        text=join_text(f"{side_label(payload.held)} ", held, " has no working stop"),
        body=(
            Text(join_text("Why: ", why, ".", watched)),
            *((Footer(f"ref {payload.reference}"),) if payload.reference else ()),
        ),
        buttons=(CARD, CLOSE),
        tone=Tone.ERROR,
    )


def present_placed_order(payload: OrderPlaced, _: EventContext) -> Presentation:
    return _order_presentation(payload.intent, "placed")


def present_canceled_order(payload: OrderCanceled, _: EventContext) -> Presentation:
    """Present a canceled order, with the reason if it is known."""
    word = "expired" if payload.is_expired else "canceled"
    return _order_presentation(payload.intent, word, remark=payload.remark)


def present_rejected_order(payload: OrderRejected, _: EventContext) -> Presentation:
    """Present why a venue refused an order, and the order's value."""
    intent = payload.intent
    price = intent.price or intent.reference_price
    value = numbers.money(intent.quantity * price, quote_currency(intent.symbol))
    amount = numbers.exact_quantity(intent.quantity, base_currency(intent.symbol))
    order = join_text(f"{intent.side.capitalize()} ", amount, f" at {exact_price(price)} is ", value)
    return Presentation(
        symbol=WARNING,
        text=join_text("order rejected: ", quote_words(payload.error)),
        body=(Text(join_text(order, ". Not tried again.")), Footer(f"ref {payload.reference}")),
        buttons=(CARD, ORDERS),
        tone=Tone.WARNING,
        subject_key=_order_subject(intent),
    )


def present_signal(payload: SignalRaised, _: EventContext) -> Presentation:
    """Present a strategy's signal with its reason."""
    return Presentation(text=join_text(f"signal: {payload.action}, ", quote_reason(payload.reason)))


def _order_presentation(intent: OrderIntent, word: str, remark: str = "") -> Presentation:
    price = "market" if intent.price is None else exact_price(intent.price)
    kind = "" if intent.price is None or intent.order_type == "limit" else f" {intent.order_type}"
    amount = numbers.exact_quantity(intent.quantity, base_currency(intent.symbol))
    reference = short_reference(intent.reference)
    return Presentation(
        text=join_text(f"order {reference} {word}: {intent.side} ", amount, f" at{kind} {price}"),
        body=(Text(quote_words(remark)),) if remark else (),
        buttons=(CARD, ORDERS),
        subject_key=_order_subject(intent),
    )


def _order_subject(intent: OrderIntent) -> str:
    return f"order:{intent.client_order_id}"


def _guard_texts(payload: OrderFilled) -> list[str]:
    """Name the barriers of the position after a fill; whatever does not work yet says so."""
    guards = payload.guards
    if guards is None:
        return level_texts(payload.stop_price, payload.target_price, exact_price)
    found = (("stop", guards.stop), ("target", guards.target))
    named = [(f"{word} {exact_price(guard.price)}", guard.state) for word, guard in found if guard]
    states = {state for _, state in named}
    if len(named) > 1 and states == {GuardState.PENDING}:
        return [f"{' and '.join(text for text, _ in named)}, on their way"]
    return [f"{text}{STATE_SUFFIXES[state]}" for text, state in named]


def _fill_text(payload: OrderFilled) -> RichText:
    """Describe a fill: the whole order, or how much of it so far."""
    fill, intent = payload.fill, payload.intent
    base = base_currency(fill.symbol)
    verb, price = side_past_tense(fill.side), exact_price(fill.price)
    whole = intent.quantity
    if payload.order_filled >= whole:
        rest = () if fill.quantity >= whole else (", the last of ", numbers.exact_quantity(whole))
        return join_text(f"{verb} ", numbers.exact_quantity(fill.quantity, base), f" at {price}", *rest)
    share = numbers.percent(payload.order_filled / whole)
    filled = numbers.exact_quantity(payload.order_filled)
    return join_text(f"{verb} ", filled, " of ", numbers.exact_quantity(whole, base), f" ({share}) at {price}")


def _trade_text(payload: TradeClosed) -> RichText:
    """Describe a trade: quantity, entry and exit price, and duration."""
    trade, fill = payload.trade, payload.fill
    closed_at = trade.closed_at or fill.moment
    length = duration(closed_at.market - trade.opened_at.market)
    entry, left = (
        exact_price(numbers.round_like(fill.price, price))
        for price in (trade.entry_price, fill.price if trade.exit_price is None else trade.exit_price)
    )
    held = numbers.exact_quantity(numbers.round_like(fill.quantity, trade.exit_quantity), base_currency(trade.symbol))
    return join_text(f"{side_label(Decimal(trade.sign)).capitalize()} ", held, f", {entry} to {left} in {length}")


def _exit_text(trade: Trade, intent: OrderIntent) -> RichText:
    """Return why a position was left; a barrier's name is the whole reason."""
    word, reason = exit_reason_label(trade.exit_reason), intent.reason
    return join_text(word, ", ", quote_reason(reason)) if reason and reason != word else word
