"""History of a terminal: a file that only its owner can read, without secrets."""

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit.history import FileHistory
from typing_extensions import override

from bot.commands.reply.input_text import clean_text
from bot.commands.spec.parse import argument_specs, split_command
from bot.commands.spec.registry import CommandRegistry
from bot.domain.errors import InvalidInput
from bot.strategy.field_value import nearest_name

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 2000
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


class CommandHistory(FileHistory):
    """Keeps the lines that `is_kept` allows; a file that cannot be used is only missed at the next start."""

    def __init__(self, path: Path, is_kept: Callable[[str], bool]) -> None:
        super().__init__(path)
        self._path = path
        self._is_kept = is_kept

    @override
    def load_history_strings(self) -> Iterable[str]:
        try:
            return super().load_history_strings()
        except OSError as error:
            logger.warning("console history not read", extra={"error": str(error)})
            return ()

    @override
    def append_string(self, string: str) -> None:
        line = " ".join(string.split())
        if line and len(line) <= MAX_CHARACTERS and self._is_kept(line):
            super().append_string(line)

    @override
    def store_string(self, string: str) -> None:
        try:
            os.close(os.open(self._path, os.O_WRONLY | os.O_CREAT, 0o600))
            self._path.chmod(0o600)
            super().store_string(string)
        except OSError as error:
            logger.warning("console history not written", extra={"error": str(error)})
