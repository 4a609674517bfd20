"""Tables: positions, orders, trades, signals."""

from decimal import Decimal

from bot.commands import numbers
from bot.commands.catalog.typed import MaybeOneBot, PagedBot
from bot.commands.reply import (
    Align,
    Button,
    Column,
    Footer,
    Headline,
    Reply,
    Table,
    reply,
    row_of,
    rows_of,
)
from bot.commands.request import Context
from bot.commands.spec import Topic, command
from bot.commands.words import bot_button, bot_line, handle, position, reason_word
from bot.domain.ids import short_reference
from bot.domain.instance import Bot
from bot.domain.order import Order, OrderType
from bot.domain.people import Role
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.engine.lists import Listed, Lists, Rows
from bot.engine.queries import BotFigures, Queries
from bot.ports.storage import Page

POSITIONS = (
    Column("bot"),
    Column("mode", priority=1),
    Column("market", priority=4),
    Column("position"),
    Column("entry", Align.RIGHT, priority=3),
    Column("last", Align.RIGHT),
    Column("stop", Align.RIGHT, priority=5),
    Column("open PnL", Align.RIGHT),
    Column("%", Align.RIGHT),
)
ORDERS = (
    Column("bot", priority=1),
    Column("order"),
    Column("side"),
    Column("type", priority=2),
    Column("price", Align.RIGHT),
    Column("quantity", Align.RIGHT),
    Column("away", Align.RIGHT, priority=3),
    Column("state", priority=4),
)
TRADES = (
    Column("bot", priority=1),
    Column("no", Align.RIGHT),
    Column("opened", priority=4),
    Column("closed"),
    Column("entry", Align.RIGHT, priority=3),
    Column("exit", Align.RIGHT, priority=3),
    Column("profit", Align.RIGHT),
    Column("%", Align.RIGHT, priority=2),
    Column("why", priority=5),
)
SIGNALS = (
    Column("bot", priority=1),
    Column("candle close"),
    Column("wants"),
    Column("close", Align.RIGHT),
    Column("outcome"),
    Column("reason", priority=2),
)


@command(
    "positions",
    summary="What is held",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/positions", "/positions alpha"),
)
async def positions(args: MaybeOneBot, ctx: Context, queries: Queries) -> Reply:
    """Show open positions."""
    holdings = await queries.holdings(await _chosen(args.name, ctx, queries))
    held = await queries.figures_of([holding.bot for holding in holdings if holding.book.trade])
    if not held:
        return reply(Headline("Positions · none open"), row_of(Button("Bots", "/bots")))
    return reply(
        Headline(f"Positions · {len(held)} open"),
        Table(POSITIONS, tuple(_position(row) for row in held)),
        Footer(f"entry and last, then open PnL · as of {ctx.times.prose(ctx.now)} {ctx.times.label}"),
        row_of(*(bot_button(row.bot.name, "bot", row.bot) for row in held[:6])),
    )


@command(
    "orders",
    summary="Orders that rest or are on their way",
    role=Role.VIEWER,
    topic=Topic.ORDERS,
    examples=("/orders", "/orders eth-grid", "/orders eth-grid page=2"),
)
async def orders(args: PagedBot, ctx: Context, queries: Queries, lists: Lists) -> Reply:
    """Show working orders."""
    bots = await _chosen(args.name, ctx, queries)
    found, total = await lists.working_orders(bots, _page(args))
    verb = "order rests" if total == 1 else "orders rest"
    if not found.rows:
        return reply(_title(args, bots, "no order rests", "Orders · none rest"), row_of(Button("Bots", "/bots")))
    return reply(
        _title(args, bots, f"{total} {verb}", f"Orders · {total} rest"),
        Table(ORDERS, tuple(_order(row) for row in found.rows)),
        rows_of(_pages("orders", args, found)),
    )


@command(
    "trades",
    summary="Trades with profit and why they ended",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/trades", "/trades alpha", "/trades alpha limit=20"),
)
async def trades(args: PagedBot, ctx: Context, queries: Queries, lists: Lists) -> Reply:
    """Show trades, newest first."""
    bots = await _chosen(args.name, ctx, queries)
    found = await lists.trades(bots, _page(args))
    if not found.rows:
        return reply(_title(args, bots, "no trades yet", "Trades · none yet"), row_of(Button("Bots", "/bots")))
    span = f"trades {found.rows[0].item.number} to {found.rows[-1].item.number}"
    return reply(
        _title(args, bots, span, f"Trades · {len(found.rows)}"),
        Table(TRADES, tuple(_trade(row, ctx) for row in found.rows)),
        Footer(f"page {args.page}, times {ctx.times.label}"),
        rows_of(_pages("trades", args, found)),
    )


