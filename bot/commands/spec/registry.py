"""All commands of the desk by name and alias."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.commands.reply.input_text import nearest
from bot.commands.spec.spec import Audience, CommandSpec, Topic
from bot.domain.errors import InvalidInput
from bot.domain.people import Role

ALIKE = 0.65
"""How alike a name must be to be offered: a far one, and be it /panic for /price, helps nobody."""


@dataclass(frozen=True, slots=True)
class Named:
    """A command as found under a name, with the words that an alias fills in."""

    spec: CommandSpec
    words: Mapping[str, str]


class Registry:
    """Finds commands; built once from the catalogue."""

    def __init__(self, specs: Iterable[CommandSpec], services: frozenset[str] | None = None) -> None:
        self._specs = tuple(specs)
        self._named: dict[str, Named] = {}
        for spec in self._specs:
            self._add(spec.name, Named(spec, {}))
            for alias in spec.aliases:
                self._add(alias.name, Named(spec, alias.words))
            if services is not None and not services.issuperset(spec.needs):
                raise LookupError(f"/{spec.name} asks for {sorted(set(spec.needs) - services)}, which nobody provides")

    @property
    def specs(self) -> tuple[CommandSpec, ...]:
        """Return all commands that people are told of, in the order of the catalogue."""
        return tuple(spec for spec in self._specs if not spec.is_hidden)

    @property
    def names(self) -> tuple[str, ...]:
        """Return all names and aliases that people are told of."""
        return tuple(name for name, named in self._named.items() if not named.spec.is_hidden)

    def names_for(self, role: Role | None) -> tuple[str, ...]:
        """Return the names and aliases of commands that a role may send; None sees what anyone may send."""
        return tuple(name for name in self.names if _may(self._named[name].spec, role))

    def find(self, name: str) -> Named:
        """Return the command of a name or alias; raise InvalidInput with the nearest one."""
        found = self.get(name)
        if found is None:
            near = nearest(name, self.names, cutoff=ALIKE) or "help"
            raise InvalidInput(
                f"no command /{name}. Expected one from /help, for example /{near}", fix=f"/{near}", fix_label=near
            )
        return found

    def get(self, name: str) -> Named | None:
        """Return the command of a name or alias, or None."""
        return self._named.get(name.casefold())

    def on(self, topic: Topic, role: Role | None) -> tuple[CommandSpec, ...]:
        """Return the commands of a topic that a role may send; None sees what anyone may send."""
        return tuple(spec for spec in self.specs if spec.topic is topic and _may(spec, role))

    def _add(self, name: str, named: Named) -> None:
        if name in self._named:
            raise LookupError(f"two commands are called /{name}")
        self._named[name] = named


def _may(spec: CommandSpec, role: Role | None) -> bool:
    if role is None:
        return spec.audience is Audience.ANYONE
    return role.covers(spec.role) and not spec.is_for_outsiders
