"""The chain behind an order: candle or command, decision, intent, venue, fills."""

from decimal import Decimal

from bot.commands.reply.blocks import SEPARATOR, Footer, KeyValues, Meaning, Reply, Text, reply, row_of
from bot.commands.spec.request import Context
from bot.commands.text import numbers
from bot.commands.text.event_text import plain_reason
from bot.commands.text.labels import bot_button, bot_line, past
from bot.domain.fill import Fill
from bot.domain.ids import short_reference
from bot.domain.market import Market
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderStatus
from bot.engine.reports.explanations import OrderReason


def why_order(found: OrderReason, ctx: Context, market: Market, author: str) -> Reply:
    """Explain an order from what led to it down to its fills."""
    order, bot = found.order, found.bot
    intent = order.intent
    amount = numbers.quantity(intent.quantity, market.step, market.base)
    verb = past(intent.side) if order.status is OrderStatus.FILLED else intent.side.value
    reference = short_reference(intent.reference)
    owner = f"bot of {author}"
    return reply(
        bot_line(bot, f"order {reference}: {verb} {amount}, {order.status.replace('_', ' ')}", ""),
        KeyValues(_chain(found, ctx, market)),
        Text(f"Why: {plain_reason(intent.reason)}") if intent.reason else None,
        Text(f"{_slip(order, market)}{_fees(found.fills)}"),
        Footer(SEPARATOR.join((f"v{intent.config_version}", f"run {intent.run_number}", owner, intent.reference))),
        row_of(bot_button("Card", "bot", bot, Meaning.PRIMARY), bot_button("Chart", "chart", bot)),
    )


def _chain(found: OrderReason, ctx: Context, market: Market) -> tuple[tuple[str, str], ...]:
    intent, times = found.order.intent, ctx.times
    rows = [
        (times.market(intent.decided_at.market, found.bot.mode), _decided(intent)),
        (times.clock(intent.decided_at.wall), f"intent saved: {_kind(intent, market)}"),
    ]
    for fill in found.fills:
        price = numbers.table_price(fill.price, market.tick)
        quantity = numbers.bare_quantity(fill.quantity, market.step)
        rows.append((times.market(fill.moment.market, found.bot.mode), f"filled {quantity} at {price}"))
    remark = f": {found.order.remark}" if found.order.remark else ""
    rows.append((times.clock(found.order.updated_at.wall), f"{found.order.status.replace('_', ' ')}{remark}"))
    return tuple(rows)


def _decided(intent: OrderIntent) -> str:
    match intent.purpose:
        case OrderPurpose.ENTRY:
            return "signal: entry"
        case OrderPurpose.EXIT:
            return "decided: exit"
        case OrderPurpose.BARRIER:
            return f"barrier: {intent.tag.replace('_', ' ')}"
        case OrderPurpose.PLAN:
            return f"plan: {intent.tag}"


def _kind(intent: OrderIntent, market: Market) -> str:
    price = "" if intent.price is None else f" at {numbers.table_price(intent.price, market.tick)}"
    return f"{intent.order_type} {intent.side}{price}"


def _slip(order: Order, market: Market) -> str:
    expected = numbers.price(order.intent.reference_price, market.tick)
    if order.average_price is None:
        return f"Expected {expected}, nothing filled yet"
    return f"Expected {expected}, got {numbers.price(order.average_price, market.tick)}"


def _fees(fills: tuple[Fill, ...]) -> str:
    sums: dict[str, Decimal] = {}
    for fill in fills:
        sums[fill.fee_currency] = sums.get(fill.fee_currency, ZERO) + fill.fee
    return "".join(f", fee {numbers.money(fee, currency)}" for currency, fee in sums.items())
