"""Candle files: the bundled ones are sound, and every bad one is answered with a sentence."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Literal

import polars as pl
import pytest

from adapters.data.files import load_candles
from adapters.data.markets import RECORDED_MARKETS, market_for
from adapters.data.recording import bundled_path, bundled_recording
from bot.domain.errors import DataError
from bot.domain.ids import Symbol
from bot.domain.market import Timeframe
from bot.domain.money import to_decimal
from bot.strategy.candles import to_milliseconds

T0, M5 = 1_720_000_000_000, 300_000
HEADER = "time,open,high,low,close,volume\n"
GOOD = [f"{T0},100,110,90,105,7", f"{T0 + M5},105,106,104,105.5,0", f"{T0 + 2 * M5},105.5,107,105,106,3.25"]


def a_csv(folder: Path, *rows: str, header: str = HEADER, name: str = "prices.csv") -> Path:
    path = folder / name
    path.write_text(header + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def test_a_csv_file_is_read(tmp_path: Path) -> None:
    candles = load_candles(a_csv(tmp_path, *GOOD))
    assert list(candles.time) == [T0, T0 + M5, T0 + 2 * M5]
    assert list(candles.close) == [105, 105.5, 106]
    assert candles.row(1).volume == 0


def test_a_parquet_file_is_read_and_extra_columns_are_ignored(tmp_path: Path) -> None:
    table = pl.read_csv(a_csv(tmp_path, *GOOD)).with_columns(pl.lit("x").alias("remark"))
    table.write_parquet(tmp_path / "prices.parquet")
    assert list(load_candles(tmp_path / "prices.parquet").high) == [110, 106, 107]


def test_what_was_read_cannot_be_written_to(tmp_path: Path) -> None:
    candles = load_candles(a_csv(tmp_path, *GOOD))
    with pytest.raises(ValueError, match="read-only"):
        candles.close[0] = 1.0


def test_gaps_are_kept(tmp_path: Path) -> None:
    assert len(load_candles(a_csv(tmp_path, GOOD[0], GOOD[2]))) == 2


BAD_ROWS = {
    "one candle": (GOOD[:1], "prices.csv: expected at least 2 candles, found 1."),
    "no candle": ([], "prices.csv: expected at least 2 candles, found 0."),
    "an empty price": ([GOOD[0], f"{T0 + M5},105,106,,105,1"], "row 2: expected a value in low, found none."),
    "a word for a price": ([GOOD[0], f"{T0 + M5},105,106,104,much,1"], "expected numbers in close, found String."),
    "a word after a thousand numbers": (
        [f"{T0 + n * M5},1,1,1,1,1" for n in range(1000)] + [f"{T0 + 1000 * M5},1,1,1,1,much"],
        "expected numbers in volume, found String.",
    ),
    "a nan": ([GOOD[0], f"{T0 + M5},105,106,104,NaN,1"], "row 2: expected a finite number in close, found nan."),
    "infinity": ([GOOD[0], f"{T0 + M5},105,inf,104,105,1"], "row 2: expected a finite number in high, found inf."),
    "a price of zero": ([f"{T0},0,1,0,1,1", GOOD[1]], "row 1: expected a positive open, found 0.0."),
    "a negative volume": (
        [GOOD[0], f"{T0 + M5},105,106,104,105,-1"],
        "row 2: expected a volume of 0 or more, found -1.0.",
    ),
    "low above close": (
        [GOOD[0], f"{T0 + M5},105,106,105,104,1"],
        "row 2: expected low <= open, close <= high, found low",
    ),
    "high below open": (
        [GOOD[0], f"{T0 + M5},107,106,104,105,1"],
        "row 2: expected low <= open, close <= high, found low",
    ),
    "a time twice": ([GOOD[0], GOOD[0]], "row 2: expected ascending times, found the same time as the row before."),
    "times backwards": ([GOOD[1], GOOD[0]], "row 2: expected ascending times, found an earlier time than the row"),
    "seconds": (["1720000000,1,1,1,1,1", GOOD[1]], "row 1: expected time as Unix milliseconds between 2000 and 2200"),
    "nanoseconds": ([GOOD[0], f"{T0}000000,1,1,1,1,1"], "row 2: expected time as Unix milliseconds between 2000 and"),
    "fractions of time": ([f"{T0}.5,1,1,1,1,1", GOOD[1]], "a date with time, or ISO 8601 text, found Float64."),
}


@pytest.mark.parametrize(("rows", "text"), BAD_ROWS.values(), ids=BAD_ROWS.keys())
def test_a_bad_row_is_named(tmp_path: Path, rows: list[str], text: str) -> None:
    with pytest.raises(DataError) as caught:
        load_candles(a_csv(tmp_path, *rows))
    assert str(caught.value).startswith("prices.csv")
    assert text in str(caught.value)


def no_file(folder: Path) -> Path:
    return folder / "absent.csv"


def a_folder(folder: Path) -> Path:
    (folder / "folder.csv").mkdir()
    return folder / "folder.csv"


def wrong_kind(folder: Path) -> Path:
    return a_csv(folder, *GOOD, name="prices.xlsx")


def no_extension(folder: Path) -> Path:
    return a_csv(folder, *GOOD, name="prices")


def lost_column(folder: Path) -> Path:
    return a_csv(folder, "1,2", header="time,open\n")


def empty_csv(folder: Path) -> Path:
    (folder / "empty.csv").write_bytes(b"")
    return folder / "empty.csv"


def binary_csv(folder: Path) -> Path:
    (folder / "binary.csv").write_bytes(bytes(range(256)) * 8)
    return folder / "binary.csv"


def ragged_csv(folder: Path) -> Path:
    return a_csv(folder, *GOOD, "1,2,3,4,5,6,7,8,9")


def torn_parquet(folder: Path) -> Path:
    source = bundled_path(Symbol("XRP/USDT"), Timeframe.H1)
    (folder / "torn.parquet").write_bytes(source.read_bytes()[:5000])
    return folder / "torn.parquet"


def csv_called_parquet(folder: Path) -> Path:
    return a_csv(folder, *GOOD, name="prices.parquet")


BAD_FILES = {
    no_file: "absent.csv: expected a file, found nothing there.",
    a_folder: "folder.csv: expected a file, found a folder.",
    wrong_kind: "prices.xlsx: expected a .parquet, .csv or .feather file, found .xlsx.",
    no_extension: "prices: expected a .parquet, .csv or .feather file, found no extension.",
    lost_column: "expected columns time, open, high, low, close, volume; high is missing among time, open.",
    empty_csv: "empty.csv: expected a readable csv file with candles, found something else.",
    binary_csv: "binary.csv: expected",
    ragged_csv: "prices.csv: expected a readable csv file with candles, found something else.",
    torn_parquet: "torn.parquet: expected a readable parquet file with candles, found something else.",
    csv_called_parquet: "prices.parquet: expected a readable parquet file with candles, found something else.",
}


@pytest.mark.parametrize(("make", "text"), BAD_FILES.items(), ids=[make.__name__ for make in BAD_FILES])
def test_a_bad_file_is_told(tmp_path: Path, make: Callable[[Path], Path], text: str) -> None:
    with pytest.raises(DataError) as caught:
        load_candles(make(tmp_path))
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_every_bundled_price_sits_on_its_tick_and_every_series_covers_the_replay() -> None:
    recording = bundled_recording()
    assert len(recording.series) == 10
    ticks = {market.symbol: market.tick for market in RECORDED_MARKETS}
    for series in recording.series:
        candles, tick = recording.candles(series), ticks[series.symbol]
        assert candles is recording.candles(series)
        for column in (candles.open, candles.high, candles.low, candles.close):
            assert not [price for price in column[::7] if to_decimal(price) % tick]
        length = series.timeframe.duration
        assert candles.time[0] <= to_milliseconds(recording.starts_at - 7 * 24 * Timeframe.H1.duration)
        assert candles.time[-1] >= to_milliseconds(recording.ends_at - length)
        assert set(candles.time[1:] - candles.time[:-1]) == {length.total_seconds() * 1000}


def test_an_unknown_market_gets_the_finest_rules() -> None:
    market = market_for(Symbol("FOO/BAR"))
    assert (market.base, market.quote, market.tick) == ("FOO", "BAR", Decimal("1e-8"))
    assert market_for(Symbol("XRP/USDT")).step == 1


TIMES = ("2024-07-08 00:00:00", "2024-07-08 00:05:00", "2024-07-08 00:10:00")
FIRST = 1_720_396_800_000
"""00:00 UTC on 8 July 2024, 19,912 days after 1970."""


@pytest.mark.parametrize(
    "written",
    [
        [f"{time}+00:00" for time in TIMES],
        [*TIMES],
        [time.replace(" ", "T") for time in TIMES],
        [f"{time.replace(' ', 'T')}Z" for time in TIMES],
        [f"{time}.000+0000" for time in TIMES],
        [time[:-3] for time in TIMES],
        ["2024-07-08 02:00:00+02:00", "2024-07-08 02:05:00+02:00", "2024-07-08 02:10:00+02:00"],
    ],
    ids=lambda times: times[0],
)
@pytest.mark.parametrize("name", ["time", "date"])
def test_times_are_read_as_pandas_writes_them(tmp_path: Path, written: list[str], name: str) -> None:
    rows = [f"{time},100,110,90,105,7" for time in written]
    candles = load_candles(a_csv(tmp_path, *rows, header=HEADER.replace("time", name)))
    assert FIRST == 19_912 * 86_400_000
    assert list(candles.time) == [FIRST, FIRST + M5, FIRST + 2 * M5]


@pytest.mark.parametrize("zone", [None, "UTC", "Europe/Berlin"])
@pytest.mark.parametrize("ending", [".parquet", ".feather"])
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_columns_of_dates_are_read(
    tmp_path: Path, zone: str | None, ending: str, unit: Literal["ms", "us", "ns"]
) -> None:
    times = pl.Series("date", [FIRST, FIRST + M5]).cast(pl.Datetime("ms")).cast(pl.Datetime(unit))
    dates = times if zone is None else times.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    table = pl.DataFrame({"date": dates, **{name: [5.0, 5.0] for name in ("open", "high", "low", "close", "volume")}})
    path = tmp_path / f"BTC_USDT-5m{ending}"
    if ending == ".parquet":
        table.write_parquet(path)
    else:
        table.write_ipc(path, compression="lz4")
    assert list(load_candles(path).time) == [FIRST, FIRST + M5]


def test_a_date_that_is_none_is_named(tmp_path: Path) -> None:
    path = a_csv(tmp_path, "2024-07-08,1,1,1,1,1", "8 July,1,1,1,1,1", header=HEADER.replace("time", "date"))
    with pytest.raises(DataError, match="row 2: expected date as whole Unix milliseconds"):
        load_candles(path)
