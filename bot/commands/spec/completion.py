"""Completion for Tab and autocomplete: commands, bots, strategies, markets, settings."""

from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandRegistry
from bot.commands.spec.spec import ArgumentKind, ArgumentSpec, ChoiceSource, CommandSpec
from bot.commands.text.time_input import zone_names
from bot.domain.ids import short_reference
from bot.domain.instance import ParameterValue
from bot.domain.people import Operator
from bot.engine.bots.configuration import setting_specs
from bot.engine.bots.setting_fields import SettingValues, setting_values
from bot.engine.people.operators import Operators
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.registry import AnyStrategy, StrategyRegistry

MAX_COMPLETIONS = 25


class LineCompleter:
    """Completes the last word of a line: by prefix first, then by part."""

    def __init__(
        self, registry: CommandRegistry, queries: Queries, operators: Operators, strategies: StrategyRegistry
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._operators = operators
        self._strategies = strategies

    async def complete_line(self, line: str, person: Operator | None, chat_key: str = "") -> tuple[str, ...]:
        """Return at most 25 completions of the last word, of commands that the sender may send."""
        head, has_rest, rest = line.partition(" ")
        slash = "/" if head.startswith("/") else ""
        if not has_rest:
            names = self._registry.names_for_role(person.role if person else None)
            return _filter_matches(head, [f"{slash}{name}" for name in names])
        named = self._registry.find_command(head.lstrip("/"))
        if named is None or person is None or not person.role.is_at_least(named.spec.role):
            return ()
        by = Requester(operator=person, required_role=named.spec.role, chat_key=chat_key)
        *before, last = rest.split(" ")
        known = [word for word in before if word]
        key, is_value, value = last.partition("=")
        if is_value:
            offered = await self._keyword_values(named.spec, key, known, by)
            return tuple(f"{key}={item}" for item in _filter_matches(value, offered))
        return _filter_matches(last, await self._next_arguments(named.spec, known, by))

    async def _keyword_values(self, spec: CommandSpec, key: str, before: list[str], by: Requester) -> list[str]:
        if argument := argument_specs(spec).get(key):
            return await self._values(argument, before, by)
        setting = (await self._settings(spec, before, by)).get(key.casefold())
        if setting is None:
            return []
        present = [setting.format_value(value) for value in await self._present_values(before, by, setting.name)]
        return list(dict.fromkeys((*present, *_setting_values(setting))))

    async def _next_arguments(self, spec: CommandSpec, before: list[str], by: Requester) -> list[str]:
        fields = argument_specs(spec)
        places = [one for one in fields.values() if one.kind in (ArgumentKind.POSITIONAL, ArgumentKind.VARIADIC)]
        loose = sum("=" not in word for word in before)
        offered: list[str] = []
        if loose < len(places) or (places and places[-1].kind is ArgumentKind.VARIADIC):
            offered += await self._values(places[min(loose, len(places) - 1)], before, by)
        given = {word.partition("=")[0] for word in before}
        names = [name for name, word in fields.items() if word.kind is ArgumentKind.KEYWORD]
        names += await self._settings(spec, before, by)
        return offered + [f"{name}=" for name in names if name not in given]

    async def _values(self, argument: ArgumentSpec, before: list[str], by: Requester) -> list[str]:
        """Return an argument's values: looked up, or those that its expectation lists."""
        match argument.choice_source:
            case ChoiceSource.BOTS:
                # A person's own bots first, then those of others.
                bots = await self._queries.visible_bots(by)
                return [bot.name for bot in sorted(bots, key=lambda bot: bot.owner != by.operator.operator_id)]
            case ChoiceSource.ORDERS:
                # The references of resting orders of the bots that a line names.
                views = [
                    await self._queries.view(bot) for bot in await self._queries.visible_bots(by) if bot.name in before
                ]
                return [short_reference(order.intent.reference) for view in views for order in view.working_orders]
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
                return list(zone_names())
        return list(argument.choices)

    async def _settings(self, spec: CommandSpec, before: list[str], by: Requester) -> dict[str, FieldSpec]:
        """Return the settings a command takes: of the strategy its words name, or of all strategies."""
        if not any(word.choice_source is ChoiceSource.SETTINGS for word in argument_specs(spec).values()):
            return {}
        chosen = await self._strategy_of(before, by)
        found: dict[str, FieldSpec] = {}
        for strategy in (chosen,) if chosen else self._strategies.all_strategies():
            for setting in setting_specs(strategy):
                found.setdefault(setting.name, setting)
        return found

    async def _present_values(self, before: list[str], by: Requester, name: str) -> list[ParameterValue | None]:
        """Return the value that a setting has in the bot that a line names, nothing if it names none."""
        bots = [bot for bot in await self._queries.visible_bots(by) if bot.name in before]
        values: list[SettingValues] = [
            {**dict(bot.config.parameters), **setting_values(bot.config)} for bot in bots[:1]
        ]
        return [one[name] for one in values if one.get(name) is not None]

    async def _strategy_of(self, before: list[str], by: Requester) -> AnyStrategy | None:
        """Return the strategy that a line names, or that of the bot it names."""
        strategies = {strategy.name: strategy for strategy in self._strategies.all_strategies()}
        bots = {bot.name: strategies.get(bot.config.strategy) for bot in await self._queries.visible_bots(by)}
        found = (strategies.get(word) or bots.get(word) for word in before)
        return next((strategy for strategy in found if strategy), None)


def _setting_values(spec: FieldSpec) -> list[str]:
    """Return a setting's choices, or its default and an example."""
    match spec.kind:
        case FieldKind.CHOICE:
            offered = list(spec.choices)
        case FieldKind.SWITCH:
            offered = ["on", "off"]
        case _:
            offered = [spec.example]
    return [*offered, "none"] if spec.is_optional else offered


def _filter_matches(typed: str, words: list[str]) -> tuple[str, ...]:
    wanted = typed.casefold()
    first = [word for word in words if word.casefold().startswith(wanted)]
    rest = [word for word in words if word not in first and wanted.strip("/") in word.casefold()]
    return tuple((first + rest)[:MAX_COMPLETIONS])
