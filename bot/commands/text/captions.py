"""Pictures of charts, with captions that give their figures."""

from dataclasses import replace

from bot.commands.reply.blocks import Image
from bot.commands.reply.input_text import count_text
from bot.domain.drawdown import max_drawdown
from bot.domain.market import Mode
from bot.domain.people import Operator
from bot.ports.charts import CandleChart, ChartRenderer, ChartSpec, EquityChart, ProfitChart, Theme

PERCENT = "%"


async def render_chart(
    charts: ChartRenderer, spec: ChartSpec, filename: str, reader: Operator | None, *, is_hiding_amounts: bool = False
) -> Image:
    """Render a chart in its reader's theme, dark for a group; the caption gives the last value."""
    spec = percent_chart(spec) if is_hiding_amounts else spec
    theme = Theme(reader.preferences.charts) if reader else Theme.DARK
    shows_amounts = not isinstance(spec, CandleChart) and spec.currency != PERCENT
    return Image(await charts.render(spec, theme), chart_caption(spec), f"{filename}.png", shows_amounts=shows_amounts)


def percent_chart(spec: ChartSpec) -> ChartSpec:
    """Return a chart in percent of its start; prices are not secret and stay."""
    match spec:
        case EquityChart():
            first = spec.equity[0] or 1.0
            return replace(
                spec,
                equity=[value * 100 / first for value in spec.equity],
                benchmark=[value * 100 / first for value in spec.benchmark],
                currency=PERCENT,
            )
        case ProfitChart():
            pairs = zip(spec.profits, spec.bases, strict=True)
            return replace(
                spec, profits=[profit * 100 / base if base else 0.0 for profit, base in pairs], currency=PERCENT
            )
        case CandleChart():
            return spec


def chart_caption(spec: ChartSpec) -> str:
    """Describe what a chart shows last."""
    match spec:
        case CandleChart():
            last = spec.candles.close[-1]
            levels = ", ".join(f"{line.label} {line.price:,.{spec.decimals}f}" for line in spec.lines[1:])
            fills = f", {count_text(len(spec.marks), 'fill')}" if spec.marks else ""
            return f"{spec.title} · last {last:,.{spec.decimals}f}{fills}{', ' + levels if levels else ''}"
        case EquityChart():
            deepest = max_drawdown(tuple(zip(spec.times, spec.equity, strict=True))).relative
            return f"{spec.title} · {spec.equity[-1]:,.2f}{_unit(spec.currency)}, max drawdown {deepest:.2%}"
        case ProfitChart():
            return f"{spec.title} · last {spec.profits[-1]:+,.2f}{_unit(spec.currency)}"


def _unit(currency: str) -> str:
    """Return the unit of amounts: a blank and the currency, or a percent sign without one."""
    return currency if currency == PERCENT else f" {currency}"


def file_stem(name: str, mode: Mode, what: str) -> str:
    return f"{name}-{mode.lower()}-{what}"
