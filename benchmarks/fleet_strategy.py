"""A strategy made for measuring: the work of ema-cross, and a share of parameter sets that acts on every candle."""

from typing import ClassVar

import numpy as np
from pydantic import Field

from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles
from bot.strategy.registry import StrategyRegistry
from strategies.ema_cross import EmaCross, EmaCrossParameters

NAME = "fleet"
SPREAD = 2_654_435_761
"""Knuth's multiplier: consecutive numbers of parameter sets fall evenly over a hundred."""
_WORK = EmaCross()
_USUAL = EmaCrossParameters()


class FleetParameters(StrategyParameters):
    """Which parameter set this is, and what share of all sets acts on a candle."""

    number: int = Field(default=0, ge=0, title="number", description="number of the parameter set")
    percent: int = Field(default=0, ge=0, le=100, title="percent", description="share of the sets that act")


class FleetStrategy(SignalStrategy[FleetParameters]):
    """Works out what ema-cross would; a set that acts enters on one candle and leaves on the next, for ever."""

    name = NAME
    summary = "made for measuring"
    pitfalls = "it trades without a reason"
    Parameters: ClassVar[type[StrategyParameters]] = FleetParameters

    def warm_up(self, parameters: FleetParameters) -> int:
        """Return what ema-cross wants."""
        del parameters
        return _WORK.warm_up(_USUAL)

    def signals(self, parameters: FleetParameters, candles: Candles) -> SignalTable:
        """Work out a cross, and put the event of the newest candle into its place."""
        found = _WORK.signals(_USUAL, candles)
        entry, leaving = np.zeros(len(candles), dtype=np.int8), np.zeros(len(candles), dtype=np.bool_)
        if acts(parameters.number, parameters.percent):
            candle = int(candles.time[-1] // (candles.time[-1] - candles.time[-2]))
            entry[-1], leaving[-1] = not candle % 2, candle % 2
        return SignalTable(entry, leaving, found.features, found.entry_reason, found.exit_reason)

    def outlook(self, parameters: FleetParameters, candles: Candles) -> str:
        """Return what ema-cross would wait for."""
        del parameters
        return _WORK.outlook(_USUAL, candles)


def acts(number: int, percent: int) -> bool:
    """Tell whether a parameter set is among the share that acts."""
    return number * SPREAD % 2**32 * 100 < percent * 2**32


def fleet_strategies() -> StrategyRegistry:
    """Return a registry with nothing else in it."""
    registry = StrategyRegistry()
    registry.register_strategy(FleetStrategy())
    return registry
