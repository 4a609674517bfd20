"""Settings: what is read, and what is said about what cannot be used."""

import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from bot.domain.errors import SettingsError
from bot.settings import LogFormat, Settings, load_settings, parse_speed


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return tmp_path


def test_everything_has_a_default() -> None:
    settings = load_settings()
    assert settings.data_dir == Path("data")
    assert settings.speed == 60
    assert (settings.timezone, settings.log_level, settings.log_format) == ("UTC", "INFO", LogFormat.TEXT)
    assert settings.setup_code is None


def test_the_environment_wins_over_the_file(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / ".env").write_text("TIMEZONE=Europe/Vienna\nLOG_LEVEL=debug\nOTHER_PROGRAM=1\n", encoding="utf-8")
    monkeypatch.setenv("TIMEZONE", "Asia/Tokyo")
    settings = load_settings()
    assert (settings.timezone, settings.log_level) == ("Asia/Tokyo", "DEBUG")


@pytest.mark.parametrize(
    "name",
    [
        "TIMEZONE",
        "LOG_LEVEL",
        "LOG_FORMAT",
        "DATA_DIR",
        "SETUP_CODE",
        "REPLAY_SPEED",
        "TELEGRAM_TOKEN",
        "DISCORD_TOKEN",
    ],
)
def test_an_empty_value_is_an_unset_one(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = load_settings()
    monkeypatch.setenv(name, "")
    assert load_settings() == expected


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("TIMEZONE", "Mars/Olympus", "IANA"),
        ("TIMEZONE", "../../etc/passwd", "IANA"),
        ("TIMEZONE", "Europe", "IANA"),
        ("REPLAY_SPEED", "fast", "60x"),
        ("REPLAY_SPEED", "0x", "60x"),
        ("REPLAY_SPEED", "-5", "60x"),
        ("LOG_LEVEL", "LOUD", "DEBUG, INFO, WARNING, ERROR"),
        ("LOG_FORMAT", "xml", "text or json"),
        ("TELEGRAM_API_URL", "api.telegram.org", "an http or https address"),
        ("TELEGRAM_API_URL", "file:///etc/passwd", "an http or https address"),
        ("TELEGRAM_API_URL", "http://127.0.0.1:8081/?x=1", "an http or https address"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected_and_found(
    name: str, value: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    text = str(caught.value)
    assert name in text
    assert expected in text
    assert repr(value) in text
    assert "See .env.example" in text


@pytest.mark.parametrize("name", ["SETUP_CODE", "TELEGRAM_TOKEN", "DISCORD_TOKEN"])
def test_a_bad_secret_is_never_repeated(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "bad code!")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert name in str(caught.value)
    assert "bad code!" not in str(caught.value)


def test_tokens_are_taken_without_the_blanks_around_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_TOKEN", " 123456789:AAExample_Example-Example \n")
    monkeypatch.setenv("DISCORD_TOKEN", "MTEx.example.example")
    settings = load_settings()
    assert settings.secrets == ("123456789:AAExample_Example-Example", "MTEx.example.example")
    assert "Example_Example" not in repr(settings)


def test_a_server_of_our_own_takes_the_place_of_telegrams(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().telegram_api_url == "https://api.telegram.org"
    monkeypatch.setenv("TELEGRAM_API_URL", "http://127.0.0.1:8081/api/")
    assert load_settings().telegram_api_url == "http://127.0.0.1:8081/api"


def test_a_secret_is_not_shown_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETUP_CODE", "correct-horse-battery")
    settings = load_settings()
    assert settings.setup_code is not None
    assert settings.setup_code.get_secret_value() == "correct-horse-battery"
    assert "horse" not in repr(settings)


def test_a_file_that_is_no_text_is_explained(empty_folder: Path) -> None:
    (empty_folder / ".env").write_bytes(b"TIMEZONE=\xff\xfe\n")
    with pytest.raises(SettingsError, match="not UTF-8 text"):
        load_settings()


def test_a_folder_in_place_of_the_file_is_explained(empty_folder: Path) -> None:
    (empty_folder / ".env").mkdir()
    with pytest.raises(SettingsError, match="it is a folder"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "speed"), [("60x", Decimal(60)), ("0.5", Decimal("0.5")), (" 600X ", Decimal(600)), ("max", None)]
)
def test_a_speed_is_read(text: str, speed: Decimal | None) -> None:
    assert parse_speed(text) == speed


@pytest.mark.parametrize("text", ["", "x", "0", "-1", "1e3", "nan", "inf", "60 seconds", "٣x", "9" * 30])
def test_what_is_no_speed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="above 0"):
        parse_speed(text)


@pytest.mark.parametrize("module", ["bot.settings", "bot.log"])
def test_settings_and_log_import_nothing_heavy(module: str) -> None:
    heavy = ("numpy", "tortoise", "apscheduler", "matplotlib", "polars", "ccxt", "telegram", "discord")
    code = f"import sys, {module}; print([name for name in {heavy} if name in sys.modules])"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


@pytest.mark.parametrize("name", ["JSON", "Json", " json "])
def test_the_log_format_is_taken_in_any_case(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_FORMAT", name)
    assert load_settings().log_format is LogFormat.JSON


def test_a_database_needs_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "foo")
    with pytest.raises(SettingsError, match="DATABASE_URL cannot be used: expected sqlite:///path"):
        load_settings()
