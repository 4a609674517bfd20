"""A backtest to run, as one frozen piece: it can be handed to another process."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Protocol

from bot.domain.instance import Bot, BotConfig
from bot.domain.market import Market
from bot.domain.money import ZERO
from bot.engine.backtest.result import BacktestOptions, BacktestResult, OnProgress
from bot.engine.backtest.run import run_backtest
from bot.strategy.base import PlanStrategy
from bot.strategy.candles import Candles, to_milliseconds
from bot.strategy.registry import AnyStrategy, StrategyRegistry

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class BacktestJob:
    """What a backtest trades: a configuration with its market, on candles, with `cash` in quote."""

    config: BotConfig
    market: Market
    candles: Candles
    cash: Decimal
    options: BacktestOptions

    @property
    def has_candles(self) -> bool:
        """Return whether there is a candle to trade on."""
        begin = self.options.trade_from
        return begin is None or (len(self.candles) > 0 and int(self.candles.time[-1]) >= to_milliseconds(begin))

    def run(self, strategies: StrategyRegistry, on_progress: OnProgress) -> BacktestResult:
        """Run it here; `on_progress` hears how many candles were played."""
        strategy = strategies.get_strategy(self.config.strategy)
        options = replace(self.options, on_progress=on_progress)
        return run_backtest(self.config, strategy, self.candles, self.market, self.cash, options)


class BacktestRunner(Protocol):
    """Runs backtests away from the loop."""

    async def run(self, job: BacktestJob, on_progress: Callable[[int], None]) -> BacktestResult:
        """Return the result of a job; cancelling it ends the work.

        Raise UserError for a job that cannot be run, and Unavailable if whoever ran it broke.
        """


def bot_job(
    bot: Bot, strategy: AnyStrategy, market: Market, candles: Candles, *, until: datetime, account_money: Decimal
) -> BacktestJob:
    """Return the backtest of a bot's own settings over the time of its run, on candles that closed by `until`.

    A bot that never ran is tried on all of them. The account's other money pays for what costs more than was decided,
    as it does for the bot; figures are shares of its capital.
    """
    capital = bot.config.capital
    options = BacktestOptions(trade_from=first_open(bot, strategy), reserve=max(account_money - capital, ZERO))
    known = candles_until(candles, until - bot.config.timeframe.duration)
    return BacktestJob(config=bot.config, market=market, candles=known, cash=capital, options=options)


def candles_until(candles: Candles, last_open: datetime) -> Candles:
    """Return the candles that opened by a time."""
    return candles.slice_rows(0, int(candles.time.searchsorted(to_milliseconds(last_open), side="right")))


def first_open(bot: Bot, strategy: AnyStrategy) -> datetime | None:
    """Return the open of the first candle that counts for a bot; None if it never ran.

    A run that began inside a candle decides on signals at that candle's close. A plan's orders, placed at once, can
    fill from the next candle on.
    """
    started = bot.run_started_market
    if started is None:
        return None
    passed = (started - _EPOCH) % bot.config.timeframe.duration
    is_late = passed and isinstance(strategy, PlanStrategy)
    return started - passed + (bot.config.timeframe.duration if is_late else timedelta(0))
