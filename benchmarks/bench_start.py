"""From the command line to the first answer: the real process with its console, on a folder that is empty."""

import os
import statistics
import subprocess
import sys
import time
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, below

NAME = "start"
BUDGET = "accepting commands on the console < 1.5 s, no bots"
ROUNDS = 7
CODE = "BENCH-MARK-1"
ANSWER = b"You are the owner"
PATIENCE_SECONDS = 30


def run() -> tuple[Figure, ...]:
    """Start several times, each time on a folder of its own."""
    _seconds()
    seconds = [_seconds() for _ in range(ROUNDS)]
    label = f"spawn to the first answered command, median of {ROUNDS}"
    return (below(label, statistics.median(seconds), "s", 1.5),)


def _seconds() -> float:
    with TemporaryDirectory() as folder:
        environment = {**os.environ, "DATA_DIR": folder, "SETUP_CODE": CODE, "REPLAY_SPEED": "60x"}
        before = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", "--console"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        seconds = _until_answered(process, before)
        _, errors = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, errors
    return seconds


def _until_answered(process: "subprocess.Popen[bytes]", before: float) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"/claim {CODE}\n".encode())
    process.stdin.flush()
    for line in process.stdout:
        if ANSWER in line:
            return time.perf_counter() - before
    raise AssertionError("the desk ended without an answer")
