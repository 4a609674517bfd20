"""Location of the database, and the lock that keeps it to one process."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from bot.domain.errors import SettingsError, Unavailable
from bot.system_support import refuse_unsupported_system

refuse_unsupported_system()
import fcntl  # noqa: E402 - Windows has no such module; there a sentence says so instead of a traceback

SCHEME = "sqlite://"


def database_path(url_or_path: str | Path) -> Path:
    """Return the file of a path or DATABASE_URL; raise SettingsError for anything that is not SQLite."""
    text = str(url_or_path)
    if "://" in text and not text.startswith(SCHEME):
        # Only the scheme is shown: the rest of the URL may hold a password.
        raise SettingsError(f"DATABASE_URL: expected sqlite:///path/to/file.db, found {text.partition('://')[0]}://…")
    name = text.removeprefix(SCHEME)
    if not name or name == ":memory:" or "?" in name:
        raise SettingsError(f"DATABASE_URL: expected sqlite:///path/to/file.db, found {text!r}")
    path = Path(name).absolute()
    if path.is_dir():
        raise SettingsError(f"DATABASE_URL: expected a file, found the folder {path}")
    return path


@contextmanager
def exclusive_lock(path: Path) -> Iterator[None]:
    """Hold the lock of a database file; raise Unavailable if another process has it.

    The operating system releases the lock however the process ends, so a file left behind locks nothing.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.with_name(path.name + ".lock").open("a+")
    except OSError as e:
        raise SettingsError(f"DATA_DIR: expected a folder to write in, found {path.parent}: {e.strerror}") from e
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as e:
            raise Unavailable(_lock_holder_text(file, path)) from e
        try:
            # Unbuffered: a buffered write that a full disk refuses would fail again when the file is closed.
            os.ftruncate(file.fileno(), 0)
            os.pwrite(file.fileno(), f"{os.getpid()}\n".encode(), 0)
        except OSError as e:
            raise Unavailable(f"Failed: {file.name} cannot be written: {e.strerror}.") from e
        yield


def lock_holder(path: Path) -> str:
    """Return the process that holds a database file, empty if none does; creates nothing."""
    try:
        file = path.with_name(path.name + ".lock").open("r+")
    except OSError:
        return ""
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return file.read(32).strip() or "unknown"
    return ""


def _lock_holder_text(file: IO[str], path: Path) -> str:
    file.seek(0)
    holder = file.read(32).strip() or "unknown"
    return (
        f"Failed: another quarterdeck (pid {holder}) uses DATA_DIR {path.parent}. "
        "Stop it first, or set another DATA_DIR."
    )
