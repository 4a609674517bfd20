"""Numbers as people type them, such as `$500`, `2k`, `2.500,00` and `-3 %`: what they can mean, and what is odd."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

# ASCII digits only: some digits of other scripts look alike and mean another number.
_PLAIN = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
_ONE_GROUP = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_SIGN = re.compile(r"([-+−–])\s*(?=[^\s])(.*)", re.DOTALL)
_PERCENT = re.compile(r"(.*?)\s*(%|percent|pct)", re.DOTALL | re.IGNORECASE)
_UNIT = re.compile(
    r"(?:[$€£¥₿]|[A-Za-z]{3,5})\s*(?P<after>[0-9.].*)|(?P<before>.*[0-9][kKmM]?)\s*(?:[$€£¥₿]|[A-Za-z]{3,7})"
)
_SHORT = re.compile(r"(.*[0-9])\s?([kKmM])")
_EXPONENT = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]{1,2}")
_GAPS = re.compile(r"[0-9]{1,3}([ '’_\u00a0\u202f][0-9]{3})+([.,][0-9]+)?")
_SHORT_FACTORS = {"k": Decimal(1000), "m": Decimal(1_000_000)}
Readings = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class TypedNumber:
    """What a text can mean as a number: nothing, one value, or two if it may have a separator of thousands or decimals.

    `oddity` says how it differs from the way we write numbers, empty if it does not; of two readings the one with
    thousands stands first. `is_percent` if it has a percent sign, by which the readings are not divided yet.
    """

    readings: Readings
    oddity: str = ""
    is_percent: bool = False


def read_typed_number(text: str) -> TypedNumber:
    """Return what a text can mean as a number."""
    word, oddity, is_percent, factor = text.strip(), "", False, Decimal(1)
    if match := _SIGN.fullmatch(word):
        word, oddity = match[2], "sign"
    if match := _PERCENT.fullmatch(word):
        word, is_percent = match[1], True
        oddity = oddity or ("" if match[2] == "%" else "unit")
    if match := _UNIT.fullmatch(word):
        word, oddity = match["after"] or match["before"], oddity or "unit"
    if match := _SHORT.fullmatch(word):
        word, oddity, factor = match[1], oddity or "short", _SHORT_FACTORS[match[2].lower()]
    readings, separators = _read_digits(word)
    return TypedNumber(tuple(reading * factor for reading in readings), oddity or separators, is_percent)


def _read_digits(word: str) -> tuple[Readings, str]:
    """Return the readings of digits with separators, and which separators are odd."""
    if _ONE_GROUP.fullmatch(word):
        digits = re.sub("[.,]", "", word)
        return (Decimal(digits), Decimal(word.replace(",", "."))), "point" if "." in word else "comma"
    if _PLAIN.fullmatch(word):
        return (Decimal(word),), ""
    for pattern, oddity, plain in _SEPARATED:
        if pattern.fullmatch(word):
            return (Decimal(plain(word)),), oddity
    return (), "no-number"


def _without_gaps(word: str) -> str:
    return re.sub(r"[^0-9.,]", "", word).replace(",", ".")


_SEPARATED: tuple[tuple[re.Pattern[str], str, Callable[[str], str]], ...] = (
    (re.compile(r"[0-9]*,[0-9]+"), "comma", lambda word: word.replace(",", ".")),
    (re.compile(r"[0-9]{1,3}(\.[0-9]{3})+,[0-9]+"), "thousands", lambda word: word.replace(".", "").replace(",", ".")),
    (re.compile(r"[0-9]{1,3}(\.[0-9]{3}){2,}"), "thousands", lambda word: word.replace(".", "")),
    (re.compile(r"[0-9]+(,[0-9]+)+(\.[0-9]+)?"), "thousands", lambda word: word.replace(",", "")),
    (_GAPS, "thousands", _without_gaps),
    (_EXPONENT, "short", str),
)
"""Separators of numbers that can mean only one thing, and how those are written with a point alone."""
