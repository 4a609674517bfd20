"""`python -m benchmarks [name...] [--json FILE]`: measure, print a table, exit 1 if a budget is missed."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.runner import Outcome, benchmark_names, measure

COLUMNS = ("what", "budget", "figure", "verdict", "other programs")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the named benchmarks, or all, and return the exit code."""
    parsed = _parsed(arguments)
    outcomes = []
    for name in parsed.names or benchmark_names():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        outcomes.append(measure(name))
    print(table(outcomes))
    if parsed.json:
        text = json.dumps([asdict(outcome) for outcome in outcomes], indent=2)
        Path(parsed.json).write_text(text + "\n", encoding="utf-8")
    return 0 if all(outcome.is_met for outcome in outcomes) else 1


def table(outcomes: Sequence[Outcome]) -> str:
    """Lay the figures out as a Markdown table with aligned columns."""
    rows = [COLUMNS, *(row for outcome in outcomes for row in _rows(outcome))]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def _rows(outcome: Outcome) -> list[tuple[str, ...]]:
    if not outcome.figures:
        return [(outcome.name, outcome.budget, outcome.failure or "nothing measured", "FAILED", _others(outcome))]
    return [
        (
            f"{outcome.name}: {figure.name}",
            figure.budget,
            f"{_rounded(figure.value)} {figure.unit}".rstrip(),
            "met" if figure.is_met else "MISSED",
            _others(outcome),
        )
        for figure in outcome.figures
    ]


def _others(outcome: Outcome) -> str:
    return "" if outcome.others is None else f"{outcome.others:.1f} of {os.cpu_count()} CPUs"


def _rounded(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure what the README claims.")
    names = benchmark_names()
    parser.add_argument("names", nargs="*", metavar="name", help=f"one of {', '.join(names)} (default: all)")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to this file")
    parsed = parser.parse_args(arguments)
    unknown = [name for name in parsed.names if name not in names]
    if unknown:
        parser.error(f"no benchmark {unknown[0]}, expected one of {', '.join(names)}")
    return parsed


if __name__ == "__main__":
    sys.exit(main())
