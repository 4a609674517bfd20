"""SIGTERM ends the real process within five seconds, whatever it does and whoever does not listen."""

import os
import pty
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME
from tests.e2e.hanging_desk import CLOSING, HANGS, OPENING, THREAD
from tests.e2e.real_desk import CODE, Process, desk, desk_on_terminal, hear, opened, said, type_to

pytestmark = pytest.mark.fault
LATEST_SECONDS = 5
STANDING = "0.001x"
SYMBOLS, STRATEGIES = ("BTC", "ETH", "SOL", "XRP", "DOGE"), ("ema-cross", "rsi-reversion")
BOTS = len(SYMBOLS) * len(STRATEGIES)
FLEET = tuple(
    line
    for number, strategy in enumerate(STRATEGIES)
    for symbol in SYMBOLS
    for line in (f"/new {symbol.lower()}{number} {strategy} {symbol}/USDT 5m capital=200", "create")
)


def ends_in_time(process: Process) -> None:
    """Ask the process to end; nothing that it says is read any more."""
    process.send_signal(signal.SIGTERM)
    assert process.wait(LATEST_SECONDS) == 0


@dataclass(frozen=True)
class Trading:
    """A process with a fleet that trades at full speed."""

    process: Process
    folder: Path


@pytest.fixture
def trading(tmp_path: Path) -> Iterator[Trading]:
    process = desk(tmp_path, REPLAY_SPEED=STANDING, LOG_LEVEL="DEBUG")
    type_to(process, f"/claim {CODE}", *FLEET, "/run all")
    hear(process.stdout, f"{BOTS} bots running")
    type_to(process, "/market speed=20000x")
    hear(process.stdout, "bought")
    yield Trading(process, tmp_path)
    process.kill()
    process.communicate()


def check_next_start(folder: Path) -> None:
    """Show that the fleet goes on, as it was running."""
    assert f"{BOTS} bots · {BOTS} running" in said(folder, b"/bots\n")


def test_an_idle_desk(tmp_path: Path) -> None:
    process = opened(desk(tmp_path))
    ends_in_time(process)
    out, errors = process.communicate()
    assert b"Traceback" not in out + errors


def test_a_desk_in_the_middle_of_trading(trading: Trading) -> None:
    trading.process.send_signal(signal.SIGTERM)
    _, errors = trading.process.communicate(timeout=LATEST_SECONDS)
    assert trading.process.returncode == 0
    assert b"Traceback" not in errors
    check_next_start(trading.folder)


def test_a_desk_that_trades_while_nobody_reads_its_words_and_its_log(trading: Trading) -> None:
    # A pipe holds far less than these answers, and than the log of a fleet.
    type_to(trading.process, *["/help"] * 200)
    ends_in_time(trading.process)
    check_next_start(trading.folder)


@pytest.mark.parametrize("name", [DATABASE_NAME, RECORDED_MARKET_NAME])
def test_a_desk_whose_file_somebody_else_holds(trading: Trading, name: str) -> None:
    with closing(sqlite3.connect(trading.folder / name, isolation_level=None)) as connection:
        connection.execute("PRAGMA busy_timeout = 20000")
        connection.execute("BEGIN IMMEDIATE")
        ends_in_time(trading.process)
    check_next_start(trading.folder)


def test_a_desk_whose_terminal_is_stopped(tmp_path: Path) -> None:
    screen, terminal = pty.openpty()
    process = opened(desk_on_terminal(tmp_path, terminal))
    os.close(terminal)
    for _ in range(100):
        # Nobody reads what it answers: a terminal holds a few thousand letters.
        os.write(screen, b"/help\r")
    ends_in_time(process)
    os.close(screen)
    process.communicate()
    assert "no bots yet" in said(tmp_path, f"/claim {CODE}\n/bots\n".encode())


@pytest.mark.parametrize("where", [OPENING, THREAD, CLOSING])
def test_a_desk_that_hangs(tmp_path: Path, where: str) -> None:
    process = desk(tmp_path, "tests.e2e.hanging_desk", HANG=where)
    if where == CLOSING:
        opened(process)
    else:
        hear(process.stdout, HANGS)
    ends_in_time(process)
    out, errors = process.communicate()
    assert b"Traceback" not in out + errors
    assert "no bots yet" in said(tmp_path, f"/claim {CODE}\n/bots\n".encode())


def test_a_second_signal_changes_nothing(trading: Trading) -> None:
    trading.process.send_signal(signal.SIGINT)
    ends_in_time(trading.process)
    check_next_start(trading.folder)
