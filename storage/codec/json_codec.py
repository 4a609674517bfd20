"""How values of the domain are written as JSON and read back exactly, derived from their type hints.

Decimals and times are text, a union of records carries the record's name, and a `Decimal` among parameter values is
marked so that it does not come back as text. Reading is strict: what does not fit raises ValueError or TypeError.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import MISSING, dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import NewType, TypeVar, Union, get_args, get_origin, get_type_hints

Convert = Callable[[object], object]
T = TypeVar("T")
RECENT_TIMES = 4096
"""Times whose text is kept: every moment of a candle's close is written in many rows."""
SCALARS = frozenset({bool, int, Decimal, str})


@dataclass(frozen=True, slots=True)
class JsonCodec:
    """How values of one type become JSON values and back."""

    encode: Convert
    decode: Convert


@lru_cache(maxsize=RECENT_TIMES)
def format_time(time: datetime) -> str:
    """Write an aware time as UTC text of fixed width, which sorts like the time; raise ValueError if it is naive."""
    if time.tzinfo is not UTC:
        if time.utcoffset() is None:
            raise ValueError(f"an aware time was expected, found {time!r}")
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")


def parse_time(text: object) -> datetime:
    """Read a time written by `time_text`; raise ValueError for anything else."""
    time = datetime.fromisoformat(_require_type(str, text))
    if time.tzinfo is not UTC:
        raise ValueError(f"a UTC time was expected, found {text!r}")
    return time


@cache
def json_codec(hint: object) -> JsonCodec:
    """Derive the codec of a type hint; raise TypeError for one that nothing stored uses."""
    if isinstance(hint, NewType):
        return json_codec(hint.__supertype__)
    if get_origin(hint) in (Union, UnionType):
        return _union(frozenset(get_args(hint)))
    if get_origin(hint) is tuple:
        return _tuple(get_args(hint))
    if isinstance(hint, type):
        return _plain(hint)
    raise TypeError(f"no way to store {hint!r}")


def _plain(kind: type) -> JsonCodec:
    if kind is Decimal:
        return JsonCodec(str, lambda value: Decimal(_require_type(str, value)))
    if kind is datetime:
        return JsonCodec(lambda value: format_time(_require_type(datetime, value)), parse_time)
    if kind is float:
        return JsonCodec(_float, _float)
    if issubclass(kind, StrEnum):
        return JsonCodec(str, lambda value: kind(_require_type(str, value)))
    if kind in SCALARS:
        return JsonCodec(lambda value: value, lambda value: _require_type(kind, value))
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    raise TypeError(f"no way to store {kind!r}")


def _float(value: object) -> float:
    if isinstance(value, int | float):
        return float(value)
    raise TypeError(f"a number was expected, found {value!r}")


def _require_type(kind: type[T], value: object) -> T:
    # A bool is an int to isinstance, which would let True and 1 trade places.
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise TypeError(f"{kind.__name__} was expected, found {value!r}")


def _union(kinds: frozenset[object]) -> JsonCodec:
    if NoneType in kinds:
        return _optional(json_codec(Union[tuple(kinds - {NoneType})]))  # noqa: UP007 - the members are known at run time
    if kinds == SCALARS:
        return JsonCodec(_encode_scalar, _decode_scalar)
    by_name = {kind.__name__: (kind, json_codec(kind)) for kind in kinds if isinstance(kind, type)}
    if len(by_name) != len(kinds) or not all(dataclasses.is_dataclass(kind) for kind in kinds):
        raise TypeError(f"no way to store a union of {kinds!r}")

    def encode(value: object) -> object:
        name = type(value).__name__
        return [name, by_name[name][1].encode(value)]

    def decode(value: object) -> object:
        name, fields = _require_type(list, value)
        return by_name[_require_type(str, name)][1].decode(fields)

    return JsonCodec(encode, decode)


def _optional(inner: JsonCodec) -> JsonCodec:
    return JsonCodec(
        lambda value: None if value is None else inner.encode(value),
        lambda value: None if value is None else inner.decode(value),
    )


def _encode_scalar(value: object) -> object:
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def _decode_scalar(value: object) -> object:
    if isinstance(value, dict):
        return Decimal(_require_type(str, value["decimal"]))
    if isinstance(value, bool | int | str):
        return value
    raise TypeError(f"a parameter value was expected, found {value!r}")


def _tuple(arguments: tuple[object, ...]) -> JsonCodec:
    if len(arguments) == 2 and arguments[1] is Ellipsis:  # noqa: PLR2004 - tuple[X, ...] has these two
        item = json_codec(arguments[0])
        return JsonCodec(
            lambda value: [item.encode(part) for part in _require_type(tuple, value)],
            lambda value: tuple(item.decode(part) for part in _require_type(list, value)),
        )
    items = [json_codec(argument) for argument in arguments]
    return JsonCodec(
        lambda value: [codec.encode(part) for codec, part in zip(items, _require_type(tuple, value), strict=True)],
        lambda value: tuple(codec.decode(part) for codec, part in zip(items, _require_type(list, value), strict=True)),
    )


def _record(kind: type) -> JsonCodec:
    hints = get_type_hints(kind)
    fields = dataclasses.fields(kind)
    codecs = [(field.name, json_codec(hints[field.name])) for field in fields]
    by_name = dict(codecs)
    required = {field.name for field in fields if field.default is MISSING and field.default_factory is MISSING}

    def encode(value: object) -> object:
        return {name: codec.encode(getattr(value, name)) for name, codec in codecs}

    def decode(value: object) -> object:
        # A field that came later is absent from older rows and takes its default; an unknown one is not ours.
        found = _require_type(dict, value)
        if not required <= found.keys() <= by_name.keys():
            raise ValueError(f"{kind.__name__} was expected, found fields {sorted(map(str, found))}")
        return kind(**{name: by_name[name].decode(part) for name, part in found.items()})

    return JsonCodec(encode, decode)
