"""Field specifications: kind, bounds, default and texts of a value that people may set."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.instance import ParameterValue

THREE_PLACES = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
OFF_WORDS = frozenset({"none", "off"})
"""Texts that switch off an optional value."""


class FieldKind(StrEnum):
    """Kind of value."""

    INTEGER = "integer"
    DECIMAL = "decimal"
    CHOICE = "choice"
    SWITCH = "switch"
    TEXT = "text"


class FieldMark(StrEnum):
    """Marks what a number is, in its field's annotation: `5%` for 0.05, a price, or an amount of money."""

    FRACTION = "fraction"
    PRICE = "price"
    AMOUNT = "amount"


@dataclass(frozen=True, slots=True)
class UnsetMeaning:
    """Says, in a field's annotation, what its value None means."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """A field of a form, or a `name=value` word.

    `is_optional` fields may be switched off (`none`, `off`), which is their value None; `is_fraction` ones are written
    as percent; `is_amount` ones are hidden from groups that see no amounts. `sample` is an example where there is
    no default.
    """

    name: str
    title: str
    help: str
    kind: FieldKind
    default: ParameterValue | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    is_minimum_exclusive: bool = False
    is_maximum_exclusive: bool = False
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_optional: bool = False
    is_fraction: bool = False
    is_price: bool = False
    is_amount: bool = False
    sample: str = ""
    unset_text: str = "none"

    @property
    def is_number(self) -> bool:
        return self.kind in (FieldKind.INTEGER, FieldKind.DECIMAL)

    @property
    def bounds_text(self) -> str:
        """Return the bounds in words, for example "2 to 500" or "above 0 and below 1", empty without any."""
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and not (self.is_minimum_exclusive or self.is_maximum_exclusive):
            return f"{self.format_value(low)} to {self.format_value(high)}"
        parts: list[str] = []
        if low is not None:
            parts.append(f"{'above' if self.is_minimum_exclusive else 'at least'} {self.format_value(low)}")
        if high is not None:
            parts.append(f"{'below' if self.is_maximum_exclusive else 'at most'} {self.format_value(high)}")
        return " and ".join(parts)

    @property
    def expectation(self) -> str:
        """Describe what to send, for example "a whole number, 2 to 500"."""
        text = self._kind_text
        if self.is_number and self.bounds_text:
            text = f"{text}, {self.bounds_text}"
        return f"{text}, or none" if self.is_optional else text

    @property
    def _kind_text(self) -> str:
        match self.kind:
            case FieldKind.INTEGER:
                return "a whole number"
            case FieldKind.DECIMAL:
                return self._decimal_text
            case FieldKind.CHOICE:
                return " or ".join(self.choices)
            case FieldKind.SWITCH:
                return "on or off"
            case FieldKind.TEXT:
                return "text"

    @property
    def hint(self) -> str:
        """Describe in short what to send, for a place that shows the field's title: "such as 3%, or none"."""
        if not self.is_fraction and not self.is_price and not self.is_amount:
            return self.expectation
        text = f"such as {self.example}"
        return f"{text}, or none" if self.is_optional else text

    @property
    def _decimal_text(self) -> str:
        if self.is_fraction:
            return f"a percentage such as {self.example}"
        return "a price" if self.is_price else "an amount" if self.is_amount else "a number"

    @property
    def example(self) -> str:
        """Return a text that is accepted."""
        if self.is_number:
            return self.format_value(self._number_inside())
        if self.default is not None:
            return self.format_value(self.default)
        return self.sample or (self.choices[0] if self.choices else "on")

    def is_within_bounds(self, number: Decimal | int) -> bool:
        low, high = self.minimum, self.maximum
        if low is not None and (number < low or (self.is_minimum_exclusive and number == low)):
            return False
        return high is None or not (number > high or (self.is_maximum_exclusive and number == high))

    def format_value(self, value: ParameterValue | None) -> str:
        """Format a value as it can be typed."""
        if value is None:
            return "none"
        if isinstance(value, bool):
            return "on" if value else "off"
        if isinstance(value, str):
            return value
        if self.is_fraction:
            return f"{plain_number(Decimal(value).scaleb(2))}%"
        return amount_to_type(value) if self.is_amount else plain_number(value)

    def _number_inside(self) -> Decimal:
        for known in (self.default, self.sample or None):
            if known is not None and self.is_within_bounds(Decimal(known)):
                return Decimal(known)
        low, high = self.minimum, self.maximum
        if self.kind is FieldKind.INTEGER:
            if low is not None:
                return low + self.is_minimum_exclusive
            return Decimal(1) if high is None else high - self.is_maximum_exclusive
        if low is not None and high is not None:
            return (low + high) / 2
        if low is not None:
            return low * Decimal("1.2") if low > 0 else Decimal(1)
        return Decimal(1) if high is None else high * Decimal("0.8")


def amount_to_type(amount: Decimal | int) -> str:
    """Format an amount as it can be typed: with three digits after the point it could be one with thousands."""
    text = plain_number(amount)
    return f"{text}0" if THREE_PLACES.fullmatch(text) else text


def plain_number(number: Decimal | int) -> str:
    """Format a number without exponent and trailing zeros."""
    text = format(Decimal(number), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
