"""History of a terminal: a file that only its owner can read, without secrets."""

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit.history import FileHistory
from typing_extensions import override

logger = logging.getLogger(__name__)

MAX_CHARACTERS = 2000


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
