"""What a chart of candles draws: each fill at its bar and price, the exit, and what rests at the venue."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.charts.canvas import PALETTES
from bot.domain.candle import Candle
from bot.engine.charts.unfinished_bar import append_bar
from bot.ports.charts import CandleChart, ChartMark, PriceLine, Theme
from bot.strategy.candles import from_milliseconds
from tests.builders.charts import a_candle_chart, a_mark, wavy_candles
from tests.fakes.recording_canvas import RecordingCanvas, drawn

CANDLES = wavy_candles(120)
GREY = PALETTES[Theme.DARK].benchmark


def bar_x(canvas: RecordingCanvas) -> list[float]:
    """Return the middles of the bars' bodies, from left to right."""
    return sorted({round(float(area.points[:, 0].mean()), 3) for area in canvas.areas if len(area.points) == 4})


def price_pixel(canvas: RecordingCanvas, chart: CandleChart, price: float) -> float:
    """Return where a price is, by the two grid lines that are farthest apart."""
    ticks = {}
    for one in canvas.texts:
        if one.text.replace(",", "").replace(".", "").isdigit() and canvas.horizontal(one.y):
            ticks[float(one.text.replace(",", ""))] = one.y
    low, high = min(ticks), max(ticks)
    return ticks[low] + (price - low) / (high - low) * (ticks[high] - ticks[low])


def exit_chart(exit_price: float) -> CandleChart:
    """A trade that began 40 candles ago and is left in the candle that has not closed."""
    last = CANDLES.row(119)
    opened = last.open_time + (last.open_time - CANDLES.row(118).open_time)
    prices = (last.close, exit_price)
    bar = Candle(open_time=opened, open=last.close, high=max(prices), low=min(prices), close=exit_price, volume=0.0)
    marks = (a_mark(CANDLES, 80), ChartMark(time=opened, price=exit_price, is_buy=False, label="1"))
    chart = a_candle_chart(append_bar(CANDLES, bar), marks=marks, is_unfinished=True)
    return replace(chart, lines=(PriceLine(label="exit", price=exit_price),))


@pytest.mark.parametrize("share", [0.97, 1.03])
def test_an_exit_is_at_its_bar_and_price_and_that_bar_is_drawn_as_unfinished(share: float) -> None:
    price = float(CANDLES.close[-1]) * share
    chart = exit_chart(price)
    canvas = drawn(chart)
    y = price_pixel(canvas, chart, price)
    assert canvas.text("exit").text == f"exit {price:,.2f}"
    (bar,) = [area for area in canvas.areas if area.style.edge_colour == GREY]
    x = float(bar.points[:, 0].mean())
    # Body of the bar: from the close before to the exit.
    assert {round(float(edge)) for edge in bar.points[:, 1]} == {
        round(price_pixel(canvas, chart, float(CANDLES.close[-1]))),
        round(y),
    }
    arrow = max(canvas.triangles(), key=lambda points: points[0][0])
    assert arrow[0][0] == pytest.approx(x, abs=1)
    dashes = [line for line in canvas.lines if line.is_horizontal and np.ptp(line.points[:, 0]) < 20]
    assert any(abs(line.points[:, 0].mean() - x) <= 1 and abs(line.points[0][1] - y) < 0.5 for line in dashes)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 119), st.booleans(), st.floats(0.99, 1.01)), min_size=1, max_size=400))
def test_every_fill_of_a_plan_is_a_mark_with_its_tip_at_bar_and_price(fills: list[tuple[int, bool, float]]) -> None:
    marks = tuple(
        ChartMark(
            time=from_milliseconds(int(CANDLES.time[row]) + 60_000),
            price=float(CANDLES.close[row]) * share,
            is_buy=is_buy,
            label="",
        )
        for row, is_buy, share in fills
    )
    chart = a_candle_chart(CANDLES, marks=marks)
    canvas = drawn(chart)
    x = bar_x(canvas)
    wanted = sorted(
        (round(x[row]), round(price_pixel(canvas, chart, mark.price)))
        for (row, _, _), mark in zip(fills, marks, strict=True)
    )
    tips = sorted((round(points[0][0]), round(points[0][1])) for points in canvas.triangles())
    assert len(tips) == len(wanted)
    assert np.abs(np.array(tips) - np.array(wanted)).max() <= 2


@settings(max_examples=15, deadline=None)
@given(st.sets(st.integers(0, 119), min_size=1, max_size=120))
def test_numbers_never_touch_and_a_fill_without_one_keeps_a_mark(rows: set[int]) -> None:
    ordered = sorted(rows)
    marks = tuple(a_mark(CANDLES, row, label=str(number)) for number, row in enumerate(ordered, 100))
    canvas = drawn(a_candle_chart(CANDLES, marks=marks))
    numbers = [one for one in canvas.texts if one.text in {mark.label for mark in marks}]
    # The newest has its number in any case.
    assert marks[-1].label in {one.text for one in numbers}
    assert len(canvas.triangles()) == len(marks)
    places = sorted(one.x for one in numbers)
    assert all(after - before >= 50 for before, after in pairwise(places))


def test_fills_of_one_trade_in_one_bar_share_a_number() -> None:
    marks = tuple(a_mark(CANDLES, 60, label="7") for _ in range(3))
    assert [one.text for one in drawn(a_candle_chart(CANDLES, marks=marks)).texts].count("7") == 1


def test_orders_that_rest_are_thin_lines_told_apart_and_the_next_ones_are_labelled() -> None:
    last = float(CANDLES.close[-1])
    buys, sells = [last * (1 - step / 500) for step in range(1, 4)], [last * (1 + step / 500) for step in range(1, 4)]
    resting = [*((price, True) for price in buys), *((price, False) for price in sells)]
    chart = a_candle_chart(CANDLES, resting=resting)
    canvas = drawn(chart)
    palette = PALETTES[Theme.DARK]
    for prices, colour in ((buys, palette.up), (sells, palette.down)):
        lines = [line for line in canvas.lines if line.is_horizontal and line.style.colour == colour]
        levels = [line for line in lines if line.style.dashes and line.style.width == 2]
        assert sorted(round(line.points[0][1]) for line in levels) == sorted(
            round(price_pixel(canvas, chart, price)) for price in prices
        )
    assert canvas.text("buy").text == f"buy {max(buys):,.2f}"
    assert canvas.text("sell").text == f"sell {min(sells):,.2f}"


def test_a_hundred_and_twenty_candles_are_as_many_bars() -> None:
    assert len(bar_x(drawn(a_candle_chart(CANDLES)))) == 120
