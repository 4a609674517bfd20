"""`quarterdeck check` goes on with its other parts, whatever is wrong with one."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from bot.assembly.engine import RECORDED_MARKET_NAME
from bot.cli import main
from storage.database import open_database


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


def modified_at(folder: Path) -> dict[Path, int]:
    """Return when each file of a folder was changed."""
    return {file: file.stat().st_mtime_ns for file in folder.iterdir()}


def test_a_folder_without_files_is_in_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check"]) == 0
    assert "Everything is in order." in capsys.readouterr().out


def test_a_book_that_cannot_be_used_is_one_failed_part(
    book: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    book.execute("CREATE TABLE accounts (name TEXT)")
    assert main(["check"]) == 1
    out = capsys.readouterr().out
    assert "FAILED  recorded market   The book of the recorded market" in out
    assert [line.startswith("ok ") for line in out.splitlines()[:6]].count(True) == 5
    assert out.endswith("Failed: 1 of 6 parts.\n")


def test_a_book_that_another_program_has_open_is_looked_at_in_a_copy(
    book: sqlite3.Connection, capsys: pytest.CaptureFixture[str]
) -> None:
    book.execute("BEGIN IMMEDIATE")
    assert main(["check"]) == 0
    assert "a copy of its book opens" in capsys.readouterr().out


async def test_it_makes_and_changes_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATA_DIR", str(folder / "not" / "there"))
    monkeypatch.setenv("DATABASE_URL", f"sqlite://{folder}/nor/this/x.db")
    assert await asyncio.to_thread(main, ["check"]) == 0
    assert "not there yet, the first start makes it" in capsys.readouterr().out
    assert modified_at(folder) == {}
    database = folder / "quarterdeck.sqlite3"
    async with open_database(database, SystemClock()):
        pass
    (folder / "quarterdeck.sqlite3.lock").unlink()
    before = modified_at(folder)
    monkeypatch.setenv("DATA_DIR", str(folder))
    monkeypatch.delenv("DATABASE_URL")
    assert await asyncio.to_thread(main, ["check"]) == 0
    assert "a copy opens, 0 bots" in capsys.readouterr().out
    assert modified_at(folder) == before


async def test_a_database_in_use_is_told_once_and_is_no_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with open_database(folder / "quarterdeck.sqlite3", SystemClock()):
        assert await asyncio.to_thread(main, ["check"]) == 0
    out = capsys.readouterr().out
    assert "ok      database          in use by the quarterdeck that runs (pid " in out
    assert out.count("quarterdeck that runs") == 1


def test_names_in_the_file_that_are_no_settings_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / ".env").write_text("TELEGRAM_TOKN=1\nLOG_LEVL=debug\nOTHER=1\n", encoding="utf-8")
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert ".env: TELEGRAM_TOKN is no setting and does nothing; perhaps TELEGRAM_TOKEN?" in out
    assert ".env: LOG_LEVL is no setting and does nothing; perhaps LOG_LEVEL?" in out
    assert ".env: OTHER is no setting and does nothing\n" in out
