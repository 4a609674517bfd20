"""`quarterdeck check` goes on with its other parts, whatever is wrong with one."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.assembly.engine import RECORDED_MARKET_NAME
from bot.cli import main


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "TELEGRAM_TOKEN", "DISCORD_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    return tmp_path


@pytest.fixture
def book(folder: Path) -> Iterator[sqlite3.Connection]:
    """Have the market's file open as another program has it."""
    with closing(sqlite3.connect(folder / RECORDED_MARKET_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        yield connection


def test_a_folder_without_files_is_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "Everything is in order." in capsys.readouterr().out


@pytest.mark.parametrize("statement", ["CREATE TABLE accounts (name TEXT)", "BEGIN IMMEDIATE"])
def test_a_book_that_cannot_be_used_is_one_failed_part(
    book: sqlite3.Connection, capsys: pytest.CaptureFixture[str], statement: str
) -> None:
    book.execute(statement)
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "FAILED  recorded market   The book of the recorded market" in out
    assert [line.startswith("ok ") for line in out.splitlines()[:6]].count(True) == 5
    assert out.endswith("Failed: 1 of 6 parts.\n")
