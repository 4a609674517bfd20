"""Pictures of charts, with captions that give their figures."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.commands.reply.blocks import Image
from bot.commands.reply.inline_time import RichText, join_text, join_with
from bot.commands.reply.input_text import count_text
from bot.commands.text import numbers
from bot.commands.text.chart_figures import percent_text, price_text
from bot.domain.drawdown import max_drawdown
from bot.domain.market import Mode
from bot.domain.money import to_decimal
from bot.domain.people import Operator
from bot.ports.charts import (
    PERCENT,
    CandleChart,
    ChartRenderer,
    ChartSpec,
    DrawdownChart,
    EquityChart,
    ProfitChart,
    Theme,
)


async def render_chart(
    charts: ChartRenderer, spec: ChartSpec, filename: str, reader: Operator | None, *, is_hiding_amounts: bool = False
) -> Image:
    """Render a chart in its reader's theme, dark for a group; the caption gives its main figures."""
    spec = percent_chart(spec) if is_hiding_amounts else spec
    theme = Theme(reader.preferences.charts) if reader else Theme.DARK
    shows_amounts = isinstance(spec, EquityChart | ProfitChart) and spec.currency != PERCENT
    png = await charts.render(spec, theme)
    return Image(png, chart_caption(spec), f"{filename}.png", shows_amounts=shows_amounts, title=spec.title)


def percent_chart(spec: ChartSpec) -> ChartSpec:
    """Return a chart in percent of its start; prices are not secret and stay."""
    match spec:
        case EquityChart():
            equity = [value * 100 for value in spec.growth]
            # Beside an edited capital buy and hold keeps its distance from the equity.
            held = zip(equity, spec.benchmark, spec.equity, strict=True) if spec.benchmark else ()
            benchmark = [own * other / amount if amount else 0.0 for own, other, amount in held]
            return replace(spec, equity=equity, benchmark=benchmark, currency=PERCENT)
        case ProfitChart():
            pairs = zip(spec.profits, spec.bases, strict=True)
            return replace(
                spec,
                profits=[_percent_of(profit, base) for profit, base in pairs],
                total=_percent_of(spec.total, spec.bases[0]) if spec.bases else 0.0,
                currency=PERCENT,
            )
        case CandleChart() | DrawdownChart():
            return spec


def chart_caption(spec: ChartSpec) -> RichText:
    """Give the main figures of a chart, without its title."""
    match spec:
        case CandleChart():
            return _candle_figures(spec)
        case EquityChart():
            deepest = max_drawdown(tuple(zip(spec.times, spec.growth, strict=True))).relative
            held = _amount(spec.benchmark[-1], spec.currency) if spec.benchmark else ""
            return join_text(
                _amount(spec.equity[-1], spec.currency),
                join_text(", buy and hold ", held) if held else "",
                f", max drawdown {percent_text(deepest)}",
            )
        case DrawdownChart():
            deepest, time = min(zip(spec.drawdown, spec.times, strict=True))
            day = time.astimezone(ZoneInfo(spec.timezone))
            where = f" on {day.day} {day:%b %H:%M}" if deepest else ""
            return f"deepest {percent_text(deepest)}{where}, now {percent_text(spec.drawdown[-1])}"
        case ProfitChart():
            figures = ("total ", spec.total), (", last ", spec.profits[-1])
            return join_text(*(part for words, value in figures for part in (words, _profit(value, spec.currency))))


def _candle_figures(spec: CandleChart) -> RichText:
    figures = [f"{line.label} {price_text(line.price, spec.decimals)}" for line in spec.lines]
    if spec.marks:
        figures.append(count_text(len(spec.marks), "fill"))
    for is_buy, word in ((True, "buy"), (False, "sell")):
        prices = [level.price for level in spec.resting if level.is_buy == is_buy]
        if prices:
            ends = dict.fromkeys((price_text(min(prices), spec.decimals), price_text(max(prices), spec.decimals)))
            figures.append(f"{count_text(len(prices), word)} resting at {' to '.join(ends)}")
    return join_with(", ", figures)


def _amount(value: float, currency: str) -> RichText:
    return percent_text(value / 100) if currency == PERCENT else numbers.money(to_decimal(value), currency)


def _profit(value: float, currency: str) -> RichText:
    if currency == PERCENT:
        return numbers.signed_percent(to_decimal(value / 100))
    return numbers.signed_money(to_decimal(value), currency)


def _percent_of(part: float, base: float) -> float:
    return part * 100 / base if base else 0.0


def file_stem(name: str, mode: Mode, what: str) -> str:
    return f"{name}-{mode.lower()}-{what}"
