"""Form sheets: all fields of an open form at once, for platforms with real forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.strategy.field_spec import FieldKind, FieldSpec

_WORD = re.compile(r"\s*([A-Za-z_]+)=(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']\S*))(?=\s|$)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """A field: `value` is its answer so far, `hint` the expectation, `choices` all values if they are listed.

    The answer of one that `is_amount` is not shown where amounts are hidden.
    """

    name: str
    label: str
    hint: str = ""
    value: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_amount: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSheet:
    """The fields of an open form that may be answered in any order; `command_line` sends the answers.

    `select_fields` are chosen on the page itself, each choice sent at once; `label` names the other fields.
    """

    form_id: str
    title: str
    fields: tuple[FormField, ...]
    select_fields: tuple[FormField, ...] = ()
    label: str = ""

    def command_line(self, values: Mapping[str, str]) -> str:
        """Return the command line with these answers; a blank one removes an answer."""
        return f"/form {self.form_id} {key_value_line(values)}"


def key_value_line(values: Mapping[str, str]) -> str:
    """Return values as `name="value"` words."""
    return " ".join(f"{name}={quote_value(value)}" for name, value in values.items())


def quote_value(value: str) -> str:
    """Put quotes around a value; if it has both kinds, one kind is removed."""
    if '"' not in value:
        return f'"{value}"'
    plain = value.replace("'", "")
    return f"'{plain}'"


def parse_key_values(text: str) -> tuple[tuple[str, str], ...]:
    """Parse `name=value` words; empty if the text holds anything else; a single value may have blanks."""
    found: list[tuple[str, str]] = []
    position = 0
    while match := _WORD.match(text, position):
        value = next(group for group in match.groups()[1:] if group is not None)
        found.append((match[1].casefold(), value))
        position = match.end()
    if found and not text[position:].strip():
        return tuple(found)
    name, has_value, value = text.partition("=")
    plain = name.strip()
    return ((plain.casefold(), value.strip()),) if has_value and plain.isidentifier() else ()


def setting_form_field(spec: FieldSpec, value: str) -> FormField:
    choices = {FieldKind.CHOICE: spec.choices, FieldKind.SWITCH: ("on", "off")}.get(spec.kind, ())
    offered = (*choices, "none") if choices and spec.is_optional else choices
    return FormField(
        name=spec.name,
        label=spec.title,
        hint=spec.hint,
        value=value,
        choices=offered,
        is_required=spec.is_required,
        is_amount=spec.is_amount,
    )
