"""What a benchmark measures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value beside its budget, which is text for people; `is_met` decides the verdict."""

    name: str
    value: float
    unit: str
    budget: str
    is_met: bool


def below(name: str, value: float, unit: str, limit: float) -> Figure:
    """Make a figure whose budget is to stay below a limit."""
    return Figure(name, value, unit, f"< {limit:g} {unit}", value < limit)
