"""Backtests in a process of their own, so that chat and trading go on meanwhile."""

import asyncio
import os
import pickle
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from contextlib import suppress

from bot.backtesting.worker_messages import Breakdown, Progress, Rejection, Result, read_message
from bot.domain.errors import Unavailable
from bot.engine.backtest.job import BacktestJob
from bot.engine.backtest.result import BacktestResult

WORKER_MODULE = "bot.backtesting.worker"
PASSED_VARIABLES = ("PATH", "HOME", "LANG", "LC_ALL", "VIRTUAL_ENV", "TMPDIR")
"""Tokens and keys are none of the worker's business."""


class WorkerProcess:
    """`BacktestRunner` that starts a process for each job; it ends with the job, or with this process."""

    async def run(self, job: BacktestJob, on_progress: Callable[[int], None]) -> BacktestResult:
        process = await _start_worker()
        try:
            return await _exchange(process, job, on_progress)
        finally:
            # Also when the caller is cancelled: nobody waits for the result any more.
            if process.returncode is None:
                with suppress(ProcessLookupError):
                    process.kill()
            await process.wait()


async def _start_worker() -> Process:
    environment = {name: os.environ[name] for name in PASSED_VARIABLES if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    try:
        # A session of its own: Ctrl-C at the terminal is the parent's to handle.
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", WORKER_MODULE),
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            env=environment,
            start_new_session=True,
        )
    except OSError as e:
        raise Unavailable(f"no process for the backtest could be started: {e.strerror}") from e


async def _exchange(process: Process, job: BacktestJob, on_progress: Callable[[int], None]) -> BacktestResult:
    if process.stdin is None or process.stdout is None:
        raise Unavailable("the process of the backtest has no streams")
    with suppress(BrokenPipeError, ConnectionResetError):
        # Its input stays open: the worker ends when that closes.
        process.stdin.write(await asyncio.to_thread(pickle.dumps, job))
        await process.stdin.drain()
    while (message := await read_message(process.stdout)) is not None:
        match message:
            case Progress(row):
                on_progress(row)
            case Result(result):
                return result
            case Rejection():
                raise message.error()
            case Breakdown(text):
                raise Unavailable(f"the backtest broke: {text}")
    raise Unavailable(f"the process of the backtest ended ({await process.wait()}) without a result")
