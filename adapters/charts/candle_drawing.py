"""Candle charts: bars, price levels, resting orders, and marks of fills."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from adapters.charts.canvas import LINE_WIDTH, AreaStyle, Canvas, LineStyle
from adapters.charts.fill_drawing import MARK_HEIGHT, BarRow, draw_fills
from adapters.charts.plot import (
    EdgeLabel,
    Panel,
    Scale,
    TimeAxis,
    centered_slots,
    draw_edge_labels,
    draw_value_axis,
    fit_scale,
    label_column_width,
    panel_beside,
    rectangles,
    widened_range,
)
from bot.commands.text.chart_figures import price_text
from bot.ports.charts import CandleChart, PriceLine, RestingLevel
from bot.strategy.candles import Floats, from_milliseconds

_MAX_SLOT = 120.0
_BODY_SHARE = 0.68
_MAX_HALF_BODY = 15
_PADDING = 14.0
_FLAT_SHARE = 0.01
_RESTING_REACH = 0.5
"""How much of the candles' own range resting orders may add above and below."""
_MAX_ONE_LINE = 300.0
_LONG_DASHES = (12.0, 6.0)
_DASH_DOT = (12.0, 4.0, 3.0, 4.0)
_DOTS = (3.0, 5.0)
_BUY_DASHES = (10.0, 14.0)
_SELL_DASHES = (2.0, 8.0)
_THIN = 2
_DEALS = ("exit", "bought", "sold")
"""Lines at the price of a fill, which is the last price of a picture that has one."""


@dataclass(frozen=True, slots=True)
class _LevelLabels:
    """Labels of the price levels; one that is far off is shown at the edge, with an arrow, instead of scaled to."""

    texts: tuple[str, ...]
    near_prices: tuple[float, ...]
    line_count: int


def draw_candles(canvas: Canvas, chart: CandleChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.candles):
        canvas.draw_message("no candles yet")
        return
    low, high = float(chart.candles.low.min()), float(chart.candles.high.max())
    lines = (*chart.lines, *_next_orders(chart))
    labels = _level_labels(lines, chart.decimals, low, high)
    row = _bar_row(chart, labels, low, high)
    _time_axis(chart, row).draw_axis(canvas, [row.panel])
    _draw_levels(canvas, chart, lines, labels, row)
    _draw_bars(canvas, chart, row)
    draw_fills(canvas, chart.marks, row)


def _next_orders(chart: CandleChart) -> list[PriceLine]:
    """Return the resting orders that fill next: the highest buy and the lowest sell."""
    buys = [level.price for level in chart.resting if level.is_buy]
    sells = [level.price for level in chart.resting if not level.is_buy]
    return [PriceLine(label="sell", price=price) for price in sorted(sells)[:1]] + [
        PriceLine(label="buy", price=price) for price in sorted(buys)[-1:]
    ]


def _level_labels(lines: tuple[PriceLine, ...], decimals: int, low: float, high: float) -> _LevelLabels:
    reach = max(high - low, _FLAT_SHARE * abs(high))
    near = tuple(line.price for line in lines if low - reach <= line.price <= high + reach)

    def level_text(line: PriceLine, gap: str) -> str:
        arrow = "" if line.price in near else "↑ " if line.price > high else "↓ "
        return f"{arrow}{line.label}{gap}{price_text(line.price, decimals)}"

    texts = tuple(level_text(line, " ") for line in lines)
    if label_column_width(texts) <= _MAX_ONE_LINE:
        return _LevelLabels(texts, near, 1)
    return _LevelLabels(tuple(level_text(line, "\n") for line in lines), near, 2)


def _bar_row(chart: CandleChart, labels: _LevelLabels, low: float, high: float) -> BarRow:
    length = chart.bar_length // timedelta(milliseconds=1)
    slots = (chart.candles.time - chart.candles.time[0]) // length
    reach = max(high - low, _FLAT_SHARE * abs(high)) * _RESTING_REACH
    resting = [level.price for level in chart.resting if low - reach <= level.price <= high + reach]
    shown = [low, high, *labels.near_prices, *resting]
    edges = widened_range(min(shown), max(shown), chart.decimals)
    panel = panel_beside([*labels.texts, *(price_text(max(edge, 0.0), chart.decimals) for edge in edges)])
    begin = from_milliseconds(int(chart.candles.time[0]))
    has_numbers = any(mark.label for mark in chart.marks if mark.time >= begin)
    bottom = panel.bottom + _PADDING + MARK_HEIGHT * has_numbers
    top = panel.top - _PADDING - MARK_HEIGHT * has_numbers
    prices = fit_scale(min(shown), max(shown), bottom, top, chart.decimals)
    return BarRow(chart.candles, length, slots, panel, centered_slots(panel, int(slots[-1]) + 1, _MAX_SLOT), prices)


