"""Secret filter: lines with a code or key are not kept in the history."""

from bot.commands.reply.input_text import clean_text
from bot.commands.spec.parse import argument_specs, split_command
from bot.commands.spec.registry import CommandRegistry
from bot.domain.errors import InvalidInput
from bot.strategy.field_value import nearest_name

ONE_TIME_COMMANDS = frozenset({"yes", "no"})
"""Answers with a code that works once: useless in a history."""


class SecretFilter:
    """Knows the commands with secret arguments, also when their name is mistyped."""

    def __init__(self, registry: CommandRegistry) -> None:
        self._registry = registry
        self._secret = frozenset(
            name
            for name in registry.names
            if any(word.is_secret for word in argument_specs(registry.resolve_command(name).spec).values())
        )

    def is_harmless(self, line: str) -> bool:
        """Return whether a line may be kept; one that looks like no command may be a code."""
        try:
            name = split_command(clean_text(line)).name.casefold()
        except InvalidInput:
            return False
        meant = name if self._registry.find_command(name) else nearest_name(name, self._registry.names)
        return meant is not None and meant not in self._secret and meant not in ONE_TIME_COMMANDS
