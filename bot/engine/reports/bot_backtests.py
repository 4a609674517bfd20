"""Backtests of bots, one at a time, each in the worker process; results are kept for a while."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime

from bot.domain.errors import QuarterdeckError, Refused
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.money import ZERO
from bot.engine.backtest.job import BacktestJob, BacktestRunner, bot_job
from bot.engine.backtest.result import BacktestResult
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.reports.queries import Queries
from bot.ports.clock import Clock
from bot.strategy.registry import StrategyRegistry

logger = logging.getLogger(__name__)

MAX_CANDLES = 1_000_000
MAX_WAITING = 5
"""Backtests that may wait for the worker."""
MAX_KEPT = 8
"""Results that are kept, of about 2 MB each."""


@dataclass(eq=False, slots=True, kw_only=True)
class BotBacktest:
    """A backtest of a bot as it was when asked for, on candles closed by `until`; only `BotBacktests` changes it."""

    number: int
    bot: Bot
    until: datetime
    candles: int
    row: int = 0
    result: BacktestResult | None = None
    error: QuarterdeckError | None = None
    finished: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_running(self) -> bool:
        return not self.finished.is_set()


class BotBacktests:
    """Starts, finds and ends backtests of bots."""

    def __init__(
        self, queries: Queries, strategies: StrategyRegistry, runner: BacktestRunner, scope: TaskScope, clock: Clock
    ) -> None:
        self._queries = queries
        self._strategies = strategies
        self._runner = runner
        self._scope = scope
        self._worker = asyncio.Semaphore(1)
        # Of another start another number: a button of then finds no backtest of now.
        self._number = int(clock.now().timestamp())
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._runs: dict[int, BotBacktest] = {}

    def find_backtest(self, bot_id: BotId, number: int) -> BotBacktest | None:
        """Return a backtest of a bot that runs or is kept."""
        run = self._runs.get(number)
        return run if run is not None and run.bot.bot_id == bot_id else None

    async def start_backtest(self, bot: Bot) -> BotBacktest:
        """Start the backtest of a bot, or return the one that runs with the same settings.

        Raise Refused if too many wait, or no candle has closed since its run began.
        """
        running = [run for run in self._runs.values() if run.is_running]
        for run in running:
            if run.bot.bot_id == bot.bot_id and run.bot.config == bot.config:
                return run
        if len(running) > MAX_WAITING:
            raise Refused("backtests-waiting", count=len(running))
        until, job = await self._job(bot)
        self._number += 1
        run = BotBacktest(number=self._number, bot=bot, until=until, candles=len(job.candles))
        self._keep(run)
        self._tasks[run.number] = self._scope.start_task(self._work(run, job), f"backtest of {bot.bot_id}")
        return run

    async def cancel_backtest(self, run: BotBacktest) -> None:
        """End a backtest that runs."""
        task = self._tasks.get(run.number)
        if task is not None:
            task.cancel()
            await run.finished.wait()

    async def _job(self, bot: Bot) -> tuple[datetime, BacktestJob]:
        until = self._queries.venue(bot.venue).clock.now()
        candles = await self._queries.feed(bot.venue).history(bot.series, until, MAX_CANDLES)
        account = await self._queries.account(bot.config.account_id)
        market = await self._queries.market_of(bot)
        strategy = self._strategies.get_strategy(bot.config.strategy)
        money = account.deposit if account else ZERO
        job = bot_job(bot, strategy, market, candles, until=until, account_money=money)
        if not job.has_candles:
            raise Refused("backtest-too-early", bot=bot.name, mode=bot.mode, timeframe=bot.config.timeframe)
        return until, job

    async def _work(self, run: BotBacktest, job: BacktestJob) -> None:
        def report(row: int) -> None:
            run.row = row

        try:
            async with self._worker:
                run.result = await self._runner.run(job, report)
        except QuarterdeckError as error:
            run.error = error
            logger.info("backtest not run", extra={"bot_id": run.bot.bot_id, "error": str(error)})
        except asyncio.CancelledError:
            run.error = Refused("backtest-canceled", bot=run.bot.name, mode=run.bot.mode)
            raise
        finally:
            self._tasks.pop(run.number, None)
            run.finished.set()

    def _keep(self, run: BotBacktest) -> None:
        self._runs[run.number] = run
        done = [number for number, kept in self._runs.items() if not kept.is_running]
        for number in done[: max(len(self._runs) - MAX_KEPT, 0)]:
            del self._runs[number]
