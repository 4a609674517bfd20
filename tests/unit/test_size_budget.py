import os
import subprocess
from pathlib import Path, PurePath

import pytest

from tests import size_budget
from tests.size_budget import MAX_FILE_LINES, MAX_FUNCTION_LINES, crowded_packages, tracked_files, violations


def complaints(path: str, source: str) -> list[str]:
    return [str(violation) for violation in violations(PurePath(path), source)]


def function_of(lines: int, prefix: str = "") -> str:
    return "\n".join([f"{prefix}def price() -> None:", *["    pass"] * (lines - 1)]) + "\n"


def a_repository(root: Path, files: dict[str, str]) -> None:
    # A hook that runs the tests sets GIT_DIR and its kin, which would win over cwd.
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    for name, source in files.items():
        (root / name).write_text(source, encoding="utf-8")
    for command in (["git", "init", "--quiet"], ["git", "add", "."]):
        subprocess.run(command, cwd=root, env=environment, check=True)


def test_a_file_at_the_budget_passes_and_one_line_more_does_not() -> None:
    assert complaints("bot/x.py", "a = 1\n" * MAX_FILE_LINES) == []
    assert complaints("bot/x.py", "a = 1\n" * (MAX_FILE_LINES + 1)) == [
        "bot/x.py:301: file of 301 lines, budget 300",
    ]


@pytest.mark.parametrize("prefix", ["", "async "])
def test_a_function_at_the_budget_passes_and_one_line_more_does_not(prefix: str) -> None:
    assert complaints("bot/x.py", function_of(MAX_FUNCTION_LINES, prefix)) == []
    assert complaints("bot/x.py", "\n" + function_of(MAX_FUNCTION_LINES + 1, prefix)) == [
        "bot/x.py:2: function price of 41 lines, budget 40",
    ]


def test_a_method_counts_like_a_function() -> None:
    method = "".join(f"    {line}\n" for line in function_of(MAX_FUNCTION_LINES + 1).splitlines())
    assert complaints("bot/x.py", "class Quote:\n" + method) == ["bot/x.py:2: function price of 41 lines, budget 40"]


def test_the_signature_and_the_docstring_count_too() -> None:
    source = "def price(\n" + "    a: int,\n" * 20 + ") -> None:\n    '''Say it.\n" + "    more\n" * 18 + "    '''\n"
    assert complaints("bot/x.py", source) == ["bot/x.py:1: function price of 42 lines, budget 40"]


def test_the_init_module_of_a_package_says_what_lives_there_and_holds_no_code() -> None:
    refusal = "bot/__init__.py:1: __init__.py holds the package's docstring, in tests nothing, and no code"
    assert complaints("bot/__init__.py", '"""What lives here."""\n') == []
    assert complaints("bot/__init__.py", "") == [refusal]
    assert complaints("bot/__init__.py", '"""What lives here."""\nprice = 1\n') == [refusal]
    assert complaints("tests/__init__.py", "") == []
    assert len(complaints("tests/__init__.py", '"""What lives here."""\n')) == 1


def test_a_package_holds_sixteen_modules_unless_a_file_in_it_is_a_word() -> None:
    modules = [PurePath(f"bot/engine/x{number}.py") for number in range(17)]
    assert list(crowded_packages([*modules[1:], PurePath("bot/engine/__init__.py")])) == []
    assert [str(hit) for hit in crowded_packages(modules)] == ["bot/engine:1: package of 17 modules, budget 16"]
    assert list(crowded_packages(PurePath(f"bot/domain/x{number}.py") for number in range(17))) == []


@pytest.mark.parametrize("path", ["bot/utils.py", "bot/helpers.py", "common/x.py", "bot/manager.py", "managers.py"])
def test_a_vague_name_is_a_violation(path: str) -> None:
    assert len(complaints(path, "")) == 1


def test_a_name_that_only_contains_a_vague_word_is_fine() -> None:
    assert complaints("bot/commonwealth.py", "") == []


def test_only_tracked_files_that_still_exist_are_checked(tmp_path: Path) -> None:
    a_repository(tmp_path, {"kept.py": "", "gone.py": ""})
    (tmp_path / "gone.py").unlink()
    (tmp_path / "untracked.py").write_text("")
    assert tracked_files(tmp_path) == [PurePath("kept.py")]


def test_the_command_prints_the_violation_and_exits_with_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    a_repository(tmp_path, {"utils.py": ""})
    monkeypatch.chdir(tmp_path)
    assert size_budget.main() == 1
    assert "utils.py:1: named utils" in capsys.readouterr().out


def test_the_command_exits_with_zero_when_all_is_within_budget(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_repository(tmp_path, {"quote.py": "a = 1\n"})
    monkeypatch.chdir(tmp_path)
    assert size_budget.main() == 0
