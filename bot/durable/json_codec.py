"""JSON codec of the domain's values, by pydantic, derived from type hints, exact in both directions.

Decimals and times are text, a union of records carries the record's name, and a `Decimal` among parameter values is
marked so that it does not come back as text. Decoding is strict: it raises ValueError or TypeError.
"""

import dataclasses
import json
from collections.abc import Callable
from dataclasses import MISSING
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import NewType, Protocol, Union, get_args, get_origin, get_type_hints

from pydantic_core import (
    CoreConfig,
    CoreSchema,
    PydanticSerializationError,
    SchemaSerializer,
    SchemaValidator,
    core_schema,
)

RECENT_TIMES = 4096
"""Times whose text is cached: a candle's close is written in many rows."""
SCALARS = frozenset({bool, int, Decimal, str})
CONFIG = CoreConfig(strict=True, ser_json_inf_nan="constants")


class JsonCodec(Protocol):
    """Encoder and decoder of a type's values, to JSON text and back."""

    def encode(self, value: object) -> str:
        """Encode a value; raise ValueError for one of another type."""

    def decode(self, text: str) -> object:
        """Decode a value; raise ValueError or TypeError for a text that this type never wrote."""


@lru_cache(maxsize=RECENT_TIMES)
def format_time(time: datetime) -> str:
    """Format an aware time as UTC text of fixed width, which sorts like the time; raise ValueError if it is naive."""
    if time.tzinfo is not UTC:
        if time.utcoffset() is None:
            raise ValueError(f"an aware time was expected, found {time!r}")
        time = time.astimezone(UTC)
    return time.isoformat(timespec="microseconds")


def parse_time(text: object) -> datetime:
    """Parse the text of `format_time`; raise ValueError or TypeError for anything else."""
    if not isinstance(text, str):
        raise TypeError(f"a time was expected, found {text!r}")
    time = datetime.fromisoformat(text)
    if time.tzinfo is not UTC:
        raise ValueError(f"a UTC time was expected, found {text!r}")
    return time


@cache
def json_codec(hint: object) -> JsonCodec:
    """Derive the codec of a type hint; raise TypeError for one that nothing stored uses."""
    kinds = set(get_args(hint)) if get_origin(hint) in (Union, UnionType) else set()
    if len(kinds) > 1 and all(dataclasses.is_dataclass(kind) for kind in kinds):
        return _UnionCodec(kinds)
    return _SchemaCodec(_schema(hint))


class _SchemaCodec:
    def __init__(self, schema: CoreSchema) -> None:
        self._serializer = SchemaSerializer(schema, CONFIG)
        self._validator = SchemaValidator(schema, CONFIG)

    def encode(self, value: object) -> str:
        try:
            return self._serializer.to_json(value, warnings="error").decode()
        except PydanticSerializationError:
            # Broken input may hold lone surrogates, which UTF-8 cannot encode; anything else is refused here again.
            return _without_half_characters(self._serializer.to_python(value, mode="json", warnings="error"))

    def decode(self, text: str) -> object:
        try:
            return self._validator.validate_json(text)
        except ValueError:
            if "\\ud" not in text:
                raise
            # Older versions wrote lone surrogates as escapes.
            return self._validator.validate_json(_without_half_characters(json.loads(text)))


class _UnionCodec:
    """Records of several types, `["TypeName",{...}]`: some have the same fields."""

    def __init__(self, kinds: set[type]) -> None:
        self._by_name = {kind.__name__: _SchemaCodec(_schema(kind)) for kind in kinds}

    def encode(self, value: object) -> str:
        name = type(value).__name__
        if name not in self._by_name:
            raise ValueError(f"one of {sorted(self._by_name)} was expected, found {value!r}")
        return f'["{name}",{self._by_name[name].encode(value)}]'

    def decode(self, text: str) -> object:
        name, _, fields = text.removeprefix('["').removesuffix("]").partition('",')
        if name not in self._by_name:
            raise ValueError(f"one of {sorted(self._by_name)} was expected, found {name!r}")
        return self._by_name[name].decode(fields)


def _without_half_characters(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode(errors="replace").decode()


def _schema(hint: object) -> CoreSchema:
    if isinstance(hint, NewType):
        return _schema(hint.__supertype__)
    arguments = get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return _union(frozenset(arguments))
    if get_origin(hint) is tuple:
        is_endless = arguments[-1] is Ellipsis
        items = [_schema(argument) for argument in arguments if argument is not Ellipsis]
        return core_schema.tuple_schema(items, variadic_item_index=0 if is_endless else None)
    if isinstance(hint, type):
        return _plain(hint)
    raise TypeError(f"no way to store {hint!r}")


_PLAIN: dict[type, Callable[[], CoreSchema]] = {
    bool: core_schema.bool_schema,
    int: core_schema.int_schema,
    str: core_schema.str_schema,
    float: core_schema.float_schema,
    Decimal: lambda: core_schema.decimal_schema(allow_inf_nan=True),
    datetime: lambda: core_schema.no_info_plain_validator_function(
        parse_time, serialization=core_schema.plain_serializer_function_ser_schema(format_time)
    ),
}


def _plain(kind: type) -> CoreSchema:
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if issubclass(kind, StrEnum):
        return core_schema.enum_schema(kind, list(kind), sub_type="str")
    if dataclasses.is_dataclass(kind):
        return _record(kind)
    raise TypeError(f"no way to store {kind!r}")


def _union(kinds: frozenset[object]) -> CoreSchema:
    if NoneType in kinds:
        return core_schema.nullable_schema(_schema(Union[tuple(kinds - {NoneType})]))  # noqa: UP007 - known at run time
    if kinds == SCALARS:
        return core_schema.no_info_plain_validator_function(
            _decode_scalar, serialization=core_schema.plain_serializer_function_ser_schema(_encode_scalar)
        )
    raise TypeError(f"no way to store a union of {kinds!r}")


def _encode_scalar(value: object) -> object:
    return {"decimal": str(value)} if isinstance(value, Decimal) else value


def _decode_scalar(value: object) -> object:
    if isinstance(value, dict):
        return Decimal(str(value["decimal"]))
    if isinstance(value, bool | int | str):
        return value
    raise ValueError(f"a parameter value was expected, found {value!r}")


def _record(kind: type) -> CoreSchema:
    hints = get_type_hints(kind)
    fields = [
        core_schema.dataclass_field(field.name, _field_schema(field, hints[field.name]), kw_only=True)
        for field in dataclasses.fields(kind)
    ]
    # A newer field is absent from older rows and takes its default; an unknown field is not ours.
    arguments = core_schema.dataclass_args_schema(kind.__name__, fields, extra_behavior="forbid")
    names = [field.name for field in dataclasses.fields(kind)]
    return core_schema.dataclass_schema(
        kind,
        arguments,
        names,
        post_init=hasattr(kind, "__post_init__"),
        slots=hasattr(kind, "__slots__"),
        config=CONFIG,
    )


def _field_schema(field: "dataclasses.Field[object]", hint: object) -> CoreSchema:
    if field.default is not MISSING:
        return core_schema.with_default_schema(_schema(hint), default=field.default)
    if field.default_factory is not MISSING:
        return core_schema.with_default_schema(_schema(hint), default_factory=field.default_factory)
    return _schema(hint)
