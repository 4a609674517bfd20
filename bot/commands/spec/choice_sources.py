"""What there is to choose from for a word: bots, strategies, markets, people, zones."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import ArgumentSpec, ChoiceSource
from bot.commands.text.time_zones import zone_names
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class ChoiceLookup:
    """Finds what one person may choose from."""

    def __init__(
        self, registry: CommandRegistry, queries: Queries, operators: Operators, strategies: StrategyRegistry
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._operators = operators
        self._strategies = strategies
        self._sources: Mapping[ChoiceSource, Callable[[Requester], Awaitable[list[str]]]] = {
            ChoiceSource.BOTS: self._bots,
            ChoiceSource.STRATEGIES: self._strategy_names,
            ChoiceSource.SYMBOLS: self._symbols,
            ChoiceSource.TIMEFRAMES: self._timeframes,
            ChoiceSource.ACCOUNTS: self._accounts,
            ChoiceSource.COMMANDS: self._commands,
            ChoiceSource.PEOPLE: self._people,
            ChoiceSource.ZONES: self._zones,
        }

    async def list_choices(self, argument: ArgumentSpec, by: Requester) -> list[str]:
        """Return what a word may be: found on the desk, or the choices its expectation lists."""
        find = self._sources.get(argument.choice_source)
        return list(argument.choices) if find is None else await find(by)

    async def _bots(self, by: Requester) -> list[str]:
        """Return a person's own bots first, then those of others."""
        bots = await self._queries.visible_bots(by)
        return [bot.name for bot in sorted(bots, key=lambda bot: bot.owner != by.operator.operator_id)]

    async def _strategy_names(self, by: Requester) -> list[str]:
        del by
        return [strategy.name for strategy in self._strategies.all_strategies()]

    async def _symbols(self, by: Requester) -> list[str]:
        del by
        return list(dict.fromkeys(str(series.symbol) for series in self._queries.all_series()))

    async def _timeframes(self, by: Requester) -> list[str]:
        del by
        return list(dict.fromkeys(str(series.timeframe) for series in self._queries.all_series()))

    async def _accounts(self, by: Requester) -> list[str]:
        return [account.label for account in await self._queries.accounts(by)]

    async def _commands(self, by: Requester) -> list[str]:
        return [*self._registry.names_for_role(by.operator.role), "metrics"]

    async def _people(self, by: Requester) -> list[str]:
        del by
        return [one.operator.name for one in await self._operators.members()]

    async def _zones(self, by: Requester) -> list[str]:
        del by
        return zone_names()
