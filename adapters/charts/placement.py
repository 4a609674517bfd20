"""Placement of labels without overlaps: plain geometry in pixels."""

from collections.abc import Callable, Sequence

_SEPARATOR = " · "
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


def clamp_center(center: float, width: float, low: float, high: float) -> float:
    """Move a centre so that `width` around it stays inside low..high."""
    if width >= high - low:
        return (low + high) / 2
    return min(max(center, low + width / 2), high - width / 2)


def break_title(title: str, width: float, measure: MeasureText) -> tuple[str, ...]:
    """Break a title between its parts to at most two lines; only what is wider still is cut."""
    if measure(title) <= width:
        return (title,)
    parts = title.split(_SEPARATOR)
    fitting = [count for count in range(1, len(parts)) if measure(_SEPARATOR.join(parts[:count])) <= width]
    if not fitting:
        return (shorten_text(title, width, measure),)
    first, rest = _SEPARATOR.join(parts[: fitting[-1]]), _SEPARATOR.join(parts[fitting[-1] :])
    return first, shorten_text(rest, width, measure)


def shorten_text(text: str, width: float, measure: MeasureText) -> str:
    """Cut a text that is too wide, with an ellipsis."""
    if measure(text) <= width:
        return text
    cuts = (text[:kept].rstrip(" ·") + "…" for kept in range(len(text), 0, -1))
    return next((cut for cut in cuts if measure(cut) <= width), f"{text[:1]}…")
