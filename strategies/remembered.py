"""Remember results by the very objects they were computed from.

A grid asks for all of its levels at each candle and each fill, and hardly any has changed since: comparing or hashing
what it looks at would cost as much as computing it again.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
MOST_RESULTS = 8192


def remember_by_identity(function: Callable[P, R]) -> Callable[P, R]:
    """Return a pure function of immutable objects as one that computes nothing twice for the same objects.

    Arguments are given by position. They are kept alive beside their result, so that no id of theirs is used again.
    """
    results: dict[tuple[int, ...], tuple[object, R]] = {}

    @wraps(function)
    def remembered(*args: P.args, **kwargs: P.kwargs) -> R:
        key = tuple(map(id, args))
        found = results.get(key)
        if found is None:
            if len(results) >= MOST_RESULTS:
                results.clear()
            found = results[key] = (args, function(*args, **kwargs))
        return found[1]

    return remembered
