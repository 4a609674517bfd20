"""Charts of one bot."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from bot.commands.catalog.fields import BotName
from bot.commands.reply.blocks import Button, Meaning, Reply, reply, rows_of
from bot.commands.spec.request import Context
from bot.commands.spec.spec import Arguments, Place, Topic, Word, command
from bot.commands.text.captions import file_stem, picture
from bot.commands.text.labels import bot_line, handle, market_words
from bot.commands.text.times import zone
from bot.domain.instance import Bot
from bot.domain.people import Role
from bot.engine.reports.chart_specs import Pictures
from bot.engine.reports.period_profit import Figures
from bot.engine.reports.periods import Period
from bot.engine.reports.queries import Queries
from bot.ports.charts import ChartRenderer, ChartSpec

DAYS = 30


class Kind(StrEnum):
    """What a chart shows."""

    CANDLES = "candles"
    EQUITY = "equity"
    DRAWDOWN = "drawdown"
    PNL = "pnl"


LABELS = {kind: "PnL" if kind is Kind.PNL else kind.capitalize() for kind in Kind}


class ChartArguments(Arguments):
    """Which bot, what to draw, and how many candles."""

    name: BotName
    kind: Annotated[Kind, Word("candles, equity, drawdown or pnl", "equity", place=Place.KEY)] = Kind.CANDLES
    candles: Annotated[int, Field(ge=10, le=1000), Word("how many candles, 10 to 1000", "120", place=Place.KEY)] = 120


@command(
    "chart",
    summary="A picture of candles with fills, of equity, or of daily profit",
    role=Role.VIEWER,
    topic=Topic.CHARTS,
    examples=("/chart alpha", "/chart alpha kind=equity", "/chart alpha candles=240"),
)
async def chart(
    args: ChartArguments, ctx: Context, queries: Queries, pictures: Pictures, figures: Figures, charts: ChartRenderer
) -> Reply:
    """Draw one chart of a bot."""
    bot = await queries.find(ctx.asker, args.name)
    spec = await _spec(bot, args, ctx, queries=queries, pictures=pictures, figures=figures)
    image = await picture(charts, spec, file_stem(bot.name, bot.mode, args.kind), ctx.operator)
    return reply(
        bot_line(bot, f"{market_words(bot.config)} · {args.kind}", ""),
        image,
        rows_of(
            tuple(_button(LABELS[kind], bot, f"kind={kind}", is_now=kind is args.kind) for kind in Kind),
            tuple(_button(f"{count}", bot, f"candles={count}", is_now=False) for count in (60, 120, 480)),
        ),
        about=f"chart:{bot.bot_id}",
    )


async def _spec(
    bot: Bot, args: ChartArguments, ctx: Context, *, queries: Queries, pictures: Pictures, figures: Figures
) -> ChartSpec:
    timezone = ctx.operator.timezone
    match args.kind:
        case Kind.CANDLES:
            return await pictures.candles(bot, args.candles, timezone)
        case Kind.EQUITY | Kind.DRAWDOWN:
            return await pictures.equity(bot, timezone)
        case Kind.PNL:
            row = await queries.figures(bot)
            lines = await figures.lines([row], Period.DAY, zone(timezone), DAYS)
            title = f"{bot.name} · {bot.mode} · profit a day"
            return pictures.profit(lines, title, row.market.quote, timezone)


def _button(label: str, bot: Bot, rest: str, *, is_now: bool) -> Button:
    return Button(label, f"/chart {handle(bot)} {rest}", Meaning.PRIMARY if is_now else Meaning.NONE)
