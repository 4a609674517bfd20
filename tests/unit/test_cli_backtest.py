"""The backtest subcommand: exit codes, one sentence on an error, files written."""

import argparse
import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from bot.cli_backtest import add_backtest_parser
from tests.builders.series import RECORDED

DATA = RECORDED / "BTC_USDT-1h.parquet"


def call(*arguments: str) -> int:
    parser = argparse.ArgumentParser(prog="quarterdeck")
    add_backtest_parser(parser.add_subparsers(required=True))
    parsed = parser.parse_args(["backtest", *arguments])
    code = parsed.run(parsed)
    assert isinstance(code, int)
    return code


def test_it_reports_and_writes_json_and_chart(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report, chart = tmp_path / "report.json", tmp_path / "chart.png"
    code = call(
        *("ema-cross", "BTC/USDT", "1h", "--data", str(DATA), "--stake", "1000", "--set", "fast=10", "stop_loss=5%"),
        *("--json", str(report), "--equity", "full", "--chart", str(chart)),
    )
    printed = capsys.readouterr()
    assert code == 0
    assert max(len(line) for line in printed.out.splitlines() if "written to" not in line) <= 80
    assert printed.err == ""
    record = json.loads(report.read_text(encoding="utf-8"))
    assert record["parameters"] == {"confirm": 0, "fast": 10, "kind": "ema", "slow": 26, "stop_loss": "0.05"}
    assert (record["cash"], record["fee"], record["candles"]) == ("10000", "0.001", 5980)
    assert chart.read_bytes().startswith(b"\x89PNG")


def test_csv_is_read_like_parquet(tmp_path: Path) -> None:
    csv = tmp_path / "candles.csv"
    pl.read_parquet(DATA).write_csv(csv)
    reports = []
    for number, path in enumerate((DATA, csv)):
        out = tmp_path / f"{number}.json"
        assert call("rsi-reversion", "BTC/USDT", "1h", "--data", str(path), "--json", str(out)) == 0
        record = json.loads(out.read_text(encoding="utf-8"))
        record.pop("seconds")
        reports.append(record)
    assert reports[0] == reports[1]


def test_an_unknown_symbol_says_its_tick_and_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ema-cross", "XYZ/USDT", "1h", "--data", str(DATA), "--step", "1e-3") == 0
    assert "tick 0.00000001, step 0.001" in capsys.readouterr().err


def test_the_stake_of_a_grid_is_its_amount_a_level(tmp_path: Path) -> None:
    out = tmp_path / "grid.json"
    words = ("--set", "lower=50000", "--set", "upper=70000", "--stake", "200")
    assert call("grid", "BTC/USDT", "1h", "--data", str(DATA), "--json", str(out), *words) == 0
    assert json.loads(out.read_text(encoding="utf-8"))["parameters"]["quote_amount"] == "200"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("ema-cros", "BTC/USDT", "1h"), "no strategy ema-cros"),
        (("ema-cross", "BTCUSDT", "1h"), "no market BTCUSDT"),
        (("ema-cross", "BTC/USDT", "7m"), "no timeframe 7m"),
        (("ema-cross", "BTC/USDT", "5m"), "holds candles of 1h, not 5m"),
        (("ema-cross", "BTC/USDT", "1h", "--set", "slow=10"), "slow 10 must be above fast 12"),
        (("ema-cross", "BTC/USDT", "1h", "--set", "slow"), "--set slow has no value"),
        (("ema-cross", "BTC/USDT", "1h", "--cash", "1,500"), "could mean two things"),
        (("ema-cross", "BTC/USDT", "1h", "--fee", "2"), "--fee 2 has no percent sign"),
        (("ema-cross", "BTC/USDT", "1h", "--set", "slow=500", "fast=499", "confirm=50", "kind=sma"), ""),
        (("grid", "BTC/USDT", "1h"), "lower and upper are missing"),
    ],
    ids=lambda value: str(value)[-40:],
)
def test_wrong_usage_is_one_sentence_and_two(
    arguments: tuple[str, ...], expected: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = call(*arguments, "--data", str(DATA))
    error = capsys.readouterr().err
    if not expected:
        assert (code, error) == (0, "")
        return
    assert code == 2
    assert error.startswith("Invalid: ")
    assert expected in error
    assert error.count("\n") == 1


def test_a_missing_file_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("ema-cross", "BTC/USDT", "1h", "--data", "/nowhere/candles.csv") == 2
    assert "no file /nowhere/candles.csv" in capsys.readouterr().err


def test_a_broken_file_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"no candles")
    assert call("ema-cross", "BTC/USDT", "1h", "--data", str(broken)) == 1
    error = capsys.readouterr().err
    assert error.startswith("Failed: broken.parquet")
    assert error.count("\n") == 1


def test_an_unwritable_output_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "missing" / "report.json")
    assert call("ema-cross", "BTC/USDT", "1h", "--data", str(DATA), "--json", out) == 1
    assert capsys.readouterr().err.startswith("Failed: ")


def test_the_parser_imports_nothing_heavy() -> None:
    code = (
        "import sys, bot.cli_backtest; print([m for m in ('numpy', 'polars', 'talib', 'pydantic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
