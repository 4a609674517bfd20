"""Runs backtests on the loop, at once or when the test says so."""

import asyncio
from collections.abc import Callable

from bot.domain.errors import QuarterdeckError
from bot.engine.backtest.job import BacktestJob
from bot.engine.backtest.result import BacktestResult
from strategies.builtin import builtin_strategies


class FakeBacktestRunner:
    """Implements `BacktestRunner`; `hold` makes jobs wait, `error` is raised instead of a result."""

    def __init__(self) -> None:
        self.jobs: list[BacktestJob] = []
        self.reports: list[Callable[[int], None]] = []
        self.error: QuarterdeckError | None = None
        self.canceled = 0
        self._may_go = asyncio.Event()
        self._may_go.set()

    def hold(self) -> None:
        self._may_go.clear()

    def release(self) -> None:
        self._may_go.set()

    async def run(self, job: BacktestJob, on_progress: Callable[[int], None]) -> BacktestResult:
        self.jobs.append(job)
        self.reports.append(on_progress)
        try:
            await self._may_go.wait()
        except asyncio.CancelledError:
            self.canceled += 1
            raise
        if self.error is not None:
            raise self.error
        return job.run(builtin_strategies(), on_progress)
