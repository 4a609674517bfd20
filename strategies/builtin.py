"""Built-in strategies."""

from bot.strategy.registry import StrategyRegistry
from strategies.ema_cross import EmaCross
from strategies.grid import Grid
from strategies.rsi_reversion import RsiReversion


def builtin_strategies() -> StrategyRegistry:
    registry = StrategyRegistry()
    registry.register_strategy(EmaCross())
    registry.register_strategy(RsiReversion())
    registry.register_strategy(Grid())
    return registry
