"""Axes, leaders and titles of every kind of chart."""

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from adapters.charts.canvas import PALETTES, WIDTH
from adapters.charts.placement import break_title
from adapters.charts.plot import PANEL_BOTTOM, PANEL_TOP
from bot.ports.charts import ChartSpec, Theme
from tests.builders.charts import (
    a_candle_chart,
    a_drawdown_chart,
    a_profit_chart,
    an_equity_chart,
    flat_candles,
    wavy_candles,
)
from tests.fakes.recording_canvas import RecordingCanvas, drawn

FIGURE = re.compile(r"[-+]?[\d,]+(\.\d+)?%?")
DAY = re.compile(r"\d\d:\d\d|\d+ [A-Z][a-z][a-z]|[A-Z][a-z][a-z]")
LEVELS = (("last", 60_000.0), ("entry", 60_010.0), ("stop", 59_990.0), ("target", 60_020.0))
walks = st.lists(st.floats(-0.02, 0.02), min_size=2, max_size=60)


def equity_of(steps: list[float], start: float = 1000.0) -> tuple[float, ...]:
    return tuple((start * np.cumprod(1 + np.array(steps))).tolist())


def value_labels(canvas: RecordingCanvas, low: float = 0, high: float = 720) -> list[str]:
    """Return the figures that stand beside a grid line."""
    found = [one for one in canvas.texts if low <= one.y <= high and FIGURE.fullmatch(one.text)]
    return [one.text for one in found if canvas.horizontal(one.y)]


def time_labels(canvas: RecordingCanvas) -> list[str]:
    return [one.text for one in canvas.texts if one.y < PANEL_BOTTOM and DAY.match(one.text)]


def assert_axes(spec: ChartSpec) -> None:
    canvas = drawn(spec)
    labels = value_labels(canvas)
    assert len(set(labels)) == len(labels) >= 3, labels
    assert len(time_labels(canvas)) >= 3


@given(st.integers(3, 130), st.floats(1e-4, 1e5), st.booleans())
@settings(max_examples=20, deadline=None)
def test_a_candle_chart_has_three_labelled_lines_an_axis(count: int, scale: float, has_levels: bool) -> None:
    decimals = 2 if scale > 100 else 8
    levels = [(name, price / 60_000 * scale) for name, price in LEVELS] if has_levels else []
    assert_axes(a_candle_chart(wavy_candles(count, scale=scale), levels=levels, decimals=decimals))


@pytest.mark.parametrize("price", [57_000.0, 0.00001712, 0.00000003])
def test_a_price_that_never_moves_has_three_labelled_lines(price: float) -> None:
    assert_axes(a_candle_chart(flat_candles(30, price), decimals=8, levels=[("last", price)]))


@example(
    [0.0, 0.0, 0.0, 0.0, 0.012131009590036605],
    [0.017578125, 0.01171875, -0.015625, -0.017578125, 0.0078125],
    "USDT",
)
@given(walks, walks, st.sampled_from(["USDT", "BTC", "%"]))
@settings(max_examples=20, deadline=None)
def test_an_equity_chart_has_three_labelled_lines_in_both_panels(
    steps: list[float], held: list[float], currency: str
) -> None:
    count = min(len(steps), len(held))
    spec = an_equity_chart(equity_of(steps)[:count], benchmark=equity_of(held)[:count], currency=currency)
    canvas = drawn(spec)
    upper, lower = value_labels(canvas, 290), value_labels(canvas, 0, 289)
    assert len(set(upper)) == len(upper) >= 3
    assert len(set(lower)) == len(lower) >= 3
    assert all(re.fullmatch(r"-?\d+\.\d\d%", label) for label in lower)


@given(walks)
@settings(max_examples=20, deadline=None)
def test_a_drawdown_chart_has_three_labelled_lines_and_both_figures(steps: list[float]) -> None:
    equity = np.array(equity_of(steps))
    drawdown = (equity / np.maximum.accumulate(equity) - 1).tolist()
    spec = a_drawdown_chart(drawdown)
    canvas = drawn(spec)
    assert len(value_labels(canvas)) >= 2  # the label of the present one may hide the surface's
    now, deepest = canvas.text("now").text, min(drawdown)
    assert float(now.removeprefix("now\n").removesuffix("%")) == pytest.approx(100 * drawdown[-1], abs=0.0051)
    if deepest < 0:
        label = canvas.text("deepest").text.partition("%")[0].removeprefix("deepest ")
        assert float(label) == pytest.approx(100 * deepest, abs=0.0051)


def test_capital_that_is_taken_away_is_no_drawdown() -> None:
    # 500 of 1,000 were taken away; the growth went on to 2 %, with a fall of 1 % in between.
    spec = replace(an_equity_chart((1000.0, 1010.0, 505.0, 510.0)), growth=(1.0, 1.01, 0.9999, 1.02))
    assert drawn(spec).text("max drawdown").text == "max drawdown -1.00%"


@given(st.lists(st.floats(-50, 50), min_size=3, max_size=60))
@settings(max_examples=20, deadline=None)
def test_a_profit_chart_has_three_labelled_lines(profits: list[float]) -> None:
    canvas = drawn(a_profit_chart(profits))
    assert len(set(value_labels(canvas))) >= 3


