"""How soon people see that their command was heard, with 10,000 bots running and a candle closing."""

from benchmarks.closing import measure_closing
from benchmarks.figure import Figure, below
from benchmarks.fleet import Fleet
from benchmarks.fresh_process import in_fresh_process
from benchmarks.loop_stall import percentile
from benchmarks.on_discord import on_discord
from benchmarks.on_telegram import on_telegram
from benchmarks.person import OpenLine, at_the_pipeline

NAME = "answering"
BUDGET = "first visible reaction < 300 ms p99 with 10,000 bots running and a candle closing"
LIMIT_MILLISECONDS = 300
FEWEST = 100
"""Answers, below which nobody should speak of a 99th percentile."""
FLEET = Fleet(bots=10_000, sets=100, percent=10, closes=16)
"""One candle closes right after the other, so that one is always closing."""
LINES: tuple[tuple[str, OpenLine], ...] = (
    ("pipeline", at_the_pipeline),
    ("Telegram", on_telegram),
    ("Discord", on_discord),
)


def run() -> tuple[Figure, ...]:
    """Measure every line in a process of its own."""
    return tuple(_figure(label, open_line) for label, open_line in LINES)


def _figure(label: str, open_line: OpenLine) -> Figure:
    answers = in_fresh_process(measure_closing, FLEET, open_line).answers
    assert len(answers) >= FEWEST, f"{label}: only {len(answers)} answers"
    p99 = percentile(answers, 99) * 1000
    return below(f"{label}, first reaction, p99 of {len(answers)}", p99, "ms", LIMIT_MILLISECONDS)
