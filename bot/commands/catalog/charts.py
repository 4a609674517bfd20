"""Command for charts of one bot."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName, keyword_spec
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, build_reply, button_rows
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, command
from bot.commands.text.captions import file_stem, render_chart
from bot.commands.text.labels import bot_headline, bot_reference, series_label
from bot.commands.text.times import zone_info
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.reports.chart_specs import ChartSpecBuilder
from bot.engine.reports.period_profit import PeriodProfitReader
from bot.engine.reports.periods import Period
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer, ChartSpec

PROFIT_DAYS = 30


class ChartKind(StrEnum):
    """Kinds of charts."""

    CANDLES = "candles"
    EQUITY = "equity"
    DRAWDOWN = "drawdown"
    PNL = "pnl"


CHART_LABELS = {kind: "PnL" if kind is ChartKind.PNL else kind.capitalize() for kind in ChartKind}


class ChartArguments(Arguments):
    name: BotName
    kind: Annotated[ChartKind, keyword_spec("candles, equity, drawdown or pnl", "equity")] = ChartKind.CANDLES
    candles: Annotated[int, Field(ge=10, le=1000), keyword_spec("how many candles, 10 to 1000", "120")] = 120


@command("chart", Role.VIEWER, "/chart alpha", "/chart alpha kind=equity", "/chart alpha candles=240")
async def chart(
    args: ChartArguments,
    ctx: CommandContext,
    queries: Queries,
    chart_specs: ChartSpecBuilder,
    period_profits: PeriodProfitReader,
    charts: ChartRenderer,
) -> Reply:
    """A picture of candles with fills, of equity, or of daily profit."""
    bot = await queries.find_bot(ctx.requester, args.name)
    spec = await _load_chart_spec(
        bot, args, ctx, queries=queries, chart_specs=chart_specs, period_profits=period_profits
    )
    image = await render_chart(
        charts, spec, file_stem(bot.name, bot.mode, args.kind), ctx.operator, is_hiding_amounts=ctx.is_hiding_amounts
    )
    return build_reply(
        bot_headline(bot, f"{series_label(bot.config)} · {args.kind}", ""),
        image,
        button_rows(
            tuple(
                _chart_button(CHART_LABELS[kind], bot, f"kind={kind}", is_selected=kind is args.kind)
                for kind in ChartKind
            ),
            tuple(_chart_button(f"{count}", bot, f"candles={count}", is_selected=False) for count in (60, 120, 480)),
        ),
        subject_key=f"chart:{bot.bot_id}",
    )


async def _load_chart_spec(
    bot: Bot,
    args: ChartArguments,
    ctx: CommandContext,
    *,
    queries: Queries,
    chart_specs: ChartSpecBuilder,
    period_profits: PeriodProfitReader,
) -> ChartSpec:
    timezone = ctx.operator.timezone
    match args.kind:
        case ChartKind.CANDLES:
            return await chart_specs.candle_chart(bot, args.candles, timezone)
        case ChartKind.EQUITY | ChartKind.DRAWDOWN:
            return await chart_specs.equity_chart(bot, timezone)
        case ChartKind.PNL:
            row = await queries.figures(bot)
            lines = await period_profits.period_lines([row], Period.DAY, zone_info(timezone), PROFIT_DAYS)
            title = f"{bot.name} · {bot.mode} · profit a day"
            return chart_specs.profit_chart(lines, title, row.market.quote, timezone)


def _chart_button(label: str, bot: Bot, rest: str, *, is_selected: bool) -> Button:
    return Button(
        label, f"/chart {bot_reference(bot)} {rest}", ButtonStyle.PRIMARY if is_selected else ButtonStyle.NONE
    )
