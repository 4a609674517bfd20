"""Why: the last look of a bot with every value, and the chain of an order."""

from decimal import Decimal
from typing import Annotated

from bot.commands import numbers
from bot.commands.reply import SEPARATOR, Button, Footer, KeyValues, Meaning, Reply, Text, reply, row_of
from bot.commands.request import Context
from bot.commands.spec import Arguments, Completion, Topic, Word, command
from bot.commands.words import bot_line, handle, past
from bot.domain.ids import short_reference
from bot.domain.market import Market
from bot.domain.order import Order, OrderStatus
from bot.domain.people import Role
from bot.domain.signal import SignalRow
from bot.engine.explain import ORDER_PREFIX, BotReason, Explain, OrderReason
from bot.engine.queries import Queries

WORDS = {1: "buy", -1: "sell short", 0: "nothing"}


class WhyArguments(Arguments):
    """A bot, or the reference of an order."""

    name: Annotated[
        str, Word("one of your bots, or the reference of an order such as o-8F2K", "alpha", completion=Completion.BOTS)
    ]


@command(
    "why",
    summary="The last decision with its values; for an order the chain behind it",
    role=Role.VIEWER,
    topic=Topic.ORDERS,
    examples=("/why alpha", "/why o-8F2K"),
)
async def why(args: WhyArguments, ctx: Context, queries: Queries, explain: Explain) -> Reply:
    """Explain a bot or an order."""
    if args.name[:2].casefold() == ORDER_PREFIX:
        return await _order(await explain.order(ctx.operator, args.name), ctx, queries)
    bot = await queries.find(ctx.operator, args.name)
    return _bot(await explain.bot(bot), ctx)


def _bot(found: BotReason, ctx: Context) -> Reply:
    view, market = found.figures.view, found.figures.market
    bot = view.bot
    row, close = view.last_row, view.last_row_close
    when = ctx.times.market(close, bot.mode) if close else ""
    line = f"last look {when}: {decision(row)}" if row and close else "has not looked at a candle yet"
    signal = found.last_signal
    last = None
    if signal is not None:
        at = ctx.times.market(signal.candle_close, bot.mode)
        last = Text(f"Last signal {at}: {decision(signal.row)}, {signal.row.reason}. Outcome: {signal.outcome}")
    return reply(
        bot_line(bot, line, ""),
        KeyValues(feature_rows(row, market)) if row and row.features else None,
        Text(row.reason) if row and row.reason else None,
        Text(f"Now: {view.remark}") if view.remark else None,
        last,
        row_of(
            Button("Card", f"/bot {handle(bot)}", Meaning.PRIMARY),
            Button("Chart", f"/chart {handle(bot)}"),
            Button("Logs", f"/logs {handle(bot)}"),
        ),
    )


def decision(row: SignalRow) -> str:
    """Say what a row wants: an exit goes before an entry."""
    return "sell all" if row.exit else WORDS.get(row.entry, "nothing")


def feature_rows(row: SignalRow, market: Market) -> tuple[tuple[str, str], ...]:
    """Return every value a decision looked at; not known ones are n/a."""
    return tuple((name, _feature(value, market)) for name, value in row.features)


def _feature(value: float, market: Market) -> str:
    if value != value:  # noqa: PLR0124  # NaN: not enough candles for this value yet
        return numbers.NOT_KNOWN
    places = max(numbers.places_of(market.tick), 2)
    return f"{Decimal(repr(value)).quantize(Decimal(1).scaleb(-places)):f}"


async def _order(found: OrderReason, ctx: Context, queries: Queries) -> Reply:
    order, bot = found.order, found.bot
    market = await queries.market_of(bot)
    intent = order.intent
    amount = numbers.quantity(intent.quantity, market.step, market.base)
    verb = past(intent.side) if order.status is OrderStatus.FILLED else intent.side.value
    reference = short_reference(intent.reference)
    fee = ", ".join(f"{numbers.exact(fill.fee)} {fill.fee_currency}" for fill in found.fills)
    author = await queries.operator_name(bot.owner)
    return reply(
        bot_line(bot, f"order {reference}: {verb} {amount}, {order.status.replace('_', ' ')}", ""),
        KeyValues(_chain(found, ctx, market)),
        Text(f"Why: {intent.reason}") if intent.reason else None,
        Text(_slip(order, market) + (f", fee {fee}" if fee else "")),
        Footer(SEPARATOR.join((f"v{intent.config_version}", f"run {intent.run_number}", author, intent.reference))),
        row_of(Button("Card", f"/bot {handle(bot)}", Meaning.PRIMARY), Button("Chart", f"/chart {handle(bot)}")),
    )


def _chain(found: OrderReason, ctx: Context, market: Market) -> tuple[tuple[str, str], ...]:
    intent = found.order.intent
    kind = (
        f"{intent.order_type} {intent.side}"
        if intent.price is None
        else (f"{intent.order_type} {intent.side} at {numbers.table_price(intent.price, market.tick)}")
    )
    rows = [
        (ctx.times.recorded(intent.decided_at.market), f"decided: {intent.purpose} ({intent.tag})"),
        (ctx.times.clock(intent.decided_at.wall), f"intent saved: {kind}"),
    ]
    for fill in found.fills:
        price = numbers.table_price(fill.price, market.tick)
        quantity = numbers.bare_quantity(fill.quantity, market.step)
        rows.append((ctx.times.recorded(fill.moment.market), f"filled {quantity} at {price}"))
    remark = f": {found.order.remark}" if found.order.remark else ""
    rows.append((ctx.times.clock(found.order.updated_at.wall), f"{found.order.status.replace('_', ' ')}{remark}"))
    return tuple(rows)


def _slip(order: Order, market: Market) -> str:
    expected = numbers.price(order.intent.reference_price, market.tick)
    if order.average_price is None:
        return f"Expected {expected}, nothing filled yet"
    return f"Expected {expected}, got {numbers.price(order.average_price, market.tick)}"
