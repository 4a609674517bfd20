"""Registry of all commands by name and alias."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain

from bot.commands.spec.spec import CommandAudience, CommandSpec, HelpSection
from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.people import Role
from bot.strategy.field_value import nearest_name

MIN_SIMILARITY = 0.65
"""Similarity of a name to be suggested: a distant one, such as /panic for /price, helps nobody."""
DANGEROUS_COMMANDS = frozenset({"stop", "close", "delete", "panic"})
"""Commands that are suggested for a slip of the finger only."""
SLIP_SIMILARITY = 0.8
_MEANT = {
    **dict.fromkeys(("create", "make", "add"), "new"),
    **dict.fromkeys(("sell", "exit"), "close"),
    **dict.fromkeys(("connect", "exchange"), "accounts"),
    **dict.fromkeys(("top", "list", "fleet"), "bots"),
}
"""Commands of words that other programs use for them."""


@dataclass(frozen=True, slots=True)
class CommandMatch:
    """A command found under a name, with the arguments that an alias presets."""

    spec: CommandSpec
    preset_arguments: Mapping[str, str]


class CommandRegistry:
    """Finds commands; built once from the catalogue."""

    def __init__(self, sections: Mapping[HelpSection, Sequence[CommandSpec]]) -> None:
        self._sections = sections
        self._specs = tuple(chain.from_iterable(sections.values()))
        self._matches: dict[str, CommandMatch] = {}
        for spec in self._specs:
            self._add(spec.name, CommandMatch(spec, {}))
            for alias in spec.aliases:
                self._add(alias.name, CommandMatch(spec, alias.preset_arguments))

    def check_services(self, names: Iterable[str]) -> None:
        """Raise LookupError for a command that asks for another service than these."""
        for spec in self._specs:
            if missing := spec.service_names.difference(names):
                raise LookupError(f"/{spec.name} asks for {sorted(missing)}, which nobody provides")

    @property
    def specs(self) -> tuple[CommandSpec, ...]:
        """Return all commands that are not hidden, in the catalogue's order."""
        return tuple(spec for spec in self._specs if not spec.is_hidden)

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names and aliases of all commands that are not hidden."""
        return tuple(name for name, named in self._matches.items() if not named.spec.is_hidden)

    def names_for_role(self, role: Role | None) -> tuple[str, ...]:
        """Return the names and aliases of a role's commands; None is a stranger."""
        return tuple(name for name in self.names if _may(self._matches[name].spec, role))

    def resolve_command(self, name: str, arguments: tuple[str, ...] = ()) -> CommandMatch:
        """Return the command of a name or alias; raise InvalidInput with the nearest one and the same arguments."""
        found = self.find_command(name)
        if found is None:
            raise InvalidInput("unknown-command", self._probable_command(name.casefold(), arguments), typed=name)
        return found

    def _probable_command(self, typed: str, arguments: tuple[str, ...]) -> CommandFix:
        offered = [name for name in self.names if name not in DANGEROUS_COMMANDS or _is_slip(typed, name)]
        near = _MEANT.get(typed) or nearest_name(typed, offered, cutoff=MIN_SIMILARITY)
        # A code may have been typed for an argument.
        is_repeatable = near is not None and not self._matches[near].spec.has_secret
        return CommandFix(near or "help", arguments if is_repeatable else ())

    def find_command(self, name: str) -> CommandMatch | None:
        """Return the command of a name or alias, None without one."""
        return self._matches.get(name.casefold())

    def section_commands(self, section: HelpSection, role: Role | None) -> tuple[CommandSpec, ...]:
        """Return the commands of a help section for a role; None is a stranger."""
        return tuple(spec for spec in self._sections[section] if not spec.is_hidden and _may(spec, role))

    def section_of(self, spec: CommandSpec) -> HelpSection:
        """Return the help section of a command."""
        return next(section for section, specs in self._sections.items() if spec in specs)

    def _add(self, name: str, command_match: CommandMatch) -> None:
        if name in self._matches:
            raise LookupError(f"two commands are called /{name}")
        self._matches[name] = command_match


def _is_slip(typed: str, name: str) -> bool:
    """Return whether a word is a name with two letters swapped, one too many or one missing."""
    is_near = sorted(typed) == sorted(name) or SequenceMatcher(None, typed, name).ratio() >= SLIP_SIMILARITY
    return is_near and typed[:1] == name[:1]


def _may(spec: CommandSpec, role: Role | None) -> bool:
    if role is None:
        return spec.audience is CommandAudience.ANYONE
    return role.is_at_least(spec.role) and not spec.is_hidden_from_operators
