"""Lists: positions, orders, trades, signals."""

from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import MaybeOneBot, PagedBot, PageNumber
from bot.commands.reply.blocks import Button, Footer, Headline, Reply, reply, row_of, rows_of
from bot.commands.reply.input_text import counted
from bot.commands.reply.paging import AFTER, BEFORE, Sheet
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Place, Topic, Word, command
from bot.commands.text.labels import bot_button, bot_line, handle, named
from bot.commands.text.trade_text import trade_reply
from bot.commands.views.list_tables import order_table, position_table, signal_table, trade_table
from bot.domain.errors import InvalidInput
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.domain.signal import SignalRecord
from bot.engine.reports.history import Lists, Rows
from bot.engine.reports.queries import Queries
from bot.ports.storage import Page

BOTS = Button("Bots", "/bots")
POSITIONS_A_PAGE = 6
MOST_NUMBERED = 5
"""So many trades of a page get a button each."""


class PagedPositions(MaybeOneBot):
    """Which bot, and which page."""

    page: PageNumber = 1


class TradesArguments(PagedBot):
    """Which trades, or one of a bot by its number."""

    number: Annotated[int | None, Field(ge=1), Word("the number of a bot's trade", "8", place=Place.KEY)] = None


@command(
    "positions",
    summary="What is held",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/positions", "/positions alpha", "/positions page=2"),
)
async def positions(args: PagedPositions, ctx: Context, queries: Queries) -> Reply:
    """Show open positions."""
    holdings = await queries.holdings(await _chosen(args.name, ctx, queries))
    bots = [holding.bot for holding in holdings if holding.book.trade]
    if not bots:
        return reply(Headline("Positions · none open"), row_of(BOTS))
    sheet = Sheet(args.page, POSITIONS_A_PAGE, len(bots))
    held = await queries.figures_of(bots[sheet.page.offset : sheet.page.offset + sheet.limit])
    pages = f"{sheet.words} · " if sheet.last > 1 else ""
    name = "" if args.name is None else f" {handle(bots[0])}"
    return reply(
        Headline(f"Positions · {len(bots)} open"),
        position_table(held),
        Footer(f"{pages}entry and last, then open PnL", f"{ctx.times.prose(ctx.now)} {ctx.times.label}"),
        rows_of(tuple(bot_button(row.bot.name, "bot", row.bot) for row in held), sheet.buttons(f"/positions{name}")),
        about="list:positions",
    )


@command(
    "orders",
    summary="Orders that rest or are on their way",
    role=Role.VIEWER,
    topic=Topic.ORDERS,
    examples=("/orders", "/orders eth-grid", "/orders eth-grid page=2"),
)
async def orders(args: PagedBot, ctx: Context, queries: Queries, lists: Lists) -> Reply:
    """Show working orders, highest price first."""
    bots = await _chosen(args.name, ctx, queries)
    found = await lists.working_orders(bots)
    if not found:
        return reply(_title(args, bots, "no order rests", "Orders · none rest"), row_of(BOTS))
    sheet = Sheet(args.page, args.limit, len(found))
    rows = found[sheet.page.offset : sheet.page.offset + sheet.limit]
    verb = "order rests" if len(found) == 1 else "orders rest"
    return reply(
        _title(args, bots, f"{len(found)} {verb}", f"Orders · {len(found)} rest"),
        order_table(rows, has_bot=args.name is None),
        Footer(sheet.words) if sheet.last > 1 else None,
        rows_of(sheet.buttons(_command("orders", args, bots)), _cancel_button(args, bots)),
        about=_about("orders", args, bots),
    )


