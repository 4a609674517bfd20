"""What a reply shows: rows of its tables and pairs, as numbers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Number:
    """A number as it is printed, with the half of its last digit."""

    value: Decimal
    tolerance: Decimal

    def is_near(self, value: Decimal | float, factor: int = 1) -> bool:
        """Tell whether a value would be printed so, up to a last digit that rounding parts to a sum may move."""
        return abs(self.value - Decimal(value)) <= self.tolerance * (1 + factor) + Decimal("1e-9")


def numbers_of(text: str) -> list[Number]:
    """Return the numbers in a text; percentages as they are printed."""
    return [_number(found) for found in NUMBER.findall(text)]


def _number(text: str) -> Number:
    value = Decimal(text.replace(",", ""))
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    return Number(value, Decimal(5).scaleb(exponent - 1))


def line_of(text: str, title: str) -> str | None:
    """Return what follows a title at the beginning of a line; `title` with a blank asks for two of them."""
    for line in text.split("\n"):
        if line.strip().startswith(f"{title} "):
            return line.strip()[len(title) :].strip()
    return None


def rows_of(text: str, headings: str) -> Iterator[dict[str, str]]:
    """Yield the rows of the table whose heading line begins so, by heading; columns are two spaces apart."""
    lines = text.split("\n")
    for index, line in enumerate(lines):
        if not line.startswith(headings):
            continue
        columns = [(found.start(), found.end(), found.group()) for found in re.finditer(r"\S+(?: \S+)*", line)]
        for row in lines[index + 1 :]:
            cells = [(found.start(), found.end(), found.group()) for found in re.finditer(r"\S+(?: \S+)*", row)]
            if len(cells) != len(columns):
                break
            yield {
                name: next((text for start, end, text in cells if start < last and first < end), "")
                for first, last, name in columns
            }
        return
