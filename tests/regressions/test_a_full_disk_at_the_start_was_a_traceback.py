"""On a full disk the lock of the database could not be written, and the process ended with a traceback."""

import errno
import os
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from storage.location import exclusive_lock


def full(*_: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_lock_that_cannot_be_written_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "q.db"
    monkeypatch.setattr(os, "pwrite", full)
    with (
        pytest.raises(Unavailable, match=r"^Failed: .*q\.db\.lock cannot be written: No space left"),
        exclusive_lock(path),
    ):
        pass
    monkeypatch.undo()
    with exclusive_lock(path):
        assert (tmp_path / "q.db.lock").read_text() == f"{os.getpid()}\n"
