"""What there is to choose from for a word: bots, strategies, markets, people, zones."""

from collections.abc import Awaitable, Callable, Mapping

from bot.commands.spec.registry import Registry
from bot.commands.spec.spec import Completion, Word
from bot.commands.text.time_zones import zone_names
from bot.engine.people.operators import Crew
from bot.engine.people.permissions import Asker
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class Offers:
    """Finds what one person may choose from."""

    def __init__(self, registry: Registry, queries: Queries, crew: Crew, strategies: StrategyRegistry) -> None:
        self._registry = registry
        self._queries = queries
        self._crew = crew
        self._strategies = strategies
        self._of: Mapping[Completion, Callable[[Asker], Awaitable[list[str]]]] = {
            Completion.BOTS: self._bots,
            Completion.STRATEGIES: self._strategy_names,
            Completion.SYMBOLS: self._symbols,
            Completion.TIMEFRAMES: self._timeframes,
            Completion.ACCOUNTS: self._accounts,
            Completion.COMMANDS: self._commands,
            Completion.PEOPLE: self._people,
            Completion.ZONES: self._zones,
        }

    async def of(self, word: Word, by: Asker) -> list[str]:
        """Return what a word may be: found on the desk, or the choices its expectation lists."""
        find = self._of.get(word.completion)
        return list(word.choices) if find is None else await find(by)

    async def _bots(self, by: Asker) -> list[str]:
        """Return a person's own bots first, then those of others."""
        bots = await self._queries.visible(by)
        return [bot.name for bot in sorted(bots, key=lambda bot: bot.owner != by.operator.operator_id)]

    async def _strategy_names(self, by: Asker) -> list[str]:
        del by
        return [strategy.name for strategy in self._strategies.all()]

    async def _symbols(self, by: Asker) -> list[str]:
        del by
        return list(dict.fromkeys(str(series.symbol) for series in self._queries.all_series()))

    async def _timeframes(self, by: Asker) -> list[str]:
        del by
        return list(dict.fromkeys(str(series.timeframe) for series in self._queries.all_series()))

    async def _accounts(self, by: Asker) -> list[str]:
        return [account.label for account in await self._queries.accounts(by)]

    async def _commands(self, by: Asker) -> list[str]:
        return [*self._registry.names_for(by.operator.role), "metrics"]

    async def _people(self, by: Asker) -> list[str]:
        del by
        return [one.operator.name for one in await self._crew.members()]

    async def _zones(self, by: Asker) -> list[str]:
        del by
        return zone_names()
