"""Marks of fills on a candle chart: buys below, sells above, clustered where they would overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, AreaStyle, Canvas, text_width
from adapters.charts.placement import LabelRow, MarkCluster
from adapters.charts.plot import Panel, Scale
from adapters.charts.thinning import Bars
from bot.ports.charts import ChartMark
from bot.strategy.candles import to_milliseconds

_ARROW_HALF = 12.0
_ARROW_HEIGHT = 21.0
_ARROW_GAP = 8.0
_LABEL_GAP = 10.0
MARK_HEIGHT = _ARROW_GAP + _ARROW_HEIGHT + LINE_HEIGHT
"""Pixels of a mark below or above the candles."""


@dataclass(frozen=True, slots=True)
class BarLayout:
    """Position of bars in their panel: slot 0 begins at pixel `left`."""

    bars: Bars
    panel: Panel
    left: float
    slot_width: float

    def slot_center(self, slot: float) -> float:
        """Return the middle of a slot in pixels."""
        return self.left + (slot + 0.5) * self.slot_width

    def mark_slot(self, mark: ChartMark) -> int:
        """Return the slot of a mark; one after the last candle is to its right."""
        return min((to_milliseconds(mark.time) - self.bars.start) // self.bars.width, self.bars.count)

    def has_mark(self, mark: ChartMark) -> bool:
        """Return whether a mark is not older than the first bar."""
        return to_milliseconds(mark.time) >= self.bars.start


def draw_marks(canvas: Canvas, marks: Sequence[ChartMark], bar_layout: BarLayout, prices: Scale) -> None:
    """Draw the marks of buys and sells with their numbers."""
    for is_buy in (True, False):
        side = [mark for mark in marks if mark.is_buy == is_buy and bar_layout.has_mark(mark)]
        saved_files = LabelRow(bar_layout.panel.left, bar_layout.panel.right, _LABEL_GAP, _label_width)
        for cluster in saved_files.cluster_marks(
            [(bar_layout.slot_center(bar_layout.mark_slot(mark)), mark.label) for mark in side]
        ):
            prices_of_cluster = [side[row].price for row in cluster.rows]
            edge = _edge(cluster, prices_of_cluster, bar_layout, prices, is_buy=is_buy)
            _draw_cluster(canvas, cluster, edge, -1 if is_buy else 1)


def _label_width(label: str) -> float:
    return max(text_width(label), 2 * _ARROW_HALF)


def _edge(cluster: MarkCluster, fills: Sequence[float], bar_layout: BarLayout, prices: Scale, *, is_buy: bool) -> float:
    """Return the pixel beyond which arrow and label cover no candle."""
    bars = bar_layout.bars
    x = bar_layout.left + (bars.slot + 0.5) * bar_layout.slot_width
    reach = bar_layout.slot_width / 2
    near = (x > min(cluster.left, cluster.x - _ARROW_HALF) - reach) & (
        x < max(cluster.right, cluster.x + _ARROW_HALF) + reach
    )
    values = bars.low[near] if is_buy else bars.high[near]
    if not len(values):
        values = np.array(fills)
    return prices.pixel(float(values.min() if is_buy else values.max()))


def _draw_cluster(canvas: Canvas, cluster: MarkCluster, edge: float, sign: int) -> None:
    tip = edge + sign * _ARROW_GAP
    foot = tip + sign * _ARROW_HEIGHT
    arrow = np.array([(cluster.x, tip), (cluster.x - _ARROW_HALF, foot), (cluster.x + _ARROW_HALF, foot)])
    text, background = canvas.palette.text, canvas.palette.background
    canvas.draw_polygons([arrow], AreaStyle(edge_colour=background, face_colour=text, width=2))
    canvas.draw_text_on_background(cluster.label_x, foot + sign * LINE_HEIGHT / 2, cluster.label)
