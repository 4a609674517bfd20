"""What a grid keeps from plan to plan changes nothing that it wants, whatever was planned before."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from bot.domain.money import to_decimal
from bot.domain.plan import OrderPlan
from bot.engine.backtest.result import BacktestOptions
from bot.engine.backtest.run import run_backtest
from bot.strategy.base import PlanView
from bot.strategy.registry import StrategyRegistry
from strategies.grid import Grid, GridParameters, grid_state
from strategies.grid_wishes import GridState, grid_wishes, wishes_from_scratch
from tests.builders.backtest_config import a_backtest_config, a_market, some_barriers
from tests.builders.series import hostile_candles


class NotingGrid(Grid):
    """Notes everything that it decides from."""

    def __init__(self) -> None:
        self.seen: list[GridState] = []

    @override
    def plan(self, view: PlanView[GridParameters]) -> OrderPlan:
        if len(view.candles):
            self.seen.append(grid_state(view, to_decimal(float(view.candles.close[-1]))))
        return super().plan(view)


def seen_states(seed: int, levels: int, words: dict[str, str], options: BacktestOptions) -> list[GridState]:
    """Return everything that a grid decided from in a run."""
    market = a_market(tick="1", step="0.001", fee_rate="0.0001")
    span = {"lower": "80", "upper": "125", "levels": str(levels)}
    plain = a_backtest_config("grid", span | words | {"capital": "2000"}, market)
    config, noting = replace(plain, barriers=some_barriers(stop_loss="6%")), NotingGrid()
    strategies = StrategyRegistry()
    strategies.register_strategy(noting)
    strategy = strategies.get_strategy("grid")
    run_backtest(config, strategy, hostile_candles(seed, 120), market, Decimal(2000), options)
    return noting.seen


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    levels=st.sampled_from([2, 5, 12]),
    words=st.sampled_from([{}, {"quote_amount": "60"}, {"stop_low": "70"}]),
    is_fee_in_base=st.booleans(),
    order=st.randoms(use_true_random=False),
)
def test_a_grid_wants_the_same_whatever_it_was_asked_before(
    seed: int, levels: int, words: dict[str, str], is_fee_in_base: bool, order: Random
) -> None:
    states = seen_states(seed, levels, words, BacktestOptions(is_fee_in_base=is_fee_in_base))
    for state in states:
        assert grid_wishes(state) == wishes_from_scratch(state)
    # Another bot of the same grid, or the same after a restart, may come in between.
    order.shuffle(states)
    for state in states:
        assert grid_wishes(state) == wishes_from_scratch(state)
