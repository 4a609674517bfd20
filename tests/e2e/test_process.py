"""The real process on piped input: bad words, bad files, its end."""

import signal
import stat
from pathlib import Path

import pytest

from tests.e2e.real_desk import CODE, desk, said


def test_bad_words_are_answered_and_change_nothing(tmp_path: Path) -> None:
    bad = [
        b"/new x nosuch BTC/USDT 1h capital=100",
        b"/new x ema-cross BTC/USDT 1h capital=100 fast=30",
        b"/new x ema-cross BTC/USDT 1h capital=100 fast=abc",
        b"/new x ema-cross NOPE/USDT 1h capital=100",
        b"/new x ema-cross BTC/USDT 7m capital=100",
        b"/new x ema-cross BTC/USDT 1h capital=99999",
        b"/new all ema-cross BTC/USDT 1h capital=100",
        b"/run nobody",
        b"/garbage",
        b"z" * 10_000,
        b"\x00\x1b[31m \xff\xfe",
        "/bot \u202eتاجر".encode(),  # noqa: RUF001 - another script on purpose
    ]
    out = said(tmp_path, f"/claim {CODE}\n".encode() + b"".join(line + b"\n/cancel\n" for line in bad) + b"/bots\n")
    assert out.count("Invalid:") + out.count("Refused:") >= len(bad) - 1
    assert "no bots yet" in out
    assert "\x1b" not in out


def test_a_bot_made_by_chat_trades_and_ends_with_the_recording(tmp_path: Path) -> None:
    process = desk(tmp_path, REPLAY_SPEED="60x")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(
        f"/claim {CODE}\n/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%\n"
        "create and run\n/market speed=max\n".encode()
    )
    process.stdin.flush()
    heard: list[str] = []
    for line in process.stdout:
        heard.append(line.decode())
        if "the recording has ended" in heard[-1]:
            break
    out, _ = process.communicate(b"/trades alpha\n/chart alpha\n/audit\n", timeout=60)
    everything = "".join(heard) + out.decode()
    assert process.returncode == 0
    assert "created and running" in everything
    assert "trade 1 closed" in everything
    assert "picture: " in everything
    assert "/claim ***" in everything
    assert CODE not in out.decode()


def test_what_it_writes_is_for_its_own_account_also_in_a_folder_that_was_there(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    said(tmp_path, f"/claim {CODE}\n/new alpha ema-cross BTC/USDT 1h capital=1000\ncreate\n/chart alpha\n".encode())
    written = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.rglob("*")}
    assert "quarterdeck.sqlite3" in written
    assert {name: mode for name, mode in written.items() if mode & 0o077} == {}


def test_quit_ends_it_and_is_said_at_the_start(tmp_path: Path) -> None:
    process = desk(tmp_path)
    out, _ = process.communicate(f"/claim {CODE}\n/quit\n/bots\n".encode(), timeout=30)
    assert process.returncode == 0
    assert b"/quit leaves" in out
    assert b"no bots yet" not in out


def test_sigterm_ends_a_trading_desk_and_the_next_start_goes_on(tmp_path: Path) -> None:
    process = desk(tmp_path, REPLAY_SPEED="20000x")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"/claim {CODE}\n/new alpha ema-cross BTC/USDT 5m capital=1000\ncreate and run\n".encode())
    process.stdin.flush()
    for line in process.stdout:
        if b"bought" in line:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=5)
    assert process.returncode == 0
    out = said(tmp_path, b"/bots\n")
    assert "1 bot · 1 running" in out


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"REPLAY_SPEED": "fast"}, "REPLAY_SPEED"),
        ({"TIMEZONE": "Mars/Olympus"}, "TIMEZONE"),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL"),
    ],
)
def test_a_malformed_setting_is_a_sentence_and_exit_code_2(
    tmp_path: Path, settings: dict[str, str], expected: str
) -> None:
    process = desk(tmp_path, **settings)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert expected in errors.decode()
    assert "Traceback" not in errors.decode()


def test_a_desk_that_nobody_could_talk_to_does_not_start(tmp_path: Path) -> None:
    process = desk(tmp_path, "bot", "run")
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 2
    assert errors.decode().startswith(
        "Failed: nobody could talk to this desk: TELEGRAM_TOKEN and DISCORD_TOKEN are not"
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["quarterdeck.sqlite3", "recorded-market.sqlite3"])
def test_a_corrupt_file_is_a_sentence_and_exit_code_1(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"this is no database" * 100)
    process = desk(tmp_path)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert name in errors.decode()
    assert "Traceback" not in errors.decode()
