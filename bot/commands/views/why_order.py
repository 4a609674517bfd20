"""Explanation of an order: candle or command, decision, intent, venue, fills."""

from collections import defaultdict
from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, ButtonStyle, Footer, KeyValues, Reply, Text, build_reply, button_row
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import quote_reason, quote_words
from bot.commands.spec.request import CommandContext
from bot.commands.text import numbers
from bot.commands.text.labels import bot_button, bot_headline, side_past_tense
from bot.domain.fill import Fill
from bot.domain.ids import short_reference
from bot.domain.market import Market
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderStatus
from bot.engine.reports.explanations import OrderReason


def order_explanation(reason: OrderReason, ctx: CommandContext, market: Market, author: str) -> Reply:
    """Explain an order from its cause to its fills."""
    order, bot = reason.order, reason.bot
    intent = order.intent
    amount = numbers.quantity(intent.quantity, market.step, market.base)
    verb = side_past_tense(intent.side) if order.status is OrderStatus.FILLED else intent.side.value
    reference = short_reference(intent.reference)
    owner = f"bot of {author}"
    return build_reply(
        bot_headline(bot, join_text(f"order {reference}: {verb} ", amount, f", {order.status.replace('_', ' ')}"), ""),
        KeyValues(_chain_rows(reason, ctx, market)),
        Text(join_text("Why: ", quote_reason(intent.reason))) if intent.reason else None,
        Text(join_text(_slippage_text(order, market), *_fee_texts(reason.fills))),
        Footer(SEPARATOR.join((f"v{intent.config_version}", f"run {intent.run_number}", owner, intent.reference))),
        button_row(bot_button("Card", "bot", bot, ButtonStyle.PRIMARY), bot_button("Chart", "chart", bot)),
    )


def _chain_rows(reason: OrderReason, ctx: CommandContext, market: Market) -> tuple[tuple[str, RichText], ...]:
    intent, times = reason.order.intent, ctx.times
    limit = "" if intent.price is None else f" at {numbers.table_price(intent.price, market.tick)}"
    rows: list[tuple[str, RichText]] = [
        (times.market_time_text(intent.decided_at.market, reason.bot.mode), _decision_text(intent)),
        (times.clock_time(intent.decided_at.wall), f"intent saved: {intent.order_type} {intent.side}{limit}"),
    ]
    for fill in reason.fills:
        price = numbers.table_price(fill.price, market.tick)
        quantity = numbers.bare_quantity(fill.quantity, market.step)
        filled = join_text("filled ", quantity, f" at {price}")
        rows.append((times.market_time_text(fill.moment.market, reason.bot.mode), filled))
    remark = join_text(": ", quote_words(reason.order.remark)) if reason.order.remark else ""
    ended = join_text(reason.order.status.replace("_", " "), remark)
    rows.append((times.clock_time(reason.order.updated_at.wall), ended))
    return tuple(rows)


def _decision_text(intent: OrderIntent) -> str:
    match intent.purpose:
        case OrderPurpose.ENTRY:
            return "signal: entry"
        case OrderPurpose.EXIT:
            return "decided: exit"
        case OrderPurpose.BARRIER:
            return f"barrier: {intent.tag.replace('_', ' ')}"
        case OrderPurpose.PLAN:
            return f"plan: {intent.tag}"


def _slippage_text(order: Order, market: Market) -> str:
    # A resting order promises its own price; only one at market is measured against the price of its decision.
    promised = order.intent.price or order.intent.reference_price
    expected = numbers.price(promised, market.tick)
    if order.average_price is None:
        return f"Expected {expected}, nothing filled yet"
    return f"Expected {expected}, got {numbers.price(order.average_price, market.tick)}"


def _fee_texts(fills: tuple[Fill, ...]) -> list[RichText]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for fill in fills:
        sums[fill.fee_currency] += fill.fee
    return [join_text(", fee ", numbers.money(fee, currency)) for currency, fee in sums.items()]
