"""Strategies that do what the candles of a test say."""

from decimal import Decimal
from typing import ClassVar

import numpy as np
from pydantic import Field
from typing_extensions import override

from bot.domain.order import OrderSide
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.strategy.base import PlanStrategy, PlanView, SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles
from bot.strategy.registry import StrategyRegistry
from strategies.builtin import builtin_strategies

ENTER, LEAVE, BOTH, BREAK_PLAN, BREAK = 0.1, 0.2, 0.3, 0.8, 0.9
"""What the fraction of a candle's volume says."""


class ScriptedParameters(StrategyParameters):
    """One number, so that there are different sets; and how the strategy breaks before it sees a candle."""

    number: int = Field(default=1, ge=0, le=1000, title="Number", description="Tells sets apart.")


class ScriptedSignals(SignalStrategy[ScriptedParameters]):
    """Enters, leaves or breaks as the newest candle says."""

    name = "told"
    summary = "Does what the candles say."
    pitfalls = "None."
    Parameters = ScriptedParameters
    asked: ClassVar[int] = 0

    @override
    def warm_up(self, parameters: ScriptedParameters) -> int:
        if not parameters.number:
            raise ZeroDivisionError("number 0 cannot be warmed up")
        return 2

    @override
    def signals(self, parameters: ScriptedParameters, candles: Candles) -> SignalTable:
        ScriptedSignals.asked += 1
        said = np.round(candles.volume % 1, 1)
        if len(said) and said[-1] == BREAK:
            raise ValueError("told to break")
        return SignalTable(
            entry=np.isin(said, (ENTER, BOTH)).astype(np.int8),
            exit=np.isin(said, (LEAVE, BOTH)),
            features={"close": candles.close},
            entry_reason="told to enter at {close:.2f}",
            exit_reason="told to leave at {close:.2f}",
        )


class ScriptedPlan(PlanStrategy[ScriptedParameters]):
    """Wants one buy a tenth below the close while flat, and breaks as the newest candle says."""

    name = "told-plan"
    summary = "Wants one buy below the close."
    pitfalls = "None."
    Parameters = ScriptedParameters

    @override
    def warm_up(self, parameters: ScriptedParameters) -> int:
        return 1

    @override
    def plan(self, view: PlanView[ScriptedParameters]) -> OrderPlan:
        if np.round(view.candles.volume[-1] % 1, 1) == BREAK_PLAN:
            raise ValueError("told to break")
        close = Decimal(repr(float(view.candles.close[-1])))
        price = view.market.floor_price(close * Decimal("0.9"))
        return OrderPlan((DesiredOrder("buy-1", OrderSide.BUY, price, Decimal(1)),), "waits below")


def scripted_and_builtin_strategies() -> StrategyRegistry:
    """Return the told strategies with those that come with the desk."""
    registry = builtin_strategies()
    registry.register_strategy(ScriptedSignals())
    registry.register_strategy(ScriptedPlan())
    return registry


def scripted_strategies() -> StrategyRegistry:
    registry = StrategyRegistry()
    registry.register_strategy(ScriptedSignals())
    registry.register_strategy(ScriptedPlan())
    return registry