@command(
    "signals",
    summary="What strategies wanted, and what became of it",
    role=Role.VIEWER,
    topic=Topic.ORDERS,
    examples=("/signals alpha", "/signals alpha limit=20"),
)
async def signals(args: PagedBot, ctx: Context, queries: Queries, lists: Lists) -> Reply:
    """Show signals, newest first."""
    bots = await _chosen(args.name, ctx, queries)
    found = await lists.signals(bots, _page(args))
    if not found.rows:
        return reply(_title(args, bots, "no signals yet", "Signals · none yet"), row_of(Button("Bots", "/bots")))
    return reply(
        _title(args, bots, "signals, newest first", "Signals, newest first"),
        Table(SIGNALS, tuple(_signal(row, ctx) for row in found.rows)),
        Footer(f"page {args.page}, times {ctx.times.label}"),
        rows_of(_pages("signals", args, found)),
    )


async def _chosen(name: str | None, ctx: Context, queries: Queries) -> tuple[Bot, ...]:
    return await queries.visible(ctx.operator) if name is None else (await queries.find(ctx.operator, name),)


def _page(args: PagedBot) -> Page:
    return Page(limit=args.limit, offset=(args.page - 1) * args.limit)


def _title(args: PagedBot, bots: tuple[Bot, ...], of_one: str, of_all: str) -> Headline:
    return Headline(of_all) if args.name is None or not bots else bot_line(bots[0], of_one, "")


def _pages(verb: str, args: PagedBot, found: Rows[Order] | Rows[Trade] | Rows[SignalRecord]) -> tuple[Button, ...]:
    name = f" {handle(found.rows[0].bot)}" if args.name is not None else ""
    limit = f" limit={args.limit}"
    before = (Button("Newer", f"/{verb}{name}{limit} page={args.page - 1}"),) if args.page > 1 else ()
    after = (Button("Older", f"/{verb}{name}{limit} page={args.page + 1}"),) if found.has_more else ()
    return before + after


def _position(row: BotFigures) -> tuple[str, ...]:
    tick, quote = row.market.tick, row.market.quote
    stop, entry = row.view.stop_price, row.view.book.position.average_entry
    cost = abs(row.view.book.position.cost)
    return (
        row.bot.name,
        row.bot.mode,
        row.bot.config.symbol,
        position(row),
        numbers.table_price(entry, tick),
        numbers.NOT_KNOWN if row.last_price is None else numbers.table_price(row.last_price, tick),
        "none" if stop is None else numbers.table_price(stop, tick),
        f"{numbers.signed_amount(row.open_profit, quote)} {quote}",
        numbers.signed_percent(numbers.ratio_of(row.open_profit, cost)),
    )


def _order(row: Listed[Order]) -> tuple[str, ...]:
    intent, last = row.item.intent, row.last_price
    price = "market" if intent.price is None else numbers.table_price(intent.price, row.market.tick)
    away = None if intent.price is None or not last else intent.price / last - 1
    kind = "" if intent.order_type is OrderType.MARKET else intent.order_type.value
    return (
        row.bot.name,
        short_reference(intent.reference),
        intent.side,
        kind or "market",
        price,
        numbers.quantity(row.item.remaining, row.market.step, row.market.base),
        "" if away is None else numbers.signed_percent(away),
        row.item.status.replace("_", " "),
    )


def _trade(row: Listed[Trade], ctx: Context) -> tuple[str, ...]:
    trade, tick = row.item, row.market.tick
    closed = "open" if trade.closed_at is None else ctx.times.cell(trade.closed_at.market)
    return (
        row.bot.name,
        str(trade.number),
        ctx.times.cell(trade.opened_at.market),
        closed,
        numbers.table_price(trade.entry_price, tick),
        "" if trade.exit_price is None else numbers.table_price(trade.exit_price, tick),
        numbers.signed_amount(trade.profit, row.market.quote),
        numbers.signed_percent(trade.profit_ratio),
        reason_word(trade.exit_reason),
    )


def _signal(row: Listed[SignalRecord], ctx: Context) -> tuple[str, ...]:
    record = row.item
    wants = "sell" if record.row.exit else _ENTRIES.get(record.row.entry, "nothing")
    close = numbers.table_price(Decimal(repr(record.close_price)), row.market.tick)
    return (row.bot.name, ctx.times.cell(record.candle_close), wants, close, record.outcome, record.row.reason)


_ENTRIES = {1: "buy", -1: "sell short"}
