"""The history of a terminal: a file that only its owner can read, bounded, without secrets."""

import logging
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from prompt_toolkit.history import History

logger = logging.getLogger(__name__)

MAX_LINES = 1000
LONGEST_LINE = 2000
_FILE_MODE = 0o600


class LineHistory(History):
    """Keeps the lines that `is_kept` allows; a file that cannot be used costs only the memory of it."""

    def __init__(self, path: Path, is_kept: Callable[[str], bool]) -> None:
        super().__init__()
        self._path = path
        self._is_kept = is_kept

    def load_history_strings(self) -> Iterable[str]:
        """Return the newest lines, newest first."""
        lines = self._read_lines()
        if len(lines) > 2 * MAX_LINES:
            self._rewrite_lines(lines[-MAX_LINES:])
        return reversed(lines[-MAX_LINES:])

    def append_string(self, string: str) -> None:
        """Remember a line, in memory and in the file."""
        line = " ".join(string.split())
        if line and len(line) <= LONGEST_LINE and self._is_kept(line):
            super().append_string(line)

    def store_string(self, string: str) -> None:
        """Add a line to the file."""
        try:
            with os.fdopen(self._open_file(os.O_APPEND), "ab") as file:
                file.write(string.encode(errors="replace") + b"\n")
        except OSError as error:
            logger.warning("console history not written", extra={"error": str(error)})

    def _read_lines(self) -> list[str]:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace").splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            logger.warning("console history not read", extra={"error": str(error)})
            return []

    def _rewrite_lines(self, lines: list[str]) -> None:
        try:
            with os.fdopen(self._open_file(os.O_TRUNC), "wb") as file:
                file.write("".join(f"{line}\n" for line in lines).encode(errors="replace"))
        except OSError as error:
            logger.warning("console history not shortened", extra={"error": str(error)})

    def _open_file(self, flag: int) -> int:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | flag, _FILE_MODE)
        os.fchmod(descriptor, _FILE_MODE)
        return descriptor
