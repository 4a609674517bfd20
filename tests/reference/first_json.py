"""JSON as the first versions of the product wrote it: what they stored must be read for ever."""

import dataclasses
from datetime import datetime
from decimal import Decimal
from types import NoneType
from typing import NewType, get_args, get_origin, get_type_hints

from bot.durable.json_codec import format_time


def first_json(value: object, hint: object) -> object:
    """Return the JSON value of a value of that type."""
    if isinstance(hint, NewType):
        return first_json(value, hint.__supertype__)
    kinds = get_args(hint)
    if get_origin(hint) is tuple:
        assert isinstance(value, tuple)
        hints = [kinds[0]] * len(value) if kinds[-1] is Ellipsis else kinds
        return [first_json(part, kind) for part, kind in zip(value, hints, strict=True)]
    if value is None:
        return None
    members = [kind for kind in kinds if kind is not NoneType]
    if len(members) == 1:
        return first_json(value, members[0])
    if members:
        return _member(value)
    if dataclasses.is_dataclass(value):
        hints_by_name = get_type_hints(type(value))
        return {
            field.name: first_json(getattr(value, field.name), hints_by_name[field.name])
            for field in dataclasses.fields(value)
        }
    if isinstance(value, Decimal):
        return str(value)
    return format_time(value) if isinstance(value, datetime) else value


def _member(value: object) -> object:
    if dataclasses.is_dataclass(value):
        return [type(value).__name__, first_json(value, type(value))]
    return {"decimal": str(value)} if isinstance(value, Decimal) else value
