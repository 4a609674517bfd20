"""Strategy parameters as fields: from the pydantic model to forms, and from `name=value` words to parameters."""

import types
import typing
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from bot.domain.errors import InvalidInput, WordFix
from bot.domain.instance import Parameters, ParameterValue
from bot.strategy.base import Strategy, StrategyParameters
from bot.strategy.field_spec import FieldKind, FieldMark, FieldSpec, UnsetMeaning
from bot.strategy.field_value import clip_text, is_accepted, nearest_name, parse_value

Values = dict[str, ParameterValue]
_KINDS: Mapping[object, FieldKind] = {bool: FieldKind.SWITCH, int: FieldKind.INTEGER, Decimal: FieldKind.DECIMAL}


def field_specs(model: type[BaseModel]) -> tuple[FieldSpec, ...]:
    """Return the specification of every field of a parameter model, in order."""
    return tuple(_spec(name, info) for name, info in model.model_fields.items())


def load_parameters(strategy: Strategy[StrategyParameters], parameters: Parameters) -> StrategyParameters:
    """Return a strategy's parameter object of stored parameters."""
    return strategy.Parameters.model_validate(dict(parameters))


def parse_parameters(
    strategy: Strategy[StrategyParameters], words: Mapping[str, str], base: Parameters = ()
) -> Parameters:
    """Parse `name=value` words over `base` (else the defaults) into a complete, valid parameter set.

    Raise InvalidInput for unknown names, values out of bounds, missing values and broken rules between fields. Its
    `fix` is the `name=value` word to send instead, where there is one right answer.
    """
    specs = {spec.name: spec for spec in field_specs(strategy.Parameters)}
    values: Values = {name: spec.default for name, spec in specs.items() if spec.default is not None}
    values |= {name: value for name, value in base if name in specs}
    for name, text in words.items():
        if name not in specs:
            raise unknown_name_error(name, text, tuple(specs.values()))
        value = parse_value(specs[name], text)
        values.pop(name, None)
        if value is not None:
            values[name] = value
    _check_required(strategy.Parameters, specs, values)
    check_order(strategy.Parameters, specs, values, tuple(words))
    return _validate_parameters(strategy.Parameters, specs, values)


def unknown_name_error(name: str, text: str, specs: tuple[FieldSpec, ...]) -> InvalidInput:
    """Return the error of an unknown name, with the nearest known one."""
    known = {spec.name: spec for spec in specs}
    if not known:
        return InvalidInput("no-settings", typed=clip_text(name))
    meant = nearest_name(name, tuple(known))
    spec, value = known[meant] if meant else specs[0], text.strip()
    is_meant = meant is not None and is_accepted(spec, value)
    fix = WordFix(((spec.name, value if is_meant else spec.example),), unknown=name, is_certain=is_meant)
    return InvalidInput("unknown-setting", fix, typed=clip_text(name), known=tuple(known), name=spec.name)


def _spec(name: str, info: FieldInfo) -> FieldSpec:
    options = [part for part in typing.get_args(info.annotation) if part is not types.NoneType]
    is_optional = typing.get_origin(info.annotation) in (types.UnionType, typing.Union)
    # Pydantic leaves the `Field(...)` of an `Annotated` inside `| None` where it stands.
    inner = FieldInfo.from_annotation(options[0]) if is_optional else info
    choices, marks = _choices(inner.annotation), (*inner.metadata, *info.metadata)
    spec = FieldSpec(
        name=name,
        title=info.title or name.replace("_", " ").capitalize(),
        help=info.description or "",
        kind=_KINDS.get(inner.annotation) or (FieldKind.CHOICE if choices else FieldKind.TEXT),
        default=None if info.is_required() else _plain_value(info.get_default(call_default_factory=False)),
        choices=choices,
        is_required=info.is_required(),
        is_optional=is_optional,
        is_fraction=FieldMark.FRACTION in marks,
        is_price=FieldMark.PRICE in marks,
        is_amount=FieldMark.AMOUNT in marks,
        sample=str(info.examples[0]) if info.examples else "",
        unset_text=next((mark.text for mark in marks if isinstance(mark, UnsetMeaning)), "none"),
    )
    for mark in marks:
        spec = _add_bound(spec, mark)
    return spec


