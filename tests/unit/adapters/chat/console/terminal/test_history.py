"""What a terminal remembers, and what it must not."""

import stat
from pathlib import Path

import pytest

from adapters.chat.console.terminal.history import MAX_CHARACTERS, CommandHistory, SecretFilter
from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.spec.registry import CommandRegistry

SECRECY = SecretFilter(CommandRegistry(COMMANDS_BY_SECTION))


def kept(path: Path) -> list[str]:
    return list(CommandHistory(path, SECRECY.is_harmless).load_history_strings())


def remember(path: Path, *lines: str) -> None:
    history = CommandHistory(path, SECRECY.is_harmless)
    for line in lines:
        history.append_string(line)


@pytest.mark.parametrize(
    "line",
    [
        "/claim K7QM-2XVP",
        "claim K7QM-2XVP",
        "/CLAIM k7qm",
        "/claim@desk K7QM",
        "/clame K7QM-2XVP",
        "/cliam K7QM-2XVP",
        " \u200b/claim K7QM",
        "yes K7QM",
        "/yes K7QM",
        "no K7QM",
        "K7QM-2XVP",
        "correct horse battery staple",
        "",
    ],
)
def test_codes_are_never_harmless(line: str) -> None:
    assert not SECRECY.is_harmless(line)


@pytest.mark.parametrize("line", ["/bots", "bots", "/stop alpha policy=flatten", "/stopp alpha", "/help claim"])
def test_commands_are_harmless_even_mistyped(line: str) -> None:
    assert SECRECY.is_harmless(line)


def test_the_newest_line_comes_first_and_secrets_are_not_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "history"
    remember(path, "/bots", "/claim K7QM-2XVP", "yes K7QM", "  /bot \n alpha ")
    assert kept(path) == ["/bot alpha", "/bots"]
    assert "K7QM" not in path.read_text(encoding="utf-8")


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.touch(mode=0o644)
    remember(path, "/bots")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_as_long_as_a_book_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "history"
    remember(path, "/bots", "/bot " + "x" * MAX_CHARACTERS)
    assert kept(path) == ["/bots"]


def test_a_file_that_cannot_be_used_costs_only_the_memory_of_it(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.mkdir()
    remember(path, "/bots")
    assert kept(path) == []
    assert kept(tmp_path / "nowhere" / "history") == []
