"""The worker process: runs one backtest that it reads from its input (`python -m bot.backtesting.worker`).

It ends when its parent does: the parent holds the other end of its input, which the system closes however that ends.
"""

import os
import pickle
import sys
import threading
import time
from typing import BinaryIO

from bot.backtesting.worker_messages import Breakdown, Progress, Rejection, Result, WorkerMessage, write_message
from bot.domain.errors import UserError
from bot.domain.money import use_money_context
from bot.engine.backtest.job import BacktestJob
from strategies.builtin import builtin_strategies

REPORT_SECONDS = 0.25
NICENESS = 10
"""Bots that trade come first."""


def main() -> None:
    """Run the job and write what becomes of it."""
    use_money_context()
    os.nice(NICENESS)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    job: BacktestJob = pickle.load(source)  # noqa: S301 - our own parent wrote it
    threading.Thread(target=_end_with_parent, args=(source,), daemon=True).start()
    write_message(target, _run(job, target))


def _run(job: BacktestJob, target: BinaryIO) -> WorkerMessage:
    reported = time.monotonic()

    def report(row: int) -> None:
        nonlocal reported
        now = time.monotonic()
        if now - reported >= REPORT_SECONDS:
            reported = now
            write_message(target, Progress(row))

    try:
        return Result(job.run(builtin_strategies(), report))
    except UserError as error:
        return Rejection(type(error), error.code, error.fix, error.fields)
    except Exception as error:
        return Breakdown(f"{type(error).__name__}: {error}")


def _end_with_parent(source: BinaryIO) -> None:
    source.read(1)
    os._exit(1)


if __name__ == "__main__":
    main()
