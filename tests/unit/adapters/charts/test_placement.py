"""Labels never cover each other."""

from datetime import timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.charts.placement import cluster_marks, range_label, shorten_text, spread_labels
from adapters.charts.thinning import downsampled_rows, drawdown_series, merge_candles
from tests.builders.charts import HOUR_MS, wavy_candles
from tests.builders.series import candles_from_rows

pixels = st.floats(-500, 1500)


@given(st.lists(pixels, max_size=30), st.floats(10, 80))
def test_spread_labels_keep_apart_and_inside(wanted: list[float], height: float) -> None:
    placed = [place for place in spread_labels(wanted, height, 80, 640) if place is not None]
    assert all(after - before >= height - 1e-6 for before, after in pairwise(sorted(placed)))
    assert all(80 + height / 2 - 1e-6 <= place <= 640 - height / 2 + 1e-6 for place in placed)
    assert len(placed) == min(len(wanted), int(560 // height))


@given(st.lists(pixels, max_size=10))
def test_spread_labels_keep_the_order_of_their_levels(wanted: list[float]) -> None:
    placed = spread_labels(wanted, 34, 80, 640)
    ranked = sorted(range(len(wanted)), key=lambda index: (wanted[index], index))
    heights = [placed[index] for index in ranked]
    assert heights == sorted(height for height in heights if height is not None)


def test_labels_that_are_apart_stay_where_they_are() -> None:
    assert spread_labels([100, 300, 200], 34, 0, 640) == (100, 300, 200)


def test_two_labels_at_one_height_give_way_equally() -> None:
    assert spread_labels([300, 300], 34, 0, 640) == (283, 317)


@given(st.lists(st.tuples(st.floats(20, 800), st.integers(1, 500)), max_size=80))
def test_mark_labels_keep_apart_and_no_mark_is_lost(marks: list[tuple[float, int]]) -> None:
    named = [(x, str(number)) for x, number in marks]
    clusters = cluster_marks(named, 20, 800, 10, lambda text: 18.0 * len(text))
    assert all(before.right + 10 <= after.left for before, after in pairwise(clusters))
    assert sorted(row for cluster in clusters for row in cluster.rows) == list(range(len(marks)))
    assert all(cluster.left >= 20 - 1e-6 and cluster.right <= 800 + 1e-6 for cluster in clusters)


@pytest.mark.parametrize(
    ("labels", "joint"),
    [(["3"], "3"), (["3", "3", "3"], "3 ×3"), (["5", "3", "4"], "3-5"), (["3", "7"], "3…7"), (["a", "b"], "a…b")],
)
def test_joined_marks_are_named(labels: list[str], joint: str) -> None:
    assert range_label(labels) == joint


@given(st.text(max_size=60))
def test_a_shortened_text_fits(text: str) -> None:
    assert len(shorten_text(text, 10, len)) <= 10


def test_a_text_that_fits_is_not_cut() -> None:
    assert shorten_text("alpha · PAPER", 13, len) == "alpha · PAPER"
    assert shorten_text("alpha · PAPER · equity", 17, len) == "alpha · PAPER…"


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=3000), st.integers(1, 200))
def test_thinning_a_line_keeps_its_ends_and_extremes(values: list[float], buckets: int) -> None:
    line = np.array(values)
    rows = downsampled_rows(line, buckets)
    assert line[rows].min() == line.min()
    assert line[rows].max() == line.max()
    assert rows[0] == 0
    assert rows[-1] == len(line) - 1
    assert (np.diff(rows) > 0).all()
    assert len(rows) <= 4 * buckets + 4


@given(st.integers(1, 2000), st.integers(1, 120), st.sets(st.integers(0, 1999)))
def test_joined_candles_keep_extremes_ends_and_time(count: int, capacity: int, missing: set[int]) -> None:
    rows = [row for row in range(count) if row not in missing] or [0]
    whole = wavy_candles(count)
    candles = candles_from_rows([whole.row(row) for row in rows])
    bars = merge_candles(candles, capacity)
    assert bars.count <= capacity
    assert bars.high.max() == candles.high.max()
    assert bars.low.min() == candles.low.min()
    assert (bars.open[0], bars.close[-1]) == (candles.open[0], candles.close[-1])
    assert bars.start <= candles.time[0]
    assert bars.slot[0] == 0
    assert bars.slot[-1] == bars.count - 1
    assert (np.diff(bars.slot) > 0).all()


def test_the_newest_bar_is_a_full_one() -> None:
    bars = merge_candles(wavy_candles(10), 3)
    assert (bars.candles_per_bar, bars.count) == (4, 3)
    assert bars.width == 4 * HOUR_MS
    assert bars.close[0] == wavy_candles(10).close[1]
    assert timedelta(milliseconds=bars.end - int(wavy_candles(10).time[-1])) == timedelta(hours=1)


def test_drawdown_is_measured_from_the_highest_equity_so_far() -> None:
    assert drawdown_series(np.array([100.0, 200.0, 150.0, 250.0])).tolist() == [0, 0, -0.25, 0]
    assert drawdown_series(np.array([-5.0, -10.0])).tolist() == [0, 0]
