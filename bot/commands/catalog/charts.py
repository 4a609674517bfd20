"""Command for charts of one bot."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName, keyword_spec
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, Text, build_reply, button_rows
from bot.commands.spec.request import CommandContext
from bot.commands.spec.spec import Arguments, Effect, command
from bot.commands.text.captions import file_stem, render_chart
from bot.commands.text.labels import bot_headline, bot_reference
from bot.domain.people import Role
from bot.engine.charts.candle_charts import CandleChartReader
from bot.engine.reports.equity_charts import EquityChartReader
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer, ChartSpec


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


@command(
    "chart", Role.VIEWER, "/chart alpha", "/chart alpha kind=equity", "/chart alpha candles=240", effect=Effect.READS
)
async def chart(
    args: ChartArguments,
    ctx: CommandContext,
    queries: Queries,
    candle_charts: CandleChartReader,
    equity_charts: EquityChartReader,
    charts: ChartRenderer,
) -> Reply:
    """A picture of candles with fills, of equity, of drawdown, or of profit by day."""
    bot = await queries.find_bot(ctx.requester, args.name)
    timezone = ctx.operator.timezone
    spec: ChartSpec
    match args.kind:
        case ChartKind.CANDLES:
            spec = await candle_charts.present_chart(bot, args.candles, timezone)
        case ChartKind.EQUITY:
            spec = await equity_charts.equity_chart(bot, timezone)
        case ChartKind.DRAWDOWN:
            spec = await equity_charts.drawdown_chart(bot, timezone)
        case ChartKind.PNL:
            spec = await equity_charts.profit_chart(bot, timezone)
    image = await render_chart(
        charts, spec, file_stem(bot.name, bot.mode, args.kind), ctx.operator, is_hiding_amounts=ctx.is_hiding_amounts
    )
    line = f"/chart {bot_reference(bot)}"
    kinds = {kind: ButtonStyle.PRIMARY if kind is args.kind else ButtonStyle.NONE for kind in ChartKind}
    return build_reply(
        bot_headline(bot, image.title.removeprefix(f"{bot.name} · {bot.mode} · "), ""),
        Text(image.caption),
        image,
        button_rows(
            tuple(Button(CHART_LABELS[kind], f"{line} kind={kind}", style) for kind, style in kinds.items()),
            tuple(Button(str(count), f"{line} candles={count}") for count in (60, 120, 480)),
        ),
        subject_key=f"chart:{bot.bot_id}",
    )