def _add_bound(spec: FieldSpec, mark: object) -> FieldSpec:
    match mark:
        case Ge(ge=bound):
            return replace(spec, minimum=Decimal(str(bound)))
        case Gt(gt=bound):
            return replace(spec, minimum=Decimal(str(bound)), is_minimum_exclusive=True)
        case Le(le=bound):
            return replace(spec, maximum=Decimal(str(bound)))
        case Lt(lt=bound):
            return replace(spec, maximum=Decimal(str(bound)), is_maximum_exclusive=True)
        case _:
            return spec


def _choices(annotation: object) -> tuple[str, ...]:
    if typing.get_origin(annotation) is typing.Literal:
        return tuple(str(choice) for choice in typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return tuple(member.value for member in annotation)
    return ()


def _plain_value(value: object) -> ParameterValue | None:
    if isinstance(value, StrEnum):
        return value.value
    return value if isinstance(value, bool | int | Decimal | str) else None


def _check_required(model: type[StrategyParameters], specs: Mapping[str, FieldSpec], values: Values) -> None:
    missing = [name for name, spec in specs.items() if spec.is_required and name not in values]
    if not missing:
        return
    filled = dict(values)
    examples: list[tuple[str, str]] = []
    for name in missing:
        spec = narrow_bounds(model, specs[name], filled)
        filled[name] = Decimal(spec.example) if spec.kind is FieldKind.DECIMAL else spec.example
        examples.append((name, spec.example))
    expected = narrow_bounds(model, specs[missing[0]], values).expectation
    raise InvalidInput(
        "values-missing",
        WordFix(tuple(examples)),
        names=" and ".join(missing),
        count=len(missing),
        expected=expected,
    )


def narrow_bounds(model: type[StrategyParameters], spec: FieldSpec, values: Values) -> FieldSpec:
    """Narrow a field's bounds by the values of other fields, as the model's order of fields requires."""
    step = Decimal(spec.kind is FieldKind.INTEGER)
    for below, above in model.ascending_fields:
        if spec.name == above and below in values:
            low = Decimal(values[below])
            if spec.minimum is None or spec.minimum <= low:
                spec = replace(spec, minimum=low + step, is_minimum_exclusive=not step)
        if spec.name == below and above in values:
            high = Decimal(values[above])
            if spec.maximum is None or spec.maximum >= high:
                spec = replace(spec, maximum=high - step, is_maximum_exclusive=not step)
    return spec


def check_order(
    model: type[StrategyParameters], specs: Mapping[str, FieldSpec], values: Values, changed: tuple[str, ...]
) -> None:
    """Raise InvalidInput if known values break the model's order of fields; blame one that was `changed`."""
    for below, above in model.ascending_fields:
        if below not in values or above not in values or Decimal(values[below]) < Decimal(values[above]):
            continue
        # The value just typed is wrong; if both were typed, or no value would do, the other may be wrong.
        suspects = [below, above] if below in changed and above not in changed else [above, below]
        blamed = next((name for name in suspects if _has_room(narrow_bounds(model, specs[name], values))), suspects[0])
        other = above if blamed == below else below
        room = narrow_bounds(model, specs[blamed], values)
        raise InvalidInput(
            "value-not-below" if blamed == below else "value-not-above",
            WordFix(((blamed, room.example),)),
            name=blamed,
            typed=room.format_value(values[blamed]),
            other=other,
            bound=room.format_value(values[other]),
            expected=room.bounds_text,
        )


def _has_room(spec: FieldSpec) -> bool:
    low, high = spec.minimum, spec.maximum
    if low is None or high is None:
        return True
    return low < high or (low == high and not (spec.is_minimum_exclusive or spec.is_maximum_exclusive))


def _validate_parameters(model: type[StrategyParameters], specs: Mapping[str, FieldSpec], values: Values) -> Parameters:
    try:
        checked = model.model_validate(values)
    except ValidationError as e:
        first = e.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else next(iter(specs))
        spec = specs.get(name, next(iter(specs.values())))
        raise InvalidInput(
            "value-fails",
            WordFix(((spec.name, spec.example),)),
            name=spec.name,
            typed=clip_text(spec.format_value(values.get(name))),
            problem=first["msg"].removeprefix("Value error, "),
            expected=spec.expectation,
        ) from e
    found = ((name, _plain_value(getattr(checked, name))) for name in specs)
    return tuple(sorted((name, value) for name, value in found if value is not None))
