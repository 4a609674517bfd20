"""What the real process says of files it cannot use, of a full disk, and of a second one on its data."""

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.assembly.crash_note import NOTE_NAME
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME
from tests.e2e.real_desk import CODE, REPOSITORY, desk, hear, opened, said, type_to

pytestmark = pytest.mark.fault
NO_LIMIT = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
NOT_A_BYTE_MORE = (0, resource.RLIM_INFINITY)


def one_sentence(process: "subprocess.Popen[bytes]", code: int) -> str:
    """Return what a process says that ends at once with this exit code."""
    out, errors = process.communicate(timeout=60)
    text = errors.decode()
    assert process.returncode == code, text
    assert out == b""
    assert "Traceback" not in text
    assert text.count("\n") == 1
    return text


def test_a_second_process_on_the_same_data_is_told_who_is_there(tmp_path: Path) -> None:
    first = opened(desk(tmp_path))
    assert f"another quarterdeck (pid {first.pid}) uses DATA_DIR {tmp_path}" in one_sentence(desk(tmp_path), 1)
    out, _ = first.communicate(f"/claim {CODE}\n/bots\n".encode(), timeout=60)
    assert first.returncode == 0
    assert "no bots yet" in out.decode()


def test_a_full_disk_is_told_and_survived(tmp_path: Path) -> None:
    process = opened(desk(tmp_path))
    type_to(process, f"/claim {CODE}")
    hear(process.stdout, "You are the owner")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, NOT_A_BYTE_MORE)
    type_to(process, "/new alpha ema-cross BTC/USDT 1h capital=1000", "create", "/bots")
    hear(process.stdout, "Failed: ")
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, NO_LIMIT)
    type_to(process, "/cancel", "/new beta ema-cross BTC/USDT 1h capital=1000", "create")
    hear(process.stdout, "created, never run")
    out, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"Traceback" not in out
    assert b"disk I/O error" in errors
    assert "1 bot" in said(tmp_path, b"/bots\n")


def test_a_disk_that_is_full_at_the_start_is_one_sentence(tmp_path: Path) -> None:
    process = desk(tmp_path)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, NOT_A_BYTE_MORE)
    assert "Failed: " in one_sentence(process, 1)
    assert "no bots yet" in said(tmp_path, f"/claim {CODE}\n/bots\n".encode())


@pytest.mark.parametrize("content", [b"REPLAY_SPEED=fast\n", b"\xff\xfe\x00junk\n"])
def test_a_settings_file_that_makes_no_sense_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".env").write_bytes(content)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run", "--console"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "DATA_DIR": str(tmp_path / "data")},
    )
    one_sentence(process, 2)


def test_a_folder_that_is_a_file_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "data"
    file.write_text("mine", encoding="utf-8")
    assert "DATA_DIR" in one_sentence(desk(file), 2)
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", [DATABASE_NAME, RECORDED_MARKET_NAME])
@pytest.mark.parametrize("damage", ["no database", "cut off", "zeros inside"])
def test_a_file_damaged_by_somebody_is_one_sentence_and_left_as_it_is(tmp_path: Path, name: str, damage: str) -> None:
    said(tmp_path, f"/claim {CODE}\n/new alpha ema-cross BTC/USDT 1h capital=1000\ncreate and run\n".encode())
    file = tmp_path / name
    content = file.read_bytes()
    match damage:
        case "no database":
            content = b"this is no database" * 100
        case "cut off":
            content = content[: len(content) // 2]
        case _:
            content = content[:4096] + bytes(len(content) - 4096)
    file.write_bytes(content)
    assert name in one_sentence(desk(tmp_path), 1)
    assert file.read_bytes() == content


@pytest.mark.parametrize("name", [DATABASE_NAME, RECORDED_MARKET_NAME])
def test_a_folder_in_place_of_a_file_is_one_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    assert name in one_sentence(desk(tmp_path), 2 if name == DATABASE_NAME else 1)


def test_a_book_of_another_program_is_one_sentence_and_noted(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / RECORDED_MARKET_NAME)) as connection:
        connection.execute("CREATE TABLE accounts (name TEXT)")
    text = one_sentence(desk(tmp_path), 1)
    assert text.startswith(f"Failed: The book of the recorded market, {RECORDED_MARKET_NAME}, cannot be used")
    assert (tmp_path / NOTE_NAME).exists()


def test_candles_that_make_no_sense_are_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "candles.csv"
    file.write_text("time,open,high,low,close,volume\nnonsense\n", encoding="utf-8")
    arguments = ("bot", "backtest", "ema-cross", "BTC/USDT", "1h", "--data", str(file))
    assert file.name in one_sentence(desk(tmp_path / "data", *arguments), 1)
