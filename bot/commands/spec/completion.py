"""What Tab and autocomplete offer: commands, bots, strategies, markets, settings."""

from bot.commands.spec.choice_sources import Offers
from bot.commands.spec.parse import word_fields
from bot.commands.spec.registry import Named, Registry
from bot.commands.spec.spec import Completion, Place
from bot.domain.ids import short_reference
from bot.domain.people import Operator
from bot.engine.bots.configuration import setting_specs
from bot.engine.people.permissions import Asker
from bot.engine.reports.queries import Queries
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.registry import AnyStrategy, StrategyRegistry

MOST = 25


class Completions:
    """Completes the last word of a line for one person: by prefix first, then by what it contains."""

    def __init__(self, registry: Registry, queries: Queries, offers: Offers, strategies: StrategyRegistry) -> None:
        self._registry = registry
        self._queries = queries
        self._offers = offers
        self._strategies = strategies

    async def of(self, line: str, person: Operator | None, place: str = "") -> tuple[str, ...]:
        """Return what the last word may become, at most 25; nothing of commands that the person may not send."""
        head, has_rest, rest = line.partition(" ")
        slash = "/" if head.startswith("/") else ""
        if not has_rest:
            return _matching(
                head, [f"{slash}{name}" for name in self._registry.names_for(person.role if person else None)]
            )
        named = self._registry.get(head.lstrip("/"))
        if named is None or person is None or not person.role.covers(named.spec.role):
            return ()
        by = Asker(operator=person, needs=named.spec.role, place=place)
        *before, last = rest.split(" ")
        known = [word for word in before if word]
        key, is_value, value = last.partition("=")
        if is_value:
            return tuple(f"{key}={item}" for item in _matching(value, await self._after_key(named, key, known, by)))
        return _matching(last, await self._words(named, known, by))

    async def _after_key(self, named: Named, key: str, before: list[str], by: Asker) -> list[str]:
        if key in word_fields(named.spec):
            return await self._values(named, key, before, by)
        specs = (await self._settings(named, before, by)).get(key.casefold())
        return _offered(specs) if specs else []

    async def _words(self, named: Named, before: list[str], by: Asker) -> list[str]:
        fields = word_fields(named.spec)
        loose = [word for word in before if "=" not in word]
        offered: list[str] = []
        places = [name for name, word in fields.items() if word.place in (Place.POSITION, Place.MANY)]
        if places:
            index = min(len(loose), len(places) - 1)
            is_open = len(loose) < len(places) or fields[places[-1]].place is Place.MANY
            offered += await self._values(named, places[index], before, by) if is_open else []
        given = {word.partition("=")[0] for word in before}
        offered += [f"{name}=" for name, word in fields.items() if word.place is Place.KEY and name not in given]
        offered += [f"{name}=" for name in await self._settings(named, before, by) if name not in given]
        return offered

    async def _values(self, named: Named, field: str, before: list[str], by: Asker) -> list[str]:
        word = word_fields(named.spec)[field]
        return await (self._orders(before, by) if word.completion is Completion.ORDERS else self._offers.of(word, by))

    async def _orders(self, before: list[str], by: Asker) -> list[str]:
        """Return the references of what rests of the bots that a line names."""
        bots = [bot for bot in await self._queries.visible(by) if bot.name in before]
        views = [await self._queries.view(bot) for bot in bots]
        return [short_reference(order.intent.reference) for view in views for order in view.working_orders]

    async def _settings(self, named: Named, before: list[str], by: Asker) -> dict[str, FieldSpec]:
        """Return the settings a command takes, those of the strategy that its words name, or of all strategies."""
        if not any(word.completion is Completion.SETTINGS for word in word_fields(named.spec).values()):
            return {}
        chosen = await self._strategy_of(before, by)
        found: dict[str, FieldSpec] = {}
        for strategy in (chosen,) if chosen else self._strategies.all():
            for spec in setting_specs(strategy):
                found.setdefault(spec.name, spec)
        return found

    async def _strategy_of(self, before: list[str], by: Asker) -> AnyStrategy | None:
        """Return the strategy that a line is about: it stands there, or it is the one of the bot named there."""
        strategies = {strategy.name: strategy for strategy in self._strategies.all()}
        bots = {bot.name: strategies.get(bot.config.strategy) for bot in await self._queries.visible(by)}
        found = (strategies.get(word) or bots.get(word) for word in before)
        return next((strategy for strategy in found if strategy), None)


def _offered(spec: FieldSpec) -> list[str]:
    """Return values a setting takes: its choices, or its default and an example."""
    match spec.kind:
        case FieldKind.CHOICE:
            offered = list(spec.choices)
        case FieldKind.SWITCH:
            offered = ["on", "off"]
        case _:
            offered = [spec.example]
    return [*offered, "none"] if spec.is_optional else offered


def _matching(typed: str, words: list[str]) -> tuple[str, ...]:
    wanted = typed.casefold()
    first = [word for word in words if word.casefold().startswith(wanted)]
    rest = [word for word in words if word not in first and wanted.strip("/") in word.casefold()]
    return tuple((first + rest)[:MOST])
