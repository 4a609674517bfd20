"""Commands for what bots did: positions, orders, trades, signals, and why."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotPageArguments, PagedBotArguments, keyword_spec
from bot.commands.reply.blocks import (
    Button,
    Footer,
    Headline,
    Reply,
    Text,
    build_reply,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import RichText, join_lines, join_text
from bot.commands.reply.input_text import count_text
from bot.commands.reply.paging import TablePage, page_buttons
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, ArgumentSpec, ChoiceSource, Effect, command
from bot.commands.text.labels import bot_button, bot_headline, bot_reference
from bot.commands.text.stop_text import dust_text
from bot.commands.text.trade_text import trade_reply
from bot.commands.views.list_tables import order_table, position_table, signal_table, trade_table
from bot.commands.views.why_bot import bot_explanation
from bot.commands.views.why_order import order_explanation
from bot.domain.errors import InvalidInput
from bot.domain.instance import Bot, BotStatus
from bot.domain.people import Role
from bot.engine.reports.explanations import ORDER_PREFIX, ExplanationReader
from bot.engine.reports.history import HistoryReader
from bot.engine.reports.queries import Queries
from bot.ports.host import BotHolding
from bot.ports.storage import Page
from bot.strategy.registry import StrategyRegistry

BOTS_BUTTON = Button("Bots", "/bots")
POSITIONS_PER_PAGE = 6
MAX_DUST_LINES = 6
MAX_NUMBERED = 5
"""Trades of a page that get a button each."""


class TradesArguments(PagedBotArguments):
    """Arguments of `/trades`: a list, or one trade by its number."""

    number: Annotated[int | None, Field(ge=1), keyword_spec("the number of a bot's trade", "8")] = None


class WhyArguments(Arguments):
    name: Annotated[
        str,
        ArgumentSpec(
            "one of your bots, or the reference of an order such as o-8F2K", "alpha", choice_source=ChoiceSource.BOTS
        ),
    ]


@command("positions", Role.VIEWER, "/positions", "/positions alpha", "/positions page=2", effect=Effect.READS)
async def positions(args: BotPageArguments, ctx: CommandContext, queries: Queries) -> Reply:
    """What is held."""
    holdings = await queries.holdings(await _selected_bots(args.name, ctx, queries))
    bots = [holding.bot for holding in holdings if holding.ledger.trade]
    dust = await _dust_lines([holding.bot for holding in holdings if _is_dust(holding)], queries)
    if not bots:
        line = Headline("Positions · none open")
        return build_reply(line, Text(join_lines(dust)) if dust else None, button_row(BOTS_BUTTON))
    sheet = TablePage(args.page, POSITIONS_PER_PAGE, len(bots))
    held = await queries.figures_of(bots[sheet.page.offset : sheet.page.offset + sheet.limit])
    pages = f"{sheet.label} · " if sheet.last_number > 1 else ""
    name = "" if args.name is None else f" {bot_reference(bots[0])}"
    return build_reply(
        Headline(f"Positions · {len(bots)} open"),
        position_table(held),
        Text(join_lines(dust)) if dust else None,
        Footer(f"{pages}entry and last, then open PnL", f"{ctx.times.time_text(ctx.now)} {ctx.times.zone_label}"),
        button_rows(
            tuple(bot_button(row.bot.name, "bot", row.bot) for row in held), sheet.buttons(f"/positions{name}")
        ),
        subject_key="list:positions",
    )


CONSOLE_ROWS = 30


@command("orders", Role.VIEWER, "/orders", "/orders eth-grid", "/orders eth-grid page=2", effect=Effect.READS)
async def orders(args: PagedBotArguments, ctx: CommandContext, queries: Queries, history: HistoryReader) -> Reply:
    """Orders that rest or are on their way."""
    bots = await _selected_bots(args.name, ctx, queries)
    # Highest price first.
    found = await history.working_orders(bots)
    if not found:
        return sentence_reply(_list_headline(args, bots, "no order rests", "Orders · none rest"), BOTS_BUTTON)
    if ctx.request.is_slash_optional and "limit" not in args.model_fields_set:
        # A console has room, and no buttons that would be too many.
        args = args.model_copy(update={"limit": CONSOLE_ROWS})
    sheet = TablePage(args.page, args.limit, len(found))
    rows = found[sheet.page.offset : sheet.page.offset + sheet.limit]
    verb = "order rests" if len(found) == 1 else "orders rest"
    return build_reply(
        _list_headline(args, bots, f"{len(found)} {verb}", f"Orders · {len(found)} rest"),
        order_table(rows, has_bot=args.name is None),
        Footer(sheet.label) if sheet.last_number > 1 else None,
        button_rows(sheet.buttons(_list_command("orders", args, bots)), _cancel_buttons(args, bots)),
        subject_key=_list_subject("orders", args, bots),
    )


@command(
    "trades",
    Role.VIEWER,
    "/trades",
    "/trades alpha",
    "/trades alpha limit=20",
    "/trades alpha number=8",
    effect=Effect.READS,
)
async def trades(args: TradesArguments, ctx: CommandContext, queries: Queries, history: HistoryReader) -> Reply:
    """Trades with profit and why they ended."""
    bots = await _bots_with_trades(args.name, ctx, queries)
    total = await history.trade_count(bots)
    if args.number is not None:
        return await _trade_detail(args, total, bots, ctx, history)
    if not total:
        return sentence_reply(_list_headline(args, bots, "no trades yet", "Trades · none yet"), BOTS_BUTTON)
    sheet = TablePage(args.page, args.limit, total)
    # Newest first.
    found = await history.trades(bots, sheet.page)
    moment = found.rows[0].item.opened_at.market if found.rows else ctx.now
    return build_reply(
        _list_headline(
            args, bots, _range_text(found.rows[0].item.number, found.rows[-1].item.number, total), f"Trades · {total}"
        ),
        trade_table(found.rows, ctx.times, has_bot=args.name is None),
        Footer(f"{f'{sheet.label}, ' if sheet.last_number > 1 else ''}times {ctx.times.zone_label_at(moment)}"),
        button_rows(
            tuple(
                bot_button(str(row.item.number), "trades", row.bot, arguments=f"number={row.item.number}")
                for row in found.rows[:MAX_NUMBERED]
                if args.name is not None
            ),
            sheet.buttons(_list_command("trades", args, bots)),
        ),
        subject_key=_list_subject("trades", args, bots),
    )


@command("signals", Role.VIEWER, "/signals alpha", "/signals alpha limit=20", effect=Effect.READS)
async def signals(args: PagedBotArguments, ctx: CommandContext, queries: Queries, history: HistoryReader) -> Reply:
    """What strategies wanted, and what became of it."""
    bots = await _selected_bots(args.name, ctx, queries)
    number = args.page
    found = await history.signals(bots, Page(limit=args.limit, offset=(number - 1) * args.limit))
    if not found.rows and number > 1:
        sheet = TablePage(number, args.limit, await history.signal_count(bots))
        number, found = sheet.number, await history.signals(bots, sheet.page)
    if not found.rows:
        return sentence_reply(_list_headline(args, bots, "no signals yet", "Signals · none yet"), BOTS_BUTTON)
    page = f"page {number}, " if number > 1 or found.has_more else ""
    return build_reply(
        _list_headline(args, bots, "signals, newest first", "Signals, newest first"),
        signal_table(found.rows, ctx.times, has_bot=args.name is None),
        Footer(
            f"{page}candle close and what was wanted, then what became of it; "
            f"times {ctx.times.zone_label_at(found.rows[0].item.candle_close)}"
        ),
        button_rows(page_buttons(_list_command("signals", args, bots), number, has_more=found.has_more)),
        subject_key=_list_subject("signals", args, bots),
    )


@command("why", Role.VIEWER, "/why alpha", "/why o-8F2K", effect=Effect.READS)
async def why(
    args: WhyArguments,
    ctx: CommandContext,
    queries: Queries,
    explanations: ExplanationReader,
    strategies: StrategyRegistry,
) -> Reply:
    """The last decision with its values; for an order the chain behind it."""
    if args.name[:2].casefold() == ORDER_PREFIX:
        found = await explanations.explain_order(ctx.requester, args.name)
        author = await queries.operator_name(found.bot.owner)
        return order_explanation(found, ctx, await queries.market_of(found.bot), author)
    bot = await queries.find_bot(ctx.requester, args.name)
    return bot_explanation(await explanations.explain_bot(bot), ctx.times, strategies)


async def _trade_detail(
    args: TradesArguments, total: int, bots: tuple[Bot, ...], ctx: CommandContext, history: HistoryReader
) -> Reply:
    if args.name is None:
        raise InvalidInput("trade-without-bot")
    number = args.number or 0
    if number > total:
        example = f"/trades {bots[0].name} number={total}" if total else f"/trades {bots[0].name}"
        raise InvalidInput("no-trade", bot=bots[0].name, mode=bots[0].mode, count=total, example=example)
    found = await history.trades(bots, Page(limit=1, offset=total - number))
    return trade_reply(found.rows[0], ctx.times)


async def _selected_bots(name: str | None, ctx: CommandContext, queries: Queries) -> tuple[Bot, ...]:
    return await queries.visible_bots(ctx.requester) if name is None else (await queries.find_bot(ctx.requester, name),)


def _is_dust(holding: BotHolding) -> bool:
    return holding.ledger.trade is None and bool(holding.ledger.position.quantity)


async def _dust_lines(bots: Sequence[Bot], queries: Queries) -> list[RichText]:
    """Say of each bot what it holds and cannot sell."""
    rows = [await queries.figures(bot) for bot in bots[:MAX_DUST_LINES]]
    lines = [join_text(f"{row.bot.name}: ", dust_text(row.dust, row.market)) for row in rows if row.dust]
    left = len(bots) - len(rows)
    return [*lines, f"and dust of {count_text(left, 'further bot')}"] if left > 0 else lines


async def _bots_with_trades(name: str | None, ctx: CommandContext, queries: Queries) -> tuple[Bot, ...]:
    if name is not None:
        return (await queries.find_bot_or_deleted(ctx.requester, name),)
    return (*await queries.visible_bots(ctx.requester), *await queries.deleted_bots(ctx.requester))


def _list_headline(args: PagedBotArguments, bots: tuple[Bot, ...], of_one: str, of_all: str) -> Headline:
    if args.name is None or not bots:
        return Headline(of_all)
    is_gone = bots[0].status is BotStatus.DELETED
    return bot_headline(bots[0], f"deleted · {of_one}" if is_gone else of_one, "")


def _range_text(first: int, last: int, total: int) -> str:
    return f"trade {first} of {total}" if first == last else f"trades {first} to {last} of {total}"


def _list_command(command_name: str, args: PagedBotArguments, bots: tuple[Bot, ...]) -> str:
    name = "" if args.name is None else f" {bot_reference(bots[0])}"
    limit = "" if args.limit == PagedBotArguments.model_fields["limit"].default else f" limit={args.limit}"
    return f"/{command_name}{name}{limit}"


def _list_subject(command_name: str, args: PagedBotArguments, bots: tuple[Bot, ...]) -> str:
    """Return the subject key of a list, so that paging changes one message."""
    return f"list:{command_name}:{'all' if args.name is None else bots[0].bot_id}"


def _cancel_buttons(args: PagedBotArguments, bots: tuple[Bot, ...]) -> tuple[Button, ...]:
    return () if args.name is None else (bot_button("Cancel one", "cancel", bots[0]),)
