"""10,000 bots on one timeframe, all closing at once, while a person sends one command after the other."""

from benchmarks.closing import Closing, measure_closing
from benchmarks.figure import Figure, below
from benchmarks.fleet import Fleet
from benchmarks.fresh_process import in_fresh_process
from benchmarks.loop_stall import percentile

NAME = "10,000 bots closing"
BUDGET = (
    "last decision < 1 s; last intent < 1 s (0 and 10 % acting) or < 8 s (100 %); "
    "loop stall p99 < 20 ms, worst < 100 ms; chat command p99 < 300 ms"
)
BOTS = 10_000
SETS = (100, BOTS)
CLOSES = {0: 20, 10: 8, 100: 2}
"""Closes measured by percent acting: enough for percentiles."""
INTENT_LIMITS = {10: 1.0, 100: 8.0}


def run() -> tuple[Figure, ...]:
    """Measure every mixture in a process of its own; of several closes the slowest counts."""
    figures: list[Figure] = []
    for sets in SETS:
        for percent, closes in CLOSES.items():
            fleet = Fleet(bots=BOTS, sets=sets, percent=percent, closes=closes)
            figures += _figures(fleet, in_fresh_process(measure_closing, fleet))
    return tuple(figures)


def _figures(fleet: Fleet, closing: Closing) -> list[Figure]:
    label = f"{fleet.sets:,} sets, {fleet.percent} % acting"
    closes = closing.closes.values()
    figures = [below(f"{label}, last decision", max(close.decision_seconds for close in closes), "s", 1)]
    if fleet.percent:
        slowest = max(close.intent_seconds for close in closes)
        figures.append(below(f"{label}, last intent", slowest, "s", INTENT_LIMITS[fleet.percent]))
    p99 = percentile(closing.answers, 99) * 1000
    return [
        *figures,
        *closing.stalls.figures(f"{label}, "),
        below(f"{label}, chat command p99 of {len(closing.answers)}", p99, "ms", 300),
    ]
