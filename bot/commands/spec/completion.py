"""Completion for Tab and autocomplete: commands, bots, strategies, markets, settings."""

from bot.commands.spec.choice_sources import ChoiceLookup
from bot.commands.spec.parse import argument_specs
from bot.commands.spec.registry import CommandMatch, CommandRegistry
from bot.commands.spec.spec import ArgumentKind, ChoiceSource
from bot.domain.ids import short_reference
from bot.domain.people import Operator
from bot.engine.bots.configuration import setting_specs
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.registry import AnyStrategy, StrategyRegistry

MAX_COMPLETIONS = 25


class LineCompleter:
    """Completes the last word of a line: by prefix first, then by part."""

    def __init__(
        self, registry: CommandRegistry, queries: Queries, choice_lookup: ChoiceLookup, strategies: StrategyRegistry
    ) -> None:
        self._registry = registry
        self._queries = queries
        self._choice_lookup = choice_lookup
        self._strategies = strategies

    async def complete_line(self, line: str, person: Operator | None, chat_key: str = "") -> tuple[str, ...]:
        """Return at most 25 completions of the last word, of commands that the sender may send."""
        head, has_rest, rest = line.partition(" ")
        slash = "/" if head.startswith("/") else ""
        if not has_rest:
            return _filter_matches(
                head, [f"{slash}{name}" for name in self._registry.names_for_role(person.role if person else None)]
            )
        named = self._registry.find_command(head.lstrip("/"))
        if named is None or person is None or not person.role.is_at_least(named.spec.role):
            return ()
        by = Requester(operator=person, required_role=named.spec.role, chat_key=chat_key)
        *before, last = rest.split(" ")
        known = [word for word in before if word]
        key, is_value, value = last.partition("=")
        if is_value:
            return tuple(
                f"{key}={item}" for item in _filter_matches(value, await self._keyword_values(named, key, known, by))
            )
        return _filter_matches(last, await self._next_arguments(named, known, by))

    async def _keyword_values(
        self, command_match: CommandMatch, key: str, before: list[str], by: Requester
    ) -> list[str]:
        if key in argument_specs(command_match.spec):
            return await self._values(command_match, key, before, by)
        specs = (await self._settings(command_match, before, by)).get(key.casefold())
        return _setting_values(specs) if specs else []

    async def _next_arguments(self, command_match: CommandMatch, before: list[str], by: Requester) -> list[str]:
        fields = argument_specs(command_match.spec)
        loose = [word for word in before if "=" not in word]
        offered: list[str] = []
        places = [
            name for name, word in fields.items() if word.kind in (ArgumentKind.POSITIONAL, ArgumentKind.VARIADIC)
        ]
        if places:
            index = min(len(loose), len(places) - 1)
            is_open = len(loose) < len(places) or fields[places[-1]].kind is ArgumentKind.VARIADIC
            offered += await self._values(command_match, places[index], before, by) if is_open else []
        given = {word.partition("=")[0] for word in before}
        offered += [
            f"{name}=" for name, word in fields.items() if word.kind is ArgumentKind.KEYWORD and name not in given
        ]
        offered += [f"{name}=" for name in await self._settings(command_match, before, by) if name not in given]
        return offered

    async def _values(self, command_match: CommandMatch, field: str, before: list[str], by: Requester) -> list[str]:
        word = argument_specs(command_match.spec)[field]
        return await (
            self._orders(before, by)
            if word.choice_source is ChoiceSource.ORDERS
            else self._choice_lookup.list_choices(word, by)
        )

    async def _orders(self, before: list[str], by: Requester) -> list[str]:
        """Return the references of resting orders of the bots that a line names."""
        bots = [bot for bot in await self._queries.visible_bots(by) if bot.name in before]
        views = [await self._queries.view(bot) for bot in bots]
        return [short_reference(order.intent.reference) for view in views for order in view.working_orders]

    async def _settings(self, command_match: CommandMatch, before: list[str], by: Requester) -> dict[str, FieldSpec]:
        """Return the settings a command takes: of the strategy its words name, or of all strategies."""
        if not any(word.choice_source is ChoiceSource.SETTINGS for word in argument_specs(command_match.spec).values()):
            return {}
        chosen = await self._strategy_of(before, by)
        found: dict[str, FieldSpec] = {}
        for strategy in (chosen,) if chosen else self._strategies.all_strategies():
            for spec in setting_specs(strategy):
                found.setdefault(spec.name, spec)
        return found

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
