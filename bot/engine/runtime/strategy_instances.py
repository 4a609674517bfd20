"""Strategies as the engine uses them: one shared interest per parameter set, plans as functions of a session."""

from datetime import datetime
from weakref import WeakValueDictionary

from bot.domain.errors import QuarterdeckError, StrategyError
from bot.domain.instance import BotConfig, Parameters
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderPurpose
from bot.domain.plan import OrderPlan
from bot.engine.market_data.series_subscription import RunnableStrategy, StrategyInstance
from bot.engine.trading.session import Planner, Session
from bot.strategy.base import PlanStrategy, PlanView, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles
from bot.strategy.fields import load_parameters
from bot.strategy.registry import StrategyRegistry


class StrategyInstances:
    """Makes the interest of a configuration; equal parameter sets share one, whatever the number of bots."""

    def __init__(self, strategies: StrategyRegistry) -> None:
        self._strategies = strategies
        # Kept alive by the hub, as long as a bot follows with it.
        self._instances: WeakValueDictionary[tuple[str, Parameters], StrategyInstance] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self._instances)

    def instance_for(self, config: BotConfig) -> StrategyInstance:
        """Return what a bot with this configuration wants to know; raise InvalidInput or StrategyError."""
        key = (config.strategy, config.parameters)
        instance = self._instances.get(key)
        if instance is None:
            strategy = self._strategies.get_strategy(config.strategy)
            if not isinstance(strategy, SignalStrategy | PlanStrategy):
                raise TypeError(f"strategy {strategy.name} neither signals nor plans")
            instance = StrategyInstance(strategy, key, _thawed(strategy, config.parameters))
            self._instances[key] = instance
        return instance

    def planner(self, config: BotConfig) -> Planner | None:
        """Return the plan strategy of a configuration as a function, None for signal strategies and broken ones."""
        try:
            # Asked with every message of every bot: first by name, which costs less than by parameters.
            if not isinstance(self._strategies.get_strategy(config.strategy), PlanStrategy):
                return None
            instance = self.instance_for(config)
        except QuarterdeckError:
            # A bot whose strategy is gone is failed at the start, but its position must still be looked after.
            return None
        if not isinstance(instance.strategy, PlanStrategy):
            return None
        return _planner(instance.strategy, instance.parameters)


def _thawed(strategy: RunnableStrategy, parameters: Parameters) -> StrategyParameters:
    try:
        return load_parameters(strategy, parameters)
    except ValueError as e:
        raise StrategyError(f"the stored parameters do not fit {strategy.name} any more: {e}") from e


def _planner(strategy: PlanStrategy[StrategyParameters], parameters: StrategyParameters) -> Planner:
    def plan(session: Session, moment: Moment) -> OrderPlan | None:
        if session.candles is None:
            return None
        return strategy.plan(plan_view(session, session.candles, parameters, moment.market))

    return plan


def plan_view(
    session: Session, candles: Candles, parameters: StrategyParameters, market_time: datetime
) -> PlanView[StrategyParameters]:
    """Make what a plan strategy looks at of a session."""
    bot = session.bot
    open_orders: dict[str, Order] = {order.intent.tag: order for order in session.working_orders(OrderPurpose.PLAN)}
    return PlanView(
        parameters=parameters,
        market=session.market,
        candles=candles,
        position=session.ledger.position,
        trade_fills=session.trade_fills,
        last_fills=session.last_fills,
        open_orders=open_orders,
        market_time=market_time,
        run_started=bot.run_started_market or market_time,
        capital=session.money_left,
        seed=bot.seed,
    )
