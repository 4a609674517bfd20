"""Placement of labels without overlaps: plain geometry in pixels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MeasureText = Callable[[str], float]
"""Returns the width of a text in pixels."""


def spread_labels(wanted: Sequence[float], height: float, low: float, high: float) -> tuple[float | None, ...]:
    """Move label centres apart to at least `height`, as little as possible and inside low..high.

    Labels that do not fit get None; the first ones win.
    """
    room = max(int((high - low) // height), 0)
    order = sorted(range(min(len(wanted), room)), key=lambda index: (wanted[index], index))
    # With each label's height subtracted, "apart by a height" is just "not decreasing": pool until that holds.
    pools: list[tuple[float, int]] = []
    for rank, index in enumerate(order):
        mean, size = wanted[index] - rank * height, 1
        while pools and pools[-1][0] > mean:
            before, count = pools.pop()
            mean, size = (mean * size + before * count) / (size + count), size + count
        pools.append((mean, size))
    lowest, highest = low + height / 2, high - height / 2 - (len(order) - 1) * height
    flat = [min(max(mean, lowest), highest) for mean, size in pools for _ in range(size)]
    placed: list[float | None] = [None] * len(wanted)
    for rank, index in enumerate(order):
        placed[index] = flat[rank] + rank * height
    return tuple(placed)


@dataclass(frozen=True, slots=True)
class MarkCluster:
    """Marks of one side that share an arrow at `x`; `label_x` is the label's middle, `rows` are the marks."""

    x: float
    label_x: float
    label: str
    width: float
    rows: tuple[int, ...]

    @property
    def left(self) -> float:
        """Return the left end of the label."""
        return self.label_x - self.width / 2

    @property
    def right(self) -> float:
        """Return the right end of the label."""
        return self.label_x + self.width / 2


@dataclass(frozen=True, slots=True)
class LabelRow:
    """A row of mark labels between `low` and `high`, `gap` pixels apart."""

    low: float
    high: float
    gap: float
    measure: MeasureText

    def cluster_marks(self, marks: Sequence[tuple[float, str]]) -> tuple[MarkCluster, ...]:
        """Join neighbouring marks (x and label) until labels keep their distance, from left to right."""
        done: list[MarkCluster] = []
        for row in sorted(range(len(marks)), key=lambda index: (marks[index][0], index)):
            cluster = self._join_marks((row,), marks)
            while done and done[-1].right + self.gap > cluster.left:
                cluster = self._join_marks((*done.pop().rows, *cluster.rows), marks)
            done.append(cluster)
        return tuple(done)

    def _join_marks(self, rows: tuple[int, ...], marks: Sequence[tuple[float, str]]) -> MarkCluster:
        label = range_label([marks[row][1] for row in rows])
        width = self.measure(label)
        x = sum(marks[row][0] for row in rows) / len(rows)
        return MarkCluster(x, clamp_center(x, width, self.low, self.high), label, width, rows)


def range_label(labels: Sequence[str]) -> str:
    """Return the label of several marks: `3`, `3 ×5` for one number, `3-7` for a full range, `3…9` with holes."""
    unique = list(dict.fromkeys(labels))
    if len(labels) == 1:
        return labels[0]
    if len(unique) == 1:
        return f"{unique[0]} ×{len(labels)}"
    numbers = sorted(int(label) for label in unique if label.isdecimal())
    if len(numbers) == len(unique):
        is_full = numbers[-1] - numbers[0] == len(numbers) - 1
        return f"{numbers[0]}{'-' if is_full else '…'}{numbers[-1]}"
    return f"{unique[0]}…{unique[-1]}"


def clamp_center(center: float, width: float, low: float, high: float) -> float:
    """Move a centre so that `width` around it stays inside low..high."""
    if width >= high - low:
        return (low + high) / 2
    return min(max(center, low + width / 2), high - width / 2)


def is_overlapping(first: float, second: float, height: float) -> bool:
    """Return whether two labels of the same height overlap."""
    return abs(first - second) < height


def shorten_text(text: str, width: float, measure: MeasureText) -> str:
    """Cut a text that is too wide, with an ellipsis."""
    if measure(text) <= width:
        return text
    kept = len(text)
    while kept > 1 and measure(_cut_text(text, kept)) > width:
        kept -= 1
    return _cut_text(text, kept)


def _cut_text(text: str, kept: int) -> str:
    return text[:kept].rstrip(" ·") + "…"
