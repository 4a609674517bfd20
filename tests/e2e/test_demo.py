"""The demo as a person starts it."""

import struct
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]


def run_demo(output: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", "demo", "--output", str(output)],
        capture_output=True,
        text=True,
        cwd=REPOSITORY,
        timeout=280,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_the_demo_survives_its_own_kill_and_leaves_charts_and_transcript(tmp_path: Path) -> None:
    output = tmp_path / "demo-output"
    done = run_demo(output)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    transcript = (output / "transcript.txt").read_text(encoding="utf-8")
    assert "kill -9" in transcript
    assert "Quarterdeck was down for" in transcript
    assert "FAILED" not in transcript
    charts = list(output.glob("*.png"))
    assert charts
    assert {struct.unpack(">II", chart.read_bytes()[16:24]) for chart in charts} == {(1080, 720)}


def test_the_demo_never_empties_a_folder_with_foreign_files(tmp_path: Path) -> None:
    keepsake = tmp_path / "keepsake.txt"
    keepsake.write_text("mine", encoding="utf-8")
    done = run_demo(tmp_path)
    assert done.returncode == 2
    assert "keepsake.txt" in done.stderr
    assert "Traceback" not in done.stderr
    assert keepsake.read_text(encoding="utf-8") == "mine"
