"""Row codec: a frozen dataclass as the columns of a row, and back.

Decimals are written as `str(Decimal)`: text keeps every digit and the exponent whatever the decimal context is, and
keeps SQL from computing money as float. Times are UTC text that sorts. Small records are flattened into columns of
their own, everything else complex is JSON in one column.
"""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import NoneType, UnionType
from typing import Generic, NewType, Optional, TypeVar, Union, get_args, get_origin, get_type_hints

from bot.domain.moment import Moment
from bot.domain.position import Position
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger, LedgerTotals
from bot.durable.json_codec import format_time, json_codec, parse_time

Cell = str | int | float | None
T_co = TypeVar("T_co", covariant=True)
MAX_INTEGER = 2**63 - 1

FLATTENED: Mapping[type, str] = {Moment: "{}_", Position: "{}_", LedgerTotals: "{}_", SignalRow: "{}_", Ledger: ""}
"""Records whose fields have columns of their own, with the prefix of the columns' names."""


@dataclass(frozen=True, slots=True)
class _CellCodec:
    encode: Callable[[object], Cell]
    decode: Callable[[object], object]


@dataclass(frozen=True, slots=True)
class _FieldCodec:
    name: str
    cell: _CellCodec | None
    nested: "RowCodec[object] | None"
    width: int


class RowCodec(Generic[T_co]):
    """The columns of a dataclass, without the fields that are stored elsewhere and passed to `decode`.

    `hints` holds the type hint of each column's value.
    """

    def __init__(self, kind: type[T_co], without: frozenset[str] = frozenset(), prefix: str = "") -> None:
        self.hints: dict[str, object] = {}
        self._kind: Callable[..., T_co] = kind
        self._fields: list[_FieldCodec] = []
        for name, hint in get_type_hints(kind).items():
            if name in without:
                continue
            nested = _nested_codec(hint, prefix, name, without)
            hints = _nested_hints(nested, is_optional(hint)) if nested else {prefix + name: hint}
            cell = None if nested else _cell_codec(hint)
            self._fields.append(_FieldCodec(name, cell, nested, len(hints)))
            self.hints |= hints
        self.columns = tuple(self.hints)

    def encode(self, record: object) -> list[Cell]:
        """Return the cells of a record, in the order of `columns`; raise ValueError for an invalid value."""
        cells: list[Cell] = []
        for part in self._fields:
            value = getattr(record, part.name)
            if part.cell is not None:
                cells.append(part.cell.encode(value))
            elif part.nested is not None:
                cells += [None] * part.width if value is None else part.nested.encode(value)
        return cells

    def decode(self, cells: Sequence[object], **given: object) -> T_co:
        """Return the record of a row with the fields stored elsewhere; raise ValueError or TypeError."""
        return self._kind(**{**given, **self.decode_fields(cells)})

    def decode_fields(self, cells: Sequence[object]) -> dict[str, object]:
        """Return the fields of a row by name, for a record that lives in several tables."""
        found: dict[str, object] = {}
        position = 0
        for part in self._fields:
            if part.cell is not None:
                found[part.name] = part.cell.decode(cells[position])
            elif part.nested is not None:
                own = cells[position : position + part.width]
                found[part.name] = None if all(cell is None for cell in own) else part.nested.decode(own)
            position += part.width
        return found


def _nested_codec(hint: object, prefix: str, name: str, without: frozenset[str]) -> RowCodec[object] | None:
    kinds = [kind for kind in get_args(hint) if kind is not NoneType] if is_optional(hint) else [hint]
    for kind, pattern in FLATTENED.items():
        if kinds == [kind]:
            return RowCodec(kind, without, prefix + pattern.format(name))
    return None


def _nested_hints(nested: RowCodec[object], is_nullable: bool) -> dict[str, object]:
    # All columns of a record that is not there are empty.
    if not is_nullable:
        return nested.hints
    return {name: Optional[hint] for name, hint in nested.hints.items()}  # noqa: UP045 - known at run time


def is_optional(hint: object) -> bool:
    """Return whether a type hint allows None."""
    return get_origin(hint) in (Union, UnionType) and NoneType in get_args(hint)


def _cell_codec(hint: object) -> _CellCodec:
    if isinstance(hint, NewType):
        return _cell_codec(hint.__supertype__)
    kinds = [kind for kind in get_args(hint) if kind is not NoneType]
    if is_optional(hint) and len(kinds) == 1:
        inner = _cell_codec(kinds[0])
        return _CellCodec(
            lambda value: None if value is None else inner.encode(value),
            lambda value: None if value is None else inner.decode(value),
        )
    if isinstance(hint, type) and not dataclasses.is_dataclass(hint) and not get_args(hint):
        return _plain_cell(hint)
    codec = json_codec(hint)
    return _CellCodec(codec.encode, lambda value: codec.decode(_text(value)))


def _plain_cell(kind: type) -> _CellCodec:
    if kind in _PLAIN_CELLS:
        return _PLAIN_CELLS[kind]
    if issubclass(kind, StrEnum):
        return _CellCodec(str, lambda value: kind(_text(value)))
    raise TypeError(f"no way to store {kind!r}")


def _integer(value: object) -> int:
    if isinstance(value, int) and -MAX_INTEGER <= value <= MAX_INTEGER:
        return int(value)
    raise ValueError(f"an integer of 64 bits was expected, found {value!r}")


def _number(value: object) -> float | None:
    if not isinstance(value, int | float):
        raise TypeError(f"a number was expected, found {value!r}")
    return None if math.isnan(value) else float(value)


def _time(value: object) -> str:
    if isinstance(value, datetime):
        return format_time(value)
    raise TypeError(f"a time was expected, found {value!r}")


def _escape_surrogates(value: object) -> str:
    text = str(value)
    # Broken input may hold lone surrogates, which UTF-8 cannot encode: escape them rather than lose the row.
    return text if text.isascii() else text.encode(errors="backslashreplace").decode()


def _decode_boolean(value: object) -> bool:
    if value in (0, 1):
        return bool(value)
    raise ValueError(f"0 or 1 was expected, found {value!r}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise TypeError(f"text was expected, found {value!r}")


def _decode_integer(value: object) -> int:
    # A bool is an int to isinstance, which would let True and 1 trade places.
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise TypeError(f"an integer was expected, found {value!r}")


def _decode_number(value: object) -> float:
    # SQLite turns NaN into NULL, so NULL is how NaN is written in a column that has a number.
    if value is None:
        return math.nan
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"a number was expected, found {value!r}")


_PLAIN_CELLS: dict[type, _CellCodec] = {
    bool: _CellCodec(lambda value: 1 if value else 0, _decode_boolean),
    int: _CellCodec(_integer, _decode_integer),
    float: _CellCodec(_number, _decode_number),
    datetime: _CellCodec(_time, parse_time),
    Decimal: _CellCodec(str, lambda value: Decimal(_text(value))),
    str: _CellCodec(_escape_surrogates, _text),
}
