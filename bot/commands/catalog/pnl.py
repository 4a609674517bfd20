"""Commands for profit by period, and for metrics (METRICS.md)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from bot.commands.catalog.fields import BotPageArguments, OptionalBotName, keyword_spec
from bot.commands.catalog.onboarding import CREATE_BUTTON
from bot.commands.reply.blocks import (
    Align,
    Block,
    Button,
    ButtonStyle,
    Column,
    Columns,
    Footer,
    Headline,
    Image,
    KeyValues,
    Reply,
    Text,
    build_reply,
    build_table,
    button_row,
    button_rows,
    sentence_reply,
)
from bot.commands.reply.inline_time import RichText, join_text
from bot.commands.reply.input_text import count_text
from bot.commands.reply.paging import page_buttons
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Alias, Arguments, Effect, command
from bot.commands.text import numbers
from bot.commands.text.captions import file_stem, render_chart
from bot.commands.text.labels import bot_button, bot_headline, bot_reference
from bot.commands.text.times import duration, zone_info
from bot.commands.views.statistics_table import not_available_text, plan_text, statistics_rows
from bot.domain.errors import Refused
from bot.domain.money import ZERO
from bot.domain.people import Role
from bot.engine.reports.equity_charts import EquityChartReader
from bot.engine.reports.fleet import FleetPage, FleetQuery, fleet_page
from bot.engine.reports.period_profit import PeriodLine, PeriodProfit, PeriodProfitReader, ProfitGroup
from bot.engine.reports.periods import Period
from bot.engine.reports.plan_profit import plan_profit
from bot.engine.reports.queries import BotFigures, Queries
from bot.engine.reports.statistics import StatisticsReader
from bot.ports.charts import ChartRenderer

MAX_BOTS = 8
"""Bots of a mode and currency that get a row each, those with the largest profit or loss."""
STATS_COLUMNS: Columns[BotFigures] = (
    (Column("bot"), lambda row: row.bot.name),
    (Column("mode", priority=1), lambda row: row.bot.mode),
    (Column("market", priority=3, line=3), lambda row: row.bot.config.symbol),
    (Column("trades", Align.RIGHT, priority=2, line=3), lambda row: str(row.view.ledger.totals.trades)),
    (
        Column("won", Align.RIGHT, line=2),
        lambda row: numbers.count_share(row.view.ledger.totals.won, row.view.ledger.totals.trades),
    ),
    (
        Column("closed PnL", Align.RIGHT, line=2),
        lambda row: join_text(numbers.signed_amount(row.closed_profit, row.market.quote), f" {row.market.quote}"),
    ),
    (
        Column("fees", Align.RIGHT, priority=4, line=3),
        lambda row: numbers.table_amount(row.view.ledger.totals.fees, row.market.quote),
    ),
)
PERIOD_LINES = {Period.DAY: 7, Period.WEEK: 8, Period.MONTH: 12, Period.ALL: 0}


class PnlArguments(Arguments):
    name: OptionalBotName = None
    period: Annotated[Period, keyword_spec("day, week, month or all", "week")] = Period.MONTH


@command(
    "pnl",
    Role.VIEWER,
    "/pnl",
    "/pnl alpha period=day",
    "/pnl period=all",
    aliases=(
        Alias("profit"),
        Alias("daily", {"period": "day"}),
        Alias("weekly", {"period": "week"}),
        Alias("monthly", {"period": "month"}),
    ),
    effect=Effect.READS,
)
async def pnl(
    args: PnlArguments,
    ctx: CommandContext,
    queries: Queries,
    period_profits: PeriodProfitReader,
    equity_charts: EquityChartReader,
    charts: ChartRenderer,
) -> Reply:
    """Profit by period: closed + open, after fees."""
    bot = None if args.name is None else await queries.find_bot(ctx.requester, args.name)
    if bot is None:
        rows = (*await queries.fleet(ctx.requester), *await queries.deleted_figures(ctx.requester))
    else:
        rows = (await queries.figures(bot),)
    groups = await period_profits.profit_groups(rows, args.period, zone_info(ctx.operator.timezone))
    if not groups:
        return sentence_reply("PnL · no bots yet", CREATE_BUTTON)
    line = f"PnL · {_period_text(groups[0].start or groups[0].market_time, args.period, ctx)} · closed + open"
    image = await _draw_equity_chart(groups, equity_charts, charts, ctx)
    command_line = f"/pnl {bot_reference(bot)}" if bot else "/pnl"
    styles = {period: ButtonStyle.PRIMARY if period is args.period else ButtonStyle.NONE for period in Period}
    return build_reply(
        bot_headline(bot, line, "") if bot else Headline(line),
        *[block for group in groups for block in await _group_blocks(group, period_profits, args.period, ctx)],
        image,
        button_row(
            *(Button(period.capitalize(), f"{command_line} period={period}", style) for period, style in styles.items())
        ),
        subject_key=f"{'chart' if image else 'list'}:pnl:{bot.bot_id if bot else 'all'}",
    )


@command(
    "stats",
    Role.VIEWER,
    "/stats alpha",
    "/stats",
    "/stats page=2",
    aliases=(Alias("performance"),),
    effect=Effect.READS,
)
async def stats(args: BotPageArguments, ctx: CommandContext, queries: Queries, statistics: StatisticsReader) -> Reply:
    """Figures of closed trades and equity.

    What is what: /help metrics
    """
    if args.name is None:
        return _fleet_stats_reply(await fleet_page(queries, ctx.requester, FleetQuery(page=args.page)))
    bot = await queries.find_bot(ctx.requester, args.name)
    if not bot.has_run:
        raise Refused("bot-never-ran", bot=bot.name, mode=bot.mode)
    found = await statistics.read_statistics(bot)
    trades = count_text(found.metrics.trades.trades, "trade")
    return build_reply(
        bot_headline(bot, f"{duration(found.length)}, {trades}", ""),
        KeyValues(statistics_rows(found)),
        Text(caveat) if (caveat := plan_text(found)) else None,
        Text(not_available_text(found)),
        button_rows(
            (Button("PnL", f"/pnl {bot_reference(bot)}"), Button("Chart", f"/chart {bot_reference(bot)} kind=equity")),
            (Button("Backtest", f"/backtest {bot_reference(bot)}"), Button("Metrics", "/help metrics")),
        ),
    )


def _fleet_stats_reply(page: FleetPage) -> Reply:
    if not page.bots:
        return sentence_reply("Stats · no bots yet", CREATE_BUTTON)
    return build_reply(
        Headline(f"Stats · {count_text(page.bots, 'bot')}"),
        build_table(STATS_COLUMNS, page.rows),
        Footer(f"{f'page {page.number} of {page.last} · ' if page.last > 1 else ''}won of closed trades, closed PnL"),
        button_rows(
            tuple(bot_button(row.bot.name, "stats", row.bot) for row in page.rows),
            page_buttons("/stats", page.number, page.last),
        ),
        subject_key="list:stats",
    )


def _period_text(start: datetime, period: Period, ctx: CommandContext) -> str:
    local = start.astimezone(zone_info(ctx.operator.timezone))
    day = f"{ctx.times.day_text(start)} {local:%Y}"
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return f"week from {day}"
        case Period.MONTH:
            return f"{local:%B %Y}"
        case Period.ALL:
            return "since the beginning"


async def _group_blocks(
    group: ProfitGroup, period_profits: PeriodProfitReader, period: Period, ctx: CommandContext
) -> tuple[Block, ...]:
    bots: Sequence[PeriodProfit] = [item for item in group.bots if item.profit or not item.row.is_deleted]
    if len(bots) > MAX_BOTS + 1:
        bots = sorted(bots, key=lambda item: -abs(item.profit))
    shown = bots if len(bots) <= MAX_BOTS + 1 else bots[:MAX_BOTS]
    rows = (
        numbers.profit_row(f"{group.mode} {group.currency}", group.written, group.share, group.profit),
        *(row for item in shown for row in _bot_rows(item)),
        *_remaining_bots_row(bots[len(shown) :]),
    )
    zone = zone_info(ctx.operator.timezone)
    lines = await period_profits.period_lines([item.row for item in group.bots], period, zone, PERIOD_LINES[period])
    columns: Columns[PeriodLine] = (
        (Column("before"), lambda line: _period_text(line.start, period, ctx)),
        (Column("profit", Align.RIGHT, line=2), lambda line: numbers.signed_rounded_amount(line.written, line.profit)),
        (Column("%", Align.RIGHT, priority=1, line=2), lambda line: numbers.signed_percent(line.share)),
    )
    before = [line for line in reversed(lines[:-1]) if line.profit]
    return KeyValues(rows), *((build_table(columns, before),) if before else ())


def _remaining_bots_row(others: Sequence[PeriodProfit]) -> list[tuple[RichText, ...]]:
    """Return the sum of the bots without a row."""
    if not others:
        return []
    sums = zip(*((item.written, item.profit, item.base) for item in others), strict=True)
    written, profit, base = (sum(values, ZERO) for values in sums)
    return [numbers.profit_row(f"  {len(others):,} others", written, profit / base if base else None, profit)]


def _bot_rows(item: PeriodProfit) -> list[tuple[RichText, ...]]:
    """Return a bot's row, with its plan's rounds and holding below; a period may not separate them."""
    name = f"  {item.row.bot.name}{' (deleted)' if item.row.is_deleted else ''}"
    rows = [numbers.profit_row(name, item.written, item.share, item.profit)]
    split = plan_profit(item.row)
    if split is not None and item.profit == item.row.total:
        rounds, holding, _ = numbers.round_parts(split.rounds, split.holding, item.row.market.quote)
        rows += [
            numbers.profit_row(f"    {split.title}", rounds, item.row.share_of(split.rounds), split.rounds),
            numbers.profit_row("    holding", holding, item.row.share_of(split.holding), split.holding),
        ]
    return rows


async def _draw_equity_chart(
    groups: Sequence[ProfitGroup], equity_charts: EquityChartReader, charts: ChartRenderer, ctx: CommandContext
) -> Image | None:
    """Draw the equity of the group with the most capital, None before the first run; deleted bots have none."""
    group = max(groups, key=lambda item: item.base)
    rows = [item.row for item in group.bots if not item.row.is_deleted]
    name = rows[0].bot.name if len(rows) == 1 else "fleet"
    try:
        spec = await equity_charts.combined_equity_chart(rows, f"{name} · {group.mode} · equity", ctx.operator.timezone)
    except Refused:
        return None
    return await render_chart(
        charts, spec, file_stem(name, group.mode, "equity"), ctx.operator, is_hiding_amounts=ctx.is_hiding_amounts
    )
