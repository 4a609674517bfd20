"""Rows of buttons of about the same length."""

from typing import TypeVar

T = TypeVar("T")


def split_into_rows(buttons: tuple[T, ...], most_per_row: int) -> list[tuple[T, ...]]:
    """Split a row into as few as possible of at most `most_per_row` buttons each, longer ones first."""
    count = -(-len(buttons) // most_per_row)
    size, longer = divmod(len(buttons), count)
    ends = [size * (index + 1) + min(index + 1, longer) for index in range(count)]
    return [buttons[start:end] for start, end in zip([0, *ends], ends, strict=False)]
