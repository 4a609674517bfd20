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
        return self.label_x - self.width / 2

    @property
    def right(self) -> float:
        return self.label_x + self.width / 2


def cluster_marks(
    marks: Sequence[tuple[float, str]], low: float, high: float, gap: float, measure: MeasureText
) -> tuple[MarkCluster, ...]:
    """Join neighbouring marks (x and label) from left to right until their labels between low..high are `gap` apart."""

    def join(rows: tuple[int, ...]) -> MarkCluster:
        label = range_label([marks[row][1] for row in rows])
        width = measure(label)
        x = sum(marks[row][0] for row in rows) / len(rows)
        return MarkCluster(x, clamp_center(x, width, low, high), label, width, rows)

    done: list[MarkCluster] = []
    for row in sorted(range(len(marks)), key=lambda index: (marks[index][0], index)):
        cluster = join((row,))
        while done and done[-1].right + gap > cluster.left:
            cluster = join((*done.pop().rows, *cluster.rows))
        done.append(cluster)
    return tuple(done)


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


def shorten_text(text: str, width: float, measure: MeasureText) -> str:
    """Cut a text that is too wide, with an ellipsis."""
    if measure(text) <= width:
        return text
    cuts = (text[:kept].rstrip(" ·") + "…" for kept in range(len(text), 0, -1))
    return next((cut for cut in cuts if measure(cut) <= width), f"{text[:1]}…")
