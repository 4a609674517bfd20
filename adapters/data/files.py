"""Candle files: Parquet, CSV or Feather with the columns time (or date), open, high, low, close and volume."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from adapters.data.time_column import with_time_column
from bot.domain.errors import DataError
from bot.strategy.candles import Candles

PRICE_COLUMNS = ("open", "high", "low", "close")
NUMBER_COLUMNS = (*PRICE_COLUMNS, "volume")
MIN_ROWS = 2
EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1000)
LATEST = int(datetime(2200, 1, 1, tzinfo=UTC).timestamp() * 1000)
READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".parquet": pl.read_parquet,
    ".csv": partial(pl.read_csv, infer_schema_length=None),
    ".feather": pl.read_ipc,
}

Flags = npt.NDArray[np.bool_]


def load_candles(path: Path) -> Candles:
    """Load a candle file; raise DataError with one sentence naming the file, the row and what was expected."""
    table = with_time_column(path.name, _read_table(path))
    _check_columns(path, table)
    times = table["time"].to_numpy().astype(np.int64)
    columns = [table[name].cast(pl.Float64).to_numpy() for name in NUMBER_COLUMNS]
    candles = Candles(times, *columns)
    _check_times(path, candles)
    _check_prices(path, candles)
    for column in (times, *columns):
        column.flags.writeable = False
    return candles


def _read_table(path: Path) -> pl.DataFrame:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise DataError(
            f"{path.name}: expected a .parquet, .csv or .feather file, found {path.suffix or 'no extension'}."
        )
    if not path.is_file():
        raise DataError(f"{path.name}: expected a file, found {'a folder' if path.is_dir() else 'nothing there'}.")
    try:
        return reader(path)
    except (pl.exceptions.PolarsError, OSError, ValueError) as e:
        kind = path.suffix.lower()[1:]
        raise DataError(f"{path.name}: expected a readable {kind} file with candles, found something else.") from e


def _check_columns(path: Path, table: pl.DataFrame) -> None:
    missing = [name for name in ("time", *NUMBER_COLUMNS) if name not in table.columns]
    if missing:
        found = ", ".join(table.columns[:10]) or "none"
        raise DataError(
            f"{path.name}: expected columns time, {', '.join(NUMBER_COLUMNS)}; {missing[0]} is missing among {found}."
        )
    if len(table) < MIN_ROWS:
        raise DataError(f"{path.name}: expected at least {MIN_ROWS} candles, found {len(table)}.")
    for name in ("time", *NUMBER_COLUMNS):
        column = table[name]
        if column.null_count():
            raise _bad_row(path, int(column.is_null().arg_max() or 0), f"a value in {name}", "none")
        if not column.dtype.is_numeric():
            raise DataError(f"{path.name}: expected numbers in {name}, found {column.dtype}.")


def _check_times(path: Path, candles: Candles) -> None:
    row = _first_row((candles.time < EARLIEST) | (candles.time >= LATEST))
    if row is not None:
        found = str(candles.time[row])
        raise _bad_row(path, row, "time as Unix milliseconds between 2000 and 2200", found)
    late = _first_row(np.diff(candles.time) <= 0)
    if late is not None:
        row = late + 1
        again = candles.time[row] == candles.time[late]
        found = "the same time as the row before" if again else "an earlier time than the row before"
        raise _bad_row(path, row, "ascending times", found)


def _check_prices(path: Path, candles: Candles) -> None:
    columns = (candles.open, candles.high, candles.low, candles.close, candles.volume)
    for name, column in zip(NUMBER_COLUMNS, columns, strict=True):
        row = _first_row(~np.isfinite(column))
        if row is not None:
            raise _bad_row(path, row, f"a finite number in {name}", str(column[row]))
        row = _first_row(column < 0 if name == "volume" else column <= 0)
        if row is not None:
            expected = "a volume of 0 or more" if name == "volume" else f"a positive {name}"
            raise _bad_row(path, row, expected, str(column[row]))
    body_low = np.minimum(candles.open, candles.close)
    body_high = np.maximum(candles.open, candles.close)
    row = _first_row((candles.low > body_low) | (candles.high < body_high))
    if row is not None:
        found = f"low {candles.low[row]}, high {candles.high[row]}"
        raise _bad_row(path, row, "low <= open, close <= high", found)


def _first_row(flags: Flags) -> int | None:
    return int(np.argmax(flags)) if flags.any() else None


def _bad_row(path: Path, index: int, expected: str, found: str) -> DataError:
    return DataError(f"{path.name}, row {index + 1}: expected {expected}, found {found}.")
