"""Labels never cover each other."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adapters.charts.placement import shorten_text, spread_labels
from adapters.charts.plot import downsampled_rows

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
