"""Profit by period, and the figures of METRICS.md."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from bot.commands.catalog.fields import MaybeOneBot, OptionalBot, PageNumber
from bot.commands.reply.blocks import (
    SEPARATOR,
    Align,
    Block,
    Button,
    Column,
    Footer,
    Headline,
    Image,
    KeyValues,
    Meaning,
    Reply,
    Table,
    Text,
    reply,
    rows_of,
)
from bot.commands.reply.input_text import counted
from bot.commands.reply.paging import page_buttons
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Alias, Arguments, Place, Topic, Traits, Word, command
from bot.commands.text import numbers
from bot.commands.text.captions import file_stem, picture
from bot.commands.text.labels import bot_button, bot_line, handle
from bot.commands.text.statistics_text import statistics_rows, withheld_text
from bot.commands.text.times import duration, zone
from bot.domain.errors import Refused
from bot.domain.instance import Bot
from bot.domain.money import ZERO
from bot.domain.people import Role
from bot.engine.reports.chart_specs import Pictures
from bot.engine.reports.fleet import FleetPage, Wanted, fleet_page
from bot.engine.reports.period_profit import Figures, PeriodLine, PeriodProfit, ProfitGroup
from bot.engine.reports.periods import Period
from bot.engine.reports.plan_profit import plan_profit
from bot.engine.reports.queries import Queries
from bot.engine.reports.statistics import StatisticsReader
from bot.ports.charts import ChartRenderer

MOST_BOTS = 8
"""So many bots of a mode and currency get a row each, those with the largest profit or loss."""
LINES = {Period.DAY: 7, Period.WEEK: 8, Period.MONTH: 12, Period.ALL: 0}


class PnlArguments(Arguments):
    """One bot or all, and which period."""

    name: OptionalBot = None
    period: Annotated[Period, Word("day, week, month or all", "week", place=Place.KEY)] = Period.MONTH


class StatsArguments(MaybeOneBot):
    """One bot or all, and which page of all."""

    page: PageNumber = 1


@command(
    "pnl",
    summary="Profit by period: closed + open, after fees",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/pnl", "/pnl alpha period=day", "/pnl period=all"),
    traits=Traits(
        aliases=(
            Alias("profit"),
            Alias("daily", {"period": "day"}),
            Alias("weekly", {"period": "week"}),
            Alias("monthly", {"period": "month"}),
        )
    ),
)
async def pnl(
    args: PnlArguments, ctx: Context, queries: Queries, figures: Figures, pictures: Pictures, charts: ChartRenderer
) -> Reply:
    """Show profit of the period, by mode and currency, with the equity chart."""
    bot = None if args.name is None else await queries.find(ctx.asker, args.name)
    rows = await queries.fleet(ctx.asker) if bot is None else (await queries.figures(bot),)
    groups = await figures.profit(rows, args.period, zone(ctx.operator.timezone))
    if not groups:
        return reply(Headline("PnL · no bots yet"), rows_of((Button("Create a bot", "/new", Meaning.PRIMARY),)))
    lines = [await _lines(group, figures, args.period, ctx) for group in groups]
    image = await _equity(groups, pictures, charts, ctx)
    return reply(
        _headline(bot, _span(groups[0].start or groups[0].market_time, args.period, ctx)),
        *(
            block
            for group, earlier in zip(groups, lines, strict=True)
            for block in _blocks(group, earlier, args.period, ctx)
        ),
        image,
        _period_buttons(args, handle(bot) if bot else None),
        about=f"{'chart' if image else 'list'}:pnl:{bot.bot_id if bot else 'all'}",
    )


@command(
    "stats",
    summary="Figures of closed trades and equity",
    role=Role.VIEWER,
    topic=Topic.MONEY,
    examples=("/stats alpha", "/stats", "/stats page=2"),
    traits=Traits(aliases=(Alias("performance"),), notes=("What is what: /help metrics",)),
)
async def stats(args: StatsArguments, ctx: Context, queries: Queries, statistics: StatisticsReader) -> Reply:
    """Show the figures of one bot, or trades and profit of all."""
    if args.name is None:
        return _fleet_stats(await fleet_page(queries, ctx.asker, Wanted(page=args.page)))
    bot = await queries.find(ctx.asker, args.name)
    if not bot.has_run:
        raise Refused(f"{bot.name} ({bot.mode}) has never run, so it has no figures. First /run {bot.name}")
    found = await statistics.of(bot)
    trades = counted(found.trades.trades, "trade")
    return reply(
        bot_line(bot, f"{duration(found.length)}, {trades}", ""),
        KeyValues(statistics_rows(found)),
        Text(withheld_text(found)),
        rows_of(
            (Button("PnL", f"/pnl {handle(bot)}"), Button("Chart", f"/chart {handle(bot)} kind=equity")),
            (Button("Metrics", "/help metrics"),),
        ),
    )


def _fleet_stats(page: FleetPage) -> Reply:
    if not page.bots:
        return reply(Headline("Stats · no bots yet"), rows_of((Button("Create a bot", "/new", Meaning.PRIMARY),)))
    columns = (
        Column("bot"),
        Column("mode", priority=1),
        Column("market", priority=3, line=3),
        Column("trades", Align.RIGHT, priority=2, line=3),
        Column("won", Align.RIGHT, line=2),
        Column("closed PnL", Align.RIGHT, line=2),
        Column("fees", Align.RIGHT, priority=4, line=3),
    )
    cells = tuple(
        (
            row.bot.name,
            row.bot.mode,
            row.bot.config.symbol,
            str(row.view.book.totals.trades),
            numbers.rate(row.view.book.totals.won, row.view.book.totals.trades),
            f"{numbers.signed_amount(row.closed_profit, row.market.quote)} {row.market.quote}",
            numbers.table_amount(row.view.book.totals.fees, row.market.quote),
        )
        for row in page.rows
    )
    return reply(
        Headline(f"Stats · {counted(page.bots, 'bot')}"),
        Table(columns, cells),
        Footer(f"page {page.number} of {page.last}") if page.last > 1 else None,
        rows_of(
            tuple(bot_button(row.bot.name, "stats", row.bot) for row in page.rows),
            page_buttons("/stats", page.number, page.last),
        ),
        about="list:stats",
    )


async def _lines(group: ProfitGroup, figures: Figures, period: Period, ctx: Context) -> tuple[PeriodLine, ...]:
    rows = [item.row for item in group.bots]
    return await figures.lines(rows, period, zone(ctx.operator.timezone), LINES[period])


def _headline(bot: Bot | None, span: str) -> Headline:
    line = SEPARATOR.join(("PnL", span, "closed + open"))
    return bot_line(bot, line, "") if bot else Headline(line)


def _span(start: datetime, period: Period, ctx: Context) -> str:
    local = start.astimezone(zone(ctx.operator.timezone))
    day = f"{ctx.times.day(start)} {local:%Y}"
    match period:
        case Period.DAY:
            return day
        case Period.WEEK:
            return f"week from {day}"
        case Period.MONTH:
            return f"{local:%B %Y}"
        case Period.ALL:
            return "since the beginning"


def _blocks(group: ProfitGroup, earlier: tuple[PeriodLine, ...], period: Period, ctx: Context) -> tuple[Block, ...]:
    bots = sorted(group.bots, key=lambda item: -abs(item.profit)) if len(group.bots) > MOST_BOTS + 1 else group.bots
    parts, total = numbers.as_printed([item.profit for item in bots], group.currency)
    whole = (
        f"{group.mode} {group.currency}",
        numbers.printed(total),
        numbers.signed_percent(numbers.ratio_of(sum((item.profit for item in bots), ZERO), group.base)),
    )
    several = tuple(zip(bots, parts, strict=True))
    shown = several if len(several) <= MOST_BOTS + 1 else several[:MOST_BOTS]
    each = [row for item, part in shown for row in _of_bot(item, part)] + _of_others(several[len(shown) :])
    before = tuple(
        (_span(line.start, period, ctx), numbers.signed_amount(line.profit, group.currency), _share(line))
        for line in reversed(earlier[:-1])
        if line.profit
    )
    columns = (Column("before"), Column("profit", Align.RIGHT, line=2), Column("%", Align.RIGHT, priority=1, line=2))
    return (KeyValues((whole, *each)), *((Table(columns, before),) if before else ()))


def _of_others(others: Sequence[tuple[PeriodProfit, Decimal]]) -> list[tuple[str, ...]]:
    """Sum up the bots there is no room for."""
    if not others:
        return []
    profit, base = (sum(values, ZERO) for values in zip(*((part, item.base) for item, part in others), strict=True))
    share = numbers.signed_percent(numbers.ratio_of(profit, base))
    return [(f"  {len(others):,} others", numbers.printed(profit), share)]


def _of_bot(item: PeriodProfit, printed: Decimal) -> tuple[tuple[str, ...], ...]:
    """Return a bot's row, below it what its plan earned and what it holds gains; a period may not know them apart."""
    share = numbers.signed_percent(numbers.ratio_of(item.profit, item.base))
    row = (f"  {item.row.bot.name}", numbers.printed(printed), share)
    if not item.row.view.is_plan or item.profit != item.row.total:
        return (row,)
    split = plan_profit(item.row)
    # What is lost in rounding goes to the rounds, so that both add up to the row above.
    holding = split.holding.quantize(printed)
    rounds = printed - holding
    return (
        row,
        ("    grid", numbers.printed(rounds), numbers.signed_percent(numbers.ratio_of(rounds, item.base))),
        ("    holding", numbers.printed(holding), numbers.signed_percent(numbers.ratio_of(holding, item.base))),
    )


def _share(line: PeriodLine) -> str:
    base: Decimal = line.opening_equity
    return numbers.signed_percent(numbers.ratio_of(line.profit, base))


async def _equity(
    groups: Sequence[ProfitGroup], pictures: Pictures, charts: ChartRenderer, ctx: Context
) -> Image | None:
    """Draw the equity of the group with the most capital; nothing while no bot has run."""
    group = max(groups, key=lambda item: item.base)
    rows = [item.row for item in group.bots]
    name = rows[0].bot.name if len(rows) == 1 else "fleet"
    try:
        spec = await pictures.equity_of(rows, f"{name} · {group.mode} · equity", ctx.operator.timezone)
    except Refused:
        return None
    return await picture(charts, spec, file_stem(name, group.mode, "equity"), ctx.operator)


def _period_buttons(args: PnlArguments, name: str | None) -> Block | None:
    prefix = f"/pnl {name}" if name else "/pnl"
    return rows_of(
        tuple(
            Button(
                period.value.capitalize(),
                f"{prefix} period={period}",
                Meaning.PRIMARY if period is args.period else Meaning.NONE,
            )
            for period in Period
        )
    )
