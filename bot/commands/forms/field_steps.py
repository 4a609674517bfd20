"""Questions for single fields: present value, expectation, and suggested answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Decimal

from bot.commands.forms.form import FormState, FormStep, answer_button
from bot.commands.reply.blocks import SEPARATOR, ButtonStyle, Headline, KeyboardRow, fill_rows
from bot.commands.reply.inline_time import join_text, join_with
from bot.commands.reply.input_text import echo_text
from bot.commands.text.config_rows import setting_text
from bot.domain.errors import InvalidInput
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.field_value import nearest_name, parse_value

BUTTONS_PER_ROW = 4
INTEGER_FACTORS = (Decimal(2) / 3, Decimal(1), Decimal(5) / 3)
DECIMAL_FACTORS = (Decimal("0.5"), Decimal(1), Decimal(2))
"""A number is offered with one well below and one well above it, for whoever only wants to try."""
KeyboardRows = tuple[KeyboardRow, ...]


def find_setting(specs: Mapping[str, FieldSpec], name: str) -> FieldSpec:
    """Return a setting; raise InvalidInput with the nearest one if there is none."""
    if name in specs:
        return specs[name]
    example = nearest_name(name, specs) or next(iter(specs))
    raise InvalidInput("no-setting", typed=echo_text(name), known=tuple(specs), near=example)


def field_step(state: FormState, spec: FieldSpec, current: str, title: str = "") -> FormStep:
    """Return the question for a value: `fast is 12 · whole number, 2 to 25 · candles the quick average looks back`."""
    head = join_text(f"{spec.name} is ", setting_text(current, spec)) if current else spec.name
    parts = (title, head, spec.expectation.removeprefix("a "), _as_clause(spec.help))
    return FormStep(
        headline=Headline(join_with(SEPARATOR, (part for part in parts if part))),
        choices=_value_rows(state, spec, current),
        field=spec.name,
    )


def _value_rows(state: FormState, spec: FieldSpec, current: str) -> KeyboardRows:
    offered = [*_offered_values(spec, current), *(["none"] if spec.is_optional else [])]
    rows = name_rows(state, list(dict.fromkeys(text for text in offered if text)), chosen=current)
    # What is offered around the present value tells it.
    is_amount = spec.is_amount and bool(current)
    return tuple(tuple(replace(button, carries_amounts=is_amount) for button in row) for row in rows)


def name_rows(state: FormState, names: Sequence[str], chosen: str = "") -> KeyboardRows:
    """Return buttons for names, the chosen one as the next step."""
    buttons = [
        answer_button(state.form_id, name, meaning=ButtonStyle.PRIMARY if name == chosen else ButtonStyle.NONE)
        for name in names
    ]
    return fill_rows(buttons, BUTTONS_PER_ROW).rows


def _offered_values(spec: FieldSpec, current: str) -> Sequence[str]:
    match spec.kind:
        case FieldKind.CHOICE:
            return spec.choices
        case FieldKind.SWITCH:
            return "on", "off"
        case FieldKind.TEXT:
            return current, spec.example
        case _:
            return _offered_numbers(spec, current)


def _offered_numbers(spec: FieldSpec, current: str) -> list[str]:
    """Return numbers around the present value; the sample of a required field says nothing about this bot."""
    middle = _parse_number(spec, current)
    if middle is None and not spec.is_required and spec.sample:
        middle = _parse_number(spec, spec.sample)
    if middle is None:
        return []
    factors = INTEGER_FACTORS if spec.kind is FieldKind.INTEGER else DECIMAL_FACTORS
    found = [middle if factor == 1 else _round_number(spec, middle * factor) for factor in factors]
    return [spec.format_value(number) for number in found if spec.is_within_bounds(number)]


def _parse_number(spec: FieldSpec, text: str) -> Decimal | None:
    try:
        value = parse_value(spec, text)
    except InvalidInput:
        return None
    return None if value is None else Decimal(value)


def _round_number(spec: FieldSpec, number: Decimal) -> Decimal:
    """Round to what somebody would type: a whole number, or two significant digits."""
    if spec.kind is FieldKind.INTEGER:
        return number.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)
    return number.quantize(Decimal(1).scaleb(number.adjusted() - 1), rounding=ROUND_HALF_EVEN)


def _as_clause(text: str) -> str:
    """Turn a sentence into a clause: `Candles it looks back.` becomes `candles it looks back`."""
    is_word = text[1:2].islower()
    return f"{text[:1].lower() if is_word else text[:1]}{text[1:]}".removesuffix(".")
