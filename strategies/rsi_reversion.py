"""Buy weakness: in when the RSI comes out of oversold, out when it gets overbought.

Idea: after a fast fall the next move is often back towards the middle.
Loses: in crashes and long downtrends, where the RSI stays low and every bounce is sold again; use a stop loss.
Parameters: `length` counts closed candles (Wilder's smoothing); `oversold` and `overbought` are RSI levels; `trigger`
cross enters when the RSI comes back up through oversold, level as soon as it falls below. Both leave when it rises
above overbought.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles
from bot.strategy.indicators import cross_above, cross_below, drop_warm_up_events, rsi

# Wilder's average over n forgets as slowly as an exponential one over 2n - 1; 10 x that.
WARM_UP_FACTOR = 20


class RsiReversionParameters(StrategyParameters):
    """Parameters of rsi-reversion."""

    ascending_fields: ClassVar[tuple[tuple[str, str], ...]] = (("oversold", "overbought"),)

    length: int = Field(default=14, ge=2, le=200, title="Length", description="Candles the RSI looks back.")
    oversold: int = Field(default=30, ge=1, le=98, title="Oversold", description="RSI level taken as weak.")
    overbought: int = Field(default=70, ge=2, le=99, title="Overbought", description="RSI level taken as strong.")
    trigger: Literal["cross", "level"] = Field(
        default="cross",
        title="Trigger",
        description="Enter when the RSI comes back through oversold (cross) or once it falls below (level).",
    )


class RsiReversion(SignalStrategy[RsiReversionParameters]):
    """Buys when the RSI comes out of oversold and sells when it gets overbought."""

    name = "rsi-reversion"
    summary = "Buys when the RSI comes out of oversold and sells when it gets overbought."
    pitfalls = "Loses in crashes, where the RSI stays low: set a stop loss."
    Parameters = RsiReversionParameters

    @override
    def warm_up(self, parameters: RsiReversionParameters) -> int:
        return WARM_UP_FACTOR * parameters.length

    @override
    def signals(self, parameters: RsiReversionParameters, candles: Candles) -> SignalTable:
        strength = rsi(candles.close, parameters.length)
        warm_up = self.warm_up(parameters)
        is_cross = parameters.trigger == "cross"
        enter = cross_above if is_cross else cross_below
        name = f"RSI{parameters.length} {{rsi:.2f}}"
        way = "came back above" if is_cross else "fell below"
        return SignalTable(
            entry=drop_warm_up_events(enter(strength, float(parameters.oversold)), warm_up).astype(np.int8),
            exit=drop_warm_up_events(cross_above(strength, float(parameters.overbought)), warm_up),
            features={"rsi": strength, "close": candles.close},
            entry_reason=f"{name} {way} {parameters.oversold}",
            exit_reason=f"{name} rose above {parameters.overbought}",
        )

    @override
    def outlook(self, parameters: RsiReversionParameters, candles: Candles) -> str:
        if len(candles) <= self.warm_up(parameters):
            return f"waits for {self.warm_up(parameters) + 1} closed candles, has {len(candles)}"
        strength = float(rsi(candles.close, parameters.length)[-1])
        low = parameters.oversold
        enters = f"below {low}"
        if parameters.trigger == "cross":
            enters = f"back above {low}" if strength <= low else f"below {low} and back"
        return f"waits for the RSI, now {strength:.1f}, to go {enters}"

    @override
    def exit_outlook(self, parameters: RsiReversionParameters, candles: Candles) -> str:
        if len(candles) <= self.warm_up(parameters):
            return self.outlook(parameters, candles)
        strength = float(rsi(candles.close, parameters.length)[-1])
        return f"sells when the RSI, now {strength:.1f}, rises above {parameters.overbought}"

    @override
    def feature_titles(self, parameters: RsiReversionParameters) -> Mapping[str, str]:
        return {"rsi": f"RSI{parameters.length}", "close": "Close"}
