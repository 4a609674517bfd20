"""Strategy instances: shared by all bots with equal parameters; plan strategies as functions of a session."""

from weakref import WeakValueDictionary

from bot.domain.errors import InvalidInput, QuarterdeckError, StrategyError
from bot.domain.instance import BotConfig, Parameters
from bot.engine.market_data.series_subscription import RunnableStrategy, StrategyInstance
from bot.engine.trading.plan_refresh import planner_for
from bot.engine.trading.session import Planner
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.fields import load_parameters
from bot.strategy.registry import AnyStrategy, StrategyRegistry


class StrategyInstances:
    """Makes the strategy instance of a configuration; equal parameter sets share one."""

    def __init__(self, strategies: StrategyRegistry) -> None:
        self._strategies = strategies
        # Weak: the hub keeps an instance alive as long as a bot is subscribed with it.
        self._instances: WeakValueDictionary[tuple[str, Parameters], StrategyInstance] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._instances)

    def instance_for(self, config: BotConfig) -> StrategyInstance:
        """Return the strategy instance of a configuration; raise StrategyError if it cannot run."""
        key = (config.strategy, config.parameters)
        instance = self._instances.get(key)
        if instance is None:
            strategy = self._strategy(config.strategy)
            if not isinstance(strategy, SignalStrategy | PlanStrategy):
                raise TypeError(f"strategy {strategy.name} neither signals nor plans")
            instance = StrategyInstance(strategy, key, _thawed(strategy, config.parameters))
            self._instances[key] = instance
        return instance

    def _strategy(self, name: str) -> AnyStrategy:
        # A bot keeps the text of what failed it, so that must be words and no code of a message.
        try:
            return self._strategies.get_strategy(name)
        except InvalidInput as e:
            raise StrategyError(f"no strategy {name}") from e

    def plan_strategy(self, config: BotConfig) -> PlanStrategy[StrategyParameters] | None:
        """Return the plan strategy of a configuration, None for signal strategies and those that are gone."""
        try:
            strategy = self._strategies.get_strategy(config.strategy)
        except QuarterdeckError:
            # A bot without its strategy fails at start-up, but its position must still be managed.
            return None
        return strategy if isinstance(strategy, PlanStrategy) else None

    def planner(self, config: BotConfig) -> Planner | None:
        """Return a plan strategy's plan as a function of a session, None for a signal strategy or a broken one."""
        # Called for every message of every bot: the look-up by name is cheaper than that by parameters.
        strategy = self.plan_strategy(config)
        if strategy is None:
            return None
        try:
            return planner_for(strategy, self.instance_for(config).parameters)
        except QuarterdeckError:
            return None


def _thawed(strategy: RunnableStrategy, parameters: Parameters) -> StrategyParameters:
    try:
        return load_parameters(strategy, parameters)
    except ValueError as e:
        raise StrategyError(f"the stored parameters do not fit {strategy.name} any more: {e}") from e
