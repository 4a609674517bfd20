"""Where it cannot run it says so in a sentence."""

import subprocess
import sys
from pathlib import Path

import pytest

from bot.system_support import unsupported_system


@pytest.mark.parametrize("version", [(3, 11), (3, 12)])
@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_these_can_run_it(version: tuple[int, int], platform: str) -> None:
    assert not unsupported_system(version, platform)


@pytest.mark.parametrize("version", [(3, 9), (3, 10), (3, 13), (3, 14)])
def test_other_pythons_are_named(version: tuple[int, int]) -> None:
    text = unsupported_system(version, "linux")
    assert text.startswith(f"Quarterdeck needs Python 3.11 or 3.12, found {version[0]}.{version[1]}")


@pytest.mark.parametrize("module", ["bot.__main__", "storage.location"])
def test_on_windows_a_sentence_stands_where_a_traceback_would(module: str) -> None:
    code = f"import sys; sys.platform = 'win32'; sys.modules['fcntl'] = None; import {module} as m; m.main()"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("Failed: Quarterdeck runs on Linux and macOS")
    assert len(run.stderr.splitlines()) == 1
