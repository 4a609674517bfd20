"""Follow a trend: in when a fast average crosses above a slow one, out on the way back.

Idea: a fast average above a slow one means that prices have been rising lately; trends last longer than chance.
Loses: in sideways markets, where the averages cross again and again and every crossing costs fees and a little more.
Parameters: `fast` and `slow` count closed candles; `kind` is the sort of average; `confirm` is the number of further
closed candles a cross, up or down, must hold before it counts.
"""

from collections.abc import Mapping
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field
from typing_extensions import override

from bot.strategy.base import SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import Candles, Floats
from bot.strategy.indicators import (
    confirm_events,
    cross_above,
    cross_below,
    drop_warm_up_events,
    ema,
    is_above,
    price_decimals,
    sma,
)

# 5 x the slow average still gave a wrong side at 50/200.
WARM_UP_FACTOR = 10


class EmaCrossParameters(StrategyParameters):
    """Parameters of ema-cross."""

    ascending_fields: ClassVar[tuple[tuple[str, str], ...]] = (("fast", "slow"),)

    fast: int = Field(default=12, ge=2, le=499, title="Fast", description="Candles the quick average looks back.")
    slow: int = Field(default=26, ge=3, le=500, title="Slow", description="Candles the slow average looks back.")
    kind: Literal["ema", "sma"] = Field(
        default="ema", title="Kind", description="Exponential (ema) or simple (sma) averages."
    )
    confirm: int = Field(
        default=0, ge=0, le=50, title="Confirm", description="Further closed candles a cross must hold."
    )


class EmaCross(SignalStrategy[EmaCrossParameters]):
    """Buys when the fast average crosses above the slow one and sells on the way back."""

    name = "ema-cross"
    summary = "Buys when the fast average crosses above the slow one and sells on the way back."
    pitfalls = "Loses in sideways markets. Without a stop loss it leaves a falling market only on the reverse cross."
    Parameters = EmaCrossParameters

    @override
    def warm_up(self, parameters: EmaCrossParameters) -> int:
        return WARM_UP_FACTOR * parameters.slow + parameters.confirm

    @override
    def signals(self, parameters: EmaCrossParameters, candles: Candles) -> SignalTable:
        fast, slow = _averages(parameters, candles)
        warm_up = self.warm_up(parameters)
        up, down = cross_above(fast, slow), cross_below(fast, slow)
        if parameters.confirm:
            up = confirm_events(up, is_above(fast, slow), parameters.confirm)
            down = confirm_events(down, is_above(slow, fast), parameters.confirm)
        digits = price_decimals(float(candles.close[-1])) if len(candles) else 2
        fast_name, slow_name = _names(parameters)
        reason = (
            f"{fast_name} {{fast:,.{digits}f}} crossed %s {slow_name} {{slow:,.{digits}f}}"
            f"{_confirmation_text(parameters.confirm, 'held')}"
        )
        return SignalTable(
            entry=drop_warm_up_events(up, warm_up).astype(np.int8),
            exit=drop_warm_up_events(down, warm_up),
            features={
                "fast": fast,
                "slow": slow,
                "fast_before": _previous_values(fast),
                "slow_before": _previous_values(slow),
                "close": candles.close,
            },
            entry_reason=reason % "above",
            exit_reason=reason % "below",
        )

    @override
    def outlook(self, parameters: EmaCrossParameters, candles: Candles) -> str:
        if len(candles) <= self.warm_up(parameters):
            return f"waits for {self.warm_up(parameters) + 1} closed candles, has {len(candles)}"
        side = "below" if _is_fast_above(parameters, candles) else "above"
        close = _crossing_close(parameters, candles)
        fast, slow = _names(parameters)
        cross = f"waits for {fast} to cross {side} {slow}{_confirmation_text(parameters.confirm)}"
        again = " and above again" if side == "below" else ""
        if close <= 0:
            return f"{cross}{again}; the next candle cannot do it"
        return f"{cross}{again}; needs a close {side} {_price(close, candles)}"

    @override
    def exit_outlook(self, parameters: EmaCrossParameters, candles: Candles) -> str:
        close = _crossing_close(parameters, candles) if len(candles) > self.warm_up(parameters) else 0.0
        if close <= 0 or not _is_fast_above(parameters, candles):
            return self.outlook(parameters, candles)
        confirmed = _confirmation_text(parameters.confirm, "it holds")
        return f"sells if a candle closes below {_price(close, candles)}{confirmed}"

    @override
    def feature_titles(self, parameters: EmaCrossParameters) -> Mapping[str, str]:
        fast, slow = _names(parameters)
        return {
            "fast": fast,
            "slow": slow,
            "fast_before": f"{fast} before",
            "slow_before": f"{slow} before",
            "close": "Close",
        }


def _names(parameters: EmaCrossParameters) -> tuple[str, str]:
    kind = parameters.kind.upper()
    return f"{kind}{parameters.fast}", f"{kind}{parameters.slow}"


def _averages(parameters: EmaCrossParameters, candles: Candles) -> tuple[Floats, Floats]:
    average = ema if parameters.kind == "ema" else sma
    return average(candles.close, parameters.fast), average(candles.close, parameters.slow)


def _is_fast_above(parameters: EmaCrossParameters, candles: Candles) -> bool:
    fast, slow = _averages(parameters, candles)
    return bool(is_above(fast[-1:], slow[-1:])[0])


def _crossing_close(parameters: EmaCrossParameters, candles: Candles) -> float:
    """Return the close at which both averages would be equal after the next candle."""
    fast_kept, fast_weight = _next_average(candles.close, parameters.fast, parameters.kind)
    slow_kept, slow_weight = _next_average(candles.close, parameters.slow, parameters.kind)
    return (slow_kept - fast_kept) / (fast_weight - slow_weight)


def _price(close: float, candles: Candles) -> str:
    return f"{close:,.{price_decimals(float(candles.close[-1]))}f}"


def _next_average(values: Floats, period: int, kind: str) -> tuple[float, float]:
    # The next value of an average is `kept + weight * close`.
    if kind == "sma":
        return float(np.sum(values[-(period - 1) :])) / period, 1 / period
    weight = 2 / (period + 1)
    return float(ema(values, period)[-1]) * (1 - weight), weight


def _previous_values(values: Floats) -> Floats:
    before = np.full(len(values), np.nan)
    before[1:] = values[:-1]
    return before


def _confirmation_text(confirm: int, verb: str = "hold") -> str:
    if not confirm:
        return ""
    return f" and {verb} for {confirm} {'candle' if confirm == 1 else 'candles'}"