@pytest.mark.parametrize("theme", Theme)
def test_leaders_are_thin_dotted_and_grey_and_do_not_touch_the_curve(theme: Theme) -> None:
    canvas = drawn(an_equity_chart((1000.0, 1010.0, 990.0), benchmark=(1000.0, 1005.0, 1015.0)), theme)
    palette = PALETTES[theme]
    leaders = [line for line in canvas.lines if line.style.colour == palette.leader and line.style.width == 2]
    (curve,) = [line for line in canvas.lines if line.style.colour == palette.equity]
    assert len(leaders) == 2
    assert all(leader.style.dashes for leader in leaders)
    assert not curve.style.dashes
    assert all(leader.points[0][0] > curve.points[-1][0] for leader in leaders)


@given(walks, st.floats(0.2, 5))
@settings(max_examples=20, deadline=None)
def test_buy_and_hold_never_flattens_the_equity(steps: list[float], factor: float) -> None:
    equity = equity_of(steps)
    assume(max(equity) - min(equity) >= 0.01)
    held = tuple(np.linspace(1000, 1000 * factor, len(equity)).tolist())
    canvas = drawn(an_equity_chart(equity, benchmark=held))
    (curve,) = [line for line in canvas.lines if line.style.colour == PALETTES[Theme.DARK].equity]
    # The range of the equity, or 1 % of it when that is more, has at least a fifth of the panel.
    own = max(equity) - min(equity)
    reach = max(own, max(equity) / 100)
    assert np.ptp(curve.points[:, 1]) / own * reach >= 0.2 * (PANEL_TOP - 306) - 1
    label = next(one.text for one in canvas.texts if "buy & hold" in one.text)
    assert f"{held[-1]:,.2f}" in label


def test_buy_and_hold_that_has_left_the_picture_says_where_it_is() -> None:
    canvas = drawn(an_equity_chart((1000.0, 1001.0, 1002.0), benchmark=(1000.0, 1200.0, 1500.0)))
    assert any(one.text == "↑ buy & hold 1,500.00" for one in canvas.texts)


def test_capital_that_was_taken_out_is_no_drawdown() -> None:
    spec = replace(an_equity_chart((1000.0, 1000.0, 500.0)), growth=(1.0, 1.0, 1.0))
    assert drawn(spec).text("no drawdown").x > 0


def test_the_currency_stands_once_and_in_the_title() -> None:
    texts = [one.text for one in drawn(an_equity_chart(benchmark=(1000.0, 1001.0, 1002.0, 1003.0))).texts]
    assert [text for text in texts if "USDT" in text] == ["alpha · PAPER · equity · 22-26 Aug CEST · USDT"]


def test_an_axis_of_amounts_that_are_hidden_has_two_decimals_and_no_blank() -> None:
    canvas = drawn(an_equity_chart((100.0, 101.6374, 99.0), currency="%"))
    assert canvas.text("equity").text == "equity 99.00%"
    assert all(label.endswith("%") for label in value_labels(canvas))
    profits = drawn(a_profit_chart((0.5866858, -0.2, 0.0), currency="%"))
    assert profits.text("total").text == "total\n+0.39%"
    assert {"+0.59%", "-0.20%"} <= {one.text for one in profits.texts}


def test_a_title_is_broken_between_its_parts_before_it_is_cut() -> None:
    title = "abcdefghijklmnopqrstuvwx · PRACTICE · BTC/USDT 5m · 22 Aug - 3 Sep 2024 CEST · 1 bar = 15 min"
    assert break_title(title, 60, len) == (
        "abcdefghijklmnopqrstuvwx · PRACTICE · BTC/USDT 5m",
        "22 Aug - 3 Sep 2024 CEST · 1 bar = 15 min",
    )
    canvas = drawn(a_candle_chart(title=title))
    words = " ".join(one.text for one in canvas.texts)
    assert "abcdefghijklmnopqrstuvwx · PRACTICE · BTC/USDT 5m" in words
    assert "22 Aug - 3 Sep 2024 CEST · 1 bar = 15 min" in words


@given(st.lists(st.floats(-500, 500), min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_the_figures_of_bars_never_cover_each_other(profits: list[float]) -> None:
    canvas = drawn(a_profit_chart(profits))
    figures = [one for one in canvas.texts if re.fullmatch(r"[-+][\d,]+\.\d\d", one.text) and one.x < WIDTH - 200]
    for row, one in enumerate(figures):
        for other in figures[row + 1 :]:
            apart = abs(one.x - other.x) > 8 * (len(one.text) + len(other.text)) - 40
            assert apart or abs(one.y - other.y) >= 28 or one.text[0] != other.text[0]


def test_a_month_of_bars_labels_more_than_the_best_and_the_worst() -> None:
    profits = [float((-1) ** day * (day + 1)) for day in range(10)]
    canvas = drawn(a_profit_chart(profits))
    assert sum(bool(re.fullmatch(r"[-+]\d+\.\d\d", one.text)) for one in canvas.texts) >= 8
