"""Registry of strategies by name."""

from typing import TypeVar, cast

from bot.domain.errors import InvalidInput, NameFix
from bot.strategy.base import Strategy, StrategyParameters
from bot.strategy.field_value import clip_text, nearest_name

AnyStrategy = Strategy[StrategyParameters]
Q = TypeVar("Q", bound=StrategyParameters)


class StrategyRegistry:
    """Strategies by name, in the order they were added."""

    def __init__(self) -> None:
        self._strategies: dict[str, AnyStrategy] = {}

    def register_strategy(self, strategy: Strategy[Q]) -> None:
        """Add a strategy; raise ValueError if its name is taken."""
        if strategy.name in self._strategies:
            raise ValueError(f"two strategies are called {strategy.name}")
        # A strategy only ever gets parameters of its own model, so forgetting their type here is safe.
        self._strategies[strategy.name] = cast("AnyStrategy", strategy)

    def get_strategy(self, name: str) -> AnyStrategy:
        """Return a strategy; raise InvalidInput with the nearest name if there is none."""
        found = self._strategies.get(name)
        if found is not None:
            return found
        names = tuple(self._strategies)
        meant = nearest_name(name, names)
        fix = NameFix(meant) if meant else None
        raise InvalidInput("no-strategy", fix, typed=clip_text(name), known=names, near=meant or next(iter(names), ""))

    def all_strategies(self) -> tuple[AnyStrategy, ...]:
        return tuple(self._strategies.values())
