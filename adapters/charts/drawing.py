"""Drawing of any chart."""

from typing import assert_never

from adapters.charts.candle_drawing import draw_candles
from adapters.charts.canvas import Canvas
from adapters.charts.drawdown_drawing import draw_drawdown
from adapters.charts.equity_drawing import draw_equity
from adapters.charts.profit_drawing import draw_profit
from bot.ports.charts import CandleChart, ChartSpec, DrawdownChart, EquityChart, ProfitChart, Theme


def draw_png(spec: ChartSpec, theme: Theme) -> bytes:
    """Draw a chart in the calling thread; return it as PNG of 1080 x 720 pixels."""
    canvas = Canvas(theme)
    draw_chart(canvas, spec)
    return canvas.png_bytes()


def draw_chart(canvas: Canvas, spec: ChartSpec) -> None:
    """Draw a chart on a canvas."""
    match spec:
        case CandleChart():
            draw_candles(canvas, spec)
        case EquityChart():
            draw_equity(canvas, spec)
        case DrawdownChart():
            draw_drawdown(canvas, spec)
        case ProfitChart():
            draw_profit(canvas, spec)
        case _:
            assert_never(spec)