def _time_axis(chart: CandleChart, row: BarRow) -> TimeAxis:
    start, end = (from_milliseconds(int(chart.candles.time[edge])) for edge in (0, -1))
    first, last = row.row.center(0), row.row.center(int(row.slots[-1]))
    return TimeAxis(start, end, first, last, chart.timezone)


def _draw_levels(
    canvas: Canvas, chart: CandleChart, lines: tuple[PriceLine, ...], labels: _LevelLabels, row: BarRow
) -> None:
    panel, prices, decimals = row.panel, row.prices, chart.decimals
    heights = [min(max(prices.pixel(line.price), panel.bottom), panel.top) for line in lines]
    edge_labels = [EdgeLabel(text, y) for text, y in zip(labels.texts, heights, strict=True)]
    taken = draw_edge_labels(canvas, panel, edge_labels, labels.line_count)
    draw_value_axis(canvas, panel, prices, decimals, lambda tick: price_text(tick, decimals), taken)
    for level in chart.resting:
        _draw_resting(canvas, level, panel, prices)
    for line, y in zip(lines, heights, strict=True):
        if line.label not in ("buy", "sell"):
            canvas.draw_horizontal_line(y, panel.left, panel.right, _level_style(canvas, line.label))


def _draw_resting(canvas: Canvas, level: RestingLevel, panel: Panel, prices: Scale) -> None:
    y = prices.pixel(level.price)
    if panel.bottom <= y <= panel.top:
        palette = canvas.palette
        colour, dashes = (palette.up, _BUY_DASHES) if level.is_buy else (palette.down, _SELL_DASHES)
        canvas.draw_horizontal_line(y, panel.left, panel.right, LineStyle(colour=colour, dashes=dashes, width=_THIN))


def _level_style(canvas: Canvas, label: str) -> LineStyle:
    palette = canvas.palette
    match label:
        case "stop":
            return LineStyle(colour=palette.drawdown, dashes=_LONG_DASHES)
        case "target":
            return LineStyle(colour=palette.target, dashes=_LONG_DASHES)
        case "last":
            return LineStyle(colour=palette.text, dashes=_DOTS, width=_THIN)
        case "exit" | "sold":
            return LineStyle(colour=palette.text, dashes=_DASH_DOT, width=_THIN)
        case _:
            return LineStyle(colour=palette.text, width=_THIN)


def _draw_bars(canvas: Canvas, chart: CandleChart, row: BarRow) -> None:
    candles, prices, palette = chart.candles, row.prices, canvas.palette
    centers = np.round(row.centers) + 0.5
    half = min(max(round(row.row.width * _BODY_SHARE / 2), 2), _MAX_HALF_BODY)
    first, last = prices.pixels(candles.open), prices.pixels(candles.close)
    # A body is never thinner than its outline: an unchanged price is a dash.
    bottoms = np.minimum(first, last)
    tops = np.maximum(np.maximum(first, last), bottoms + 1)
    lows, highs = prices.pixels(candles.low), prices.pixels(candles.high)
    width = LINE_WIDTH if half >= LINE_WIDTH + 2 else LINE_WIDTH - 1
    is_up = candles.close >= candles.open
    is_open = np.zeros(len(candles), dtype=bool)
    is_open[-1] = chart.is_unfinished
    for rows, colour, face in (
        (is_up & ~is_open, palette.up, palette.background),
        (~is_up & ~is_open, palette.down, palette.down),
        (is_open, palette.benchmark, palette.background),
    ):
        x, bottom, top = centers[rows], bottoms[rows], tops[rows]
        wick = LineStyle(colour=colour, width=width)
        canvas.draw_lines(_vertical_lines(x, lows[rows], bottom), wick)
        canvas.draw_lines(_vertical_lines(x, top, highs[rows]), wick)
        body = AreaStyle(edge_colour=colour, face_colour=face, width=width)
        canvas.draw_polygons(rectangles(x, half - width / 2, bottom, top), body)


def _vertical_lines(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.stack([np.column_stack([x, low]), np.column_stack([x, high])], axis=1)
