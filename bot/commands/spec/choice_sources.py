"""Choices of an argument: bots, strategies, markets, operators, time zones."""

from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import ArgumentSpec, ChoiceSource
from bot.commands.text.time_zones import zone_names
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.strategy.registry import StrategyRegistry


class ChoiceLookup:
    """Looks up the choices of one requester."""

    def __init__(
        self, registry: CommandRegistry, queries: Queries, operators: Operators, strategies: StrategyRegistry
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._operators = operators
        self._strategies = strategies

    async def list_choices(self, argument: ArgumentSpec, by: Requester) -> list[str]:
        """Return an argument's choices: looked up, or those that its expectation lists."""
        match argument.choice_source:
            case ChoiceSource.BOTS:
                # A person's own bots first, then those of others.
                bots = await self._queries.visible_bots(by)
                return [bot.name for bot in sorted(bots, key=lambda bot: bot.owner != by.operator.operator_id)]
            case ChoiceSource.ACCOUNTS:
                return [account.label for account in await self._queries.accounts(by)]
            case ChoiceSource.PEOPLE:
                return [one.operator.name for one in await self._operators.members()]
        return self._known_words(argument, by)

    def _known_words(self, argument: ArgumentSpec, by: Requester) -> list[str]:
        match argument.choice_source:
            case ChoiceSource.STRATEGIES:
                return [strategy.name for strategy in self._strategies.all_strategies()]
            case ChoiceSource.SYMBOLS:
                return list(dict.fromkeys(str(series.symbol) for series in self._queries.all_series()))
            case ChoiceSource.TIMEFRAMES:
                return list(dict.fromkeys(str(series.timeframe) for series in self._queries.all_series()))
            case ChoiceSource.COMMANDS:
                return [*self._registry.names_for_role(by.operator.role), "metrics"]
            case ChoiceSource.ZONES:
                return zone_names()
        return list(argument.choices)
