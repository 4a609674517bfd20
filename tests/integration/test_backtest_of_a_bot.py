"""`quarterdeck backtest --bot`: a bot's own settings, read while the desk runs, make the trades that the bot made."""

import json
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.data.recording import RECORDED_VENUE, Recording, bundled_recording, recording_from_candles
from bot.assembly.engine import RECORDED_MARKET_NAME
from bot.domain.ids import BotId, Symbol
from bot.domain.market import Series, Timeframe
from bot.ports.storage import Page
from tests.builders.engine import EngineHarness, an_engine
from tests.fakes.clock import FakeClock
from tests.unit.test_cli_backtest import call

SOL = Series(venue=RECORDED_VENUE, symbol=Symbol("SOL/USDT"), timeframe=Timeframe.H1)
GRID = {"capital": "2000", "lower": "120", "upper": "160", "levels": "21", "name": "gina"}
EMA = {"capital": "1000", "fast": "5", "slow": "13", "stop_loss": "2%", "name": "emma"}
DAYS = 12


def first_days() -> Recording:
    """The first days of the bundled replay, with everything before them."""
    bundled = bundled_recording()
    candles = bundled.candles(SOL)
    end = int((bundled.starts_at + timedelta(days=DAYS)).timestamp() * 1000)
    known = candles.slice_rows(0, int(candles.time.searchsorted(end)))
    markets = tuple(market for market in bundled.markets if market.symbol == SOL.symbol)
    return recording_from_candles({SOL: known}, markets=markets, starts_at=bundled.starts_at)


@pytest.fixture
def data_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    (tmp_path / RECORDED_MARKET_NAME).symlink_to(tmp_path / "market.sqlite3")
    return tmp_path


async def traded(engine: EngineHarness, bot_id: BotId) -> list[tuple[str, str | None, Decimal, Decimal]]:
    """What a bot traded: entry, exit, quantity, profit."""
    trades = await engine.database.reader.trades(bot_id, Page(limit=1000))
    return [
        (
            trade.opened_at.market.isoformat().replace("+00:00", "Z"),
            trade.closed_at.market.isoformat().replace("+00:00", "Z") if trade.closed_at else None,
            trade.entry_quantity,
            trade.profit,
        )
        for trade in reversed(trades)
    ]


def backtested(folder: Path, *words: str) -> dict[str, object]:
    out = folder / "out.json"
    assert call("--json", str(out), *words) == 0
    record = json.loads(out.read_text(encoding="utf-8"))
    assert isinstance(record, dict)
    return record


def trades_of(record: dict[str, object]) -> list[tuple[str, str | None, Decimal, Decimal]]:
    trades = record["trades"]
    assert isinstance(trades, list)
    return [
        (trade["entry_time"], trade["exit_time"], Decimal(trade["quantity"]), Decimal(trade["profit"]))
        for trade in trades
    ]


@pytest.mark.parametrize(("strategy", "words"), [("grid", GRID), ("ema-cross", EMA)], ids=["grid", "ema"])
async def test_the_backtest_of_a_bot_makes_its_trades(
    data_dir: Path, capsys: pytest.CaptureFixture[str], strategy: str, words: dict[str, str]
) -> None:
    recording, name = first_days(), words["name"]
    async with an_engine(data_dir, recording, clock=FakeClock()) as engine:
        bot_id = await engine.create(strategy, SOL.symbol, SOL.timeframe, **words)
        await engine.run(bot_id)
        await engine.play_to_end()
        made = await traded(engine, bot_id)
        ledger = await engine.database.reader.ledger(bot_id)
        # The desk still runs, and has the files.
        record = backtested(data_dir, "--bot", name)
        printed = capsys.readouterr().out
        settings = [f"{key}={value}" for key, value in words.items() if key != "name"]
        days = ("--from", "2024-07-08", "--to", "2024-07-20")
        typed = backtested(data_dir, strategy, SOL.symbol, SOL.timeframe, "--set", *settings, *days)
    assert len(made) > 3
    assert trades_of(record) == made
    assert trades_of(typed) == made, "the same words on the command line make the same trades"
    metrics = record["metrics"]
    assert isinstance(metrics, dict)
    last = Decimal(repr(float(recording.candles(SOL).close[-1])))
    total = ledger.realised_profit + ledger.position.open_profit(last)
    assert Decimal(metrics["net_profit"]) == total
    assert f"Bot {name} (PRACTICE) since its run began on 8 Jul 2024 00:00 UTC: compare with /stats {name}" in printed
    assert (record["start"], record["capital"]) == ("2024-07-08T00:00:00Z", words["capital"])


async def test_a_bot_is_read_also_while_no_desk_runs_and_nothing_is_changed(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with an_engine(data_dir, first_days(), clock=FakeClock()) as engine:
        await engine.create("ema-cross", SOL.symbol, SOL.timeframe, **EMA)
    before = (data_dir / "quarterdeck.sqlite3").read_bytes()
    # It never ran: every candle known to the market is tried, from the warm-up on.
    record = backtested(data_dir, "--bot", "emma")
    assert record["start"] == "2024-01-06T10:00:00Z"
    assert "The settings of bot emma (PRACTICE)" in capsys.readouterr().out
    assert (data_dir / "quarterdeck.sqlite3").read_bytes() == before
    changed = backtested(data_dir, "--bot", "emma", "--set", "fast=6", "--from", "2024-07-08", "--stake", "300")
    parameters = changed["parameters"]
    assert isinstance(parameters, dict)
    assert (parameters["fast"], parameters["slow"]) == (6, 13)


async def test_what_is_wrong_is_a_sentence(data_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--bot", "emma") == 1
    assert "There is no database" in capsys.readouterr().err
    async with an_engine(data_dir, first_days(), clock=FakeClock()) as engine:
        await engine.create("ema-cross", SOL.symbol, SOL.timeframe, **EMA)
    assert call("--bot", "ema") == 2
    assert capsys.readouterr().err.startswith("Invalid: no bot ema in this DATA_DIR. Expected one of emma")
    assert call("--bot", "emma", "--set", "symbol=BTC/USDT") == 2
    assert "fixed" in capsys.readouterr().err
    (data_dir / "quarterdeck.sqlite3").write_bytes(b"something else, and long enough to be a file of another kind")
    assert call("--bot", "emma") == 1
    assert "cannot be read" in capsys.readouterr().err


async def test_before_the_first_candle_of_a_run_there_is_nothing_to_try(
    data_dir: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    async with an_engine(data_dir, first_days(), clock=FakeClock()) as engine:
        bot_id = await engine.create("ema-cross", SOL.symbol, SOL.timeframe, **EMA)
        await engine.run(bot_id)
        assert call("--bot", "emma", "--to", "2024-07-08") == 2
    assert "no 1h candle has closed since emma (PRACTICE) began its run" in capsys.readouterr().err
