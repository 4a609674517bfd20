"""`--help`: the first thing somebody does must not wait for libraries it does not need."""

import statistics
import subprocess
import sys
import time

from benchmarks.figure import Figure, below

NAME = "help"
BUDGET = "`quarterdeck --help` < 0.3 s"
ROUNDS = 5


def run() -> tuple[Figure, ...]:
    """Start a fresh interpreter several times."""
    _seconds()
    return (below("python -m bot --help, median", statistics.median(_seconds() for _ in range(ROUNDS)), "s", 0.3),)


def _seconds() -> float:
    before = time.perf_counter()
    done = subprocess.run([sys.executable, "-m", "bot", "--help"], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - before
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout.lower()
    return seconds
