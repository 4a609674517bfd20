"""The time of candles as programs write it: Unix milliseconds, dates of pandas, or ISO 8601 text."""

import polars as pl

from bot.domain.errors import DataError

TIME_COLUMNS = ("time", "date")
"""Names of the column; `date` is Freqtrade's."""
EXPECTED = "whole Unix milliseconds, a date with time, or ISO 8601 text"
UTC = "UTC"


def with_time_column(file_name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return a table whose column `time` holds Unix milliseconds; what has no zone is UTC.

    A table without such a column is returned as it is. Raise DataError for a time that is none of the known.
    """
    name = next((known for known in TIME_COLUMNS if known in table.columns), None)
    if name is None:
        return table
    column = table[name]
    if column.dtype == pl.String:
        column = _parse_text(file_name, column)
    if isinstance(column.dtype, pl.Datetime):
        moment = column if column.dtype.time_zone is None else column.dt.convert_time_zone(UTC)
        column = moment.dt.epoch("ms")
    elif column.dtype == pl.Date:
        column = column.cast(pl.Datetime("ms")).dt.epoch("ms")
    elif not column.dtype.is_integer() and column.dtype != pl.Null:
        raise DataError(f"{file_name}: expected {name} as {EXPECTED}, found {column.dtype}.")
    return table.with_columns(column.alias("time"))


def _parse_text(file_name: str, column: pl.Series) -> pl.Series:
    """Parse ISO 8601 text as pandas writes it: with a blank or a T, with or without seconds and zone."""
    text = column.str.strip_chars()
    # Polars reads one form at a time: all are brought to that of `2024-07-08T00:00:00.000+00:00`.
    plain = text.str.replace(" ", "T").str.replace(r"(?i)Z$", "+00:00").str.replace(r"([+-]\d\d)(\d\d)$", "$1:$2")
    has_zone = plain.str.contains(r"T.*[+-]\d\d:\d\d$")
    whole = pl.select(pl.when(plain.str.contains("T")).then(plain).otherwise(plain + "T00:00:00").alias("text"))["text"]
    zoned = pl.select(pl.when(has_zone).then(whole).otherwise(whole + "+00:00").alias("text"))["text"]
    times = zoned.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="ms", strict=False)
    short = zoned.str.to_datetime("%Y-%m-%dT%H:%M%:z", time_unit="ms", strict=False)
    found = times.fill_null(short) if times.null_count() else times
    wrong = (found.is_null() & text.is_not_null()).arg_max() if found.null_count() > text.null_count() else None
    if wrong is not None:
        raise DataError(f"{file_name}, row {wrong + 1}: expected {column.name} as {EXPECTED}, found {text[wrong]!r}.")
    return found