@command(
    "trades",
    summary="Trades with profit and why they ended",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/trades", "/trades alpha", "/trades alpha limit=20", "/trades alpha number=8"),
)
async def trades(args: TradesArguments, ctx: Context, queries: Queries, lists: Lists) -> Reply:
    """Show trades, newest first, or one of them."""
    bots = await _chosen(args.name, ctx, queries)
    total = await lists.trade_count(bots)
    if args.number is not None:
        return await _one_trade(args, total, bots, ctx, lists)
    if not total:
        return reply(_title(args, bots, "no trades yet", "Trades · none yet"), row_of(BOTS))
    sheet = Sheet(args.page, args.limit, total)
    found = await lists.trades(bots, sheet.page)
    moment = found.rows[0].item.opened_at.market if found.rows else ctx.now
    return reply(
        _title(args, bots, _span(found.rows[0].item.number, found.rows[-1].item.number, total), f"Trades · {total}"),
        trade_table(found.rows, ctx.times, has_bot=args.name is None),
        Footer(f"{f'{sheet.words}, ' if sheet.last > 1 else ''}times {ctx.times.label_at(moment)}"),
        rows_of(
            tuple(
                bot_button(str(row.item.number), "trades", row.bot, rest=f"number={row.item.number}")
                for row in found.rows[:MOST_NUMBERED]
                if args.name is not None
            ),
            sheet.buttons(_command("trades", args, bots)),
        ),
        about=_about("trades", args, bots),
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
    number = args.page
    found = await lists.signals(bots, Page(limit=args.limit, offset=(number - 1) * args.limit))
    if not found.rows and number > 1:
        sheet = Sheet(number, args.limit, await lists.signal_count(bots))
        number, found = sheet.number, await lists.signals(bots, sheet.page)
    if not found.rows:
        return reply(_title(args, bots, "no signals yet", "Signals · none yet"), row_of(BOTS))
    page = f"page {number}, " if number > 1 or found.has_more else ""
    return reply(
        _title(args, bots, "signals, newest first", "Signals, newest first"),
        signal_table(found.rows, ctx.times, has_bot=args.name is None),
        Footer(f"{page}times {ctx.times.label_at(found.rows[0].item.candle_close)}"),
        rows_of(_around(_command("signals", args, bots), number, found)),
        about=_about("signals", args, bots),
    )


async def _one_trade(args: TradesArguments, total: int, bots: tuple[Bot, ...], ctx: Context, lists: Lists) -> Reply:
    if args.name is None:
        raise InvalidInput("a number alone says no trade. Expected its bot too, for example /trades alpha number=8")
    number = args.number or 0
    if number > total:
        example = f"/trades {bots[0].name} number={total}" if total else f"/trades {bots[0].name}"
        raise InvalidInput(
            f"{named(bots[0])} has {counted(total, 'trade')}. Expected one of them, for example {example}"
        )
    found = await lists.trades(bots, Page(limit=1, offset=total - number))
    return trade_reply(found.rows[0], ctx.times)


async def _chosen(name: str | None, ctx: Context, queries: Queries) -> tuple[Bot, ...]:
    return await queries.visible(ctx.asker) if name is None else (await queries.find(ctx.asker, name),)


def _title(args: PagedBot, bots: tuple[Bot, ...], of_one: str, of_all: str) -> Headline:
    return Headline(of_all) if args.name is None or not bots else bot_line(bots[0], of_one, "")


def _span(first: int, last: int, total: int) -> str:
    return f"trade {first} of {total}" if first == last else f"trades {first} to {last} of {total}"


def _command(verb: str, args: PagedBot, bots: tuple[Bot, ...]) -> str:
    name = "" if args.name is None else f" {handle(bots[0])}"
    limit = "" if args.limit == PagedBot.model_fields["limit"].default else f" limit={args.limit}"
    return f"/{verb}{name}{limit}"


def _about(verb: str, args: PagedBot, bots: tuple[Bot, ...]) -> str:
    """Name the list, so that turning its pages changes one message."""
    return f"list:{verb}:{'all' if args.name is None else bots[0].bot_id}"


def _around(line: str, number: int, found: Rows[SignalRecord]) -> tuple[Button, ...]:
    before = (Button(BEFORE, f"{line} page={number - 1}"),) if number > 1 else ()
    after = (Button(AFTER, f"{line} page={number + 1}"),) if found.has_more else ()
    return before + after


def _cancel_button(args: PagedBot, bots: tuple[Bot, ...]) -> tuple[Button, ...]:
    return () if args.name is None else (bot_button("Cancel one", "cancel", bots[0]),)
