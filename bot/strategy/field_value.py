"""Parsing of typed values: to an exact value, or to an error that says what was expected."""

import difflib
import re
from collections.abc import Iterable
from decimal import Decimal

from bot.domain.errors import InvalidInput, WordFix
from bot.domain.instance import ParameterValue
from bot.strategy.field_spec import OFF_WORDS, FieldKind, FieldSpec, plain_number

MAX_DIGITS = 30
MAX_SHOWN = 40

# ASCII digits only: some digits of other scripts look alike and mean another number.
_WHOLE = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?%")
_COMMA = re.compile(r"[0-9]+(,[0-9]+)+(\.[0-9]+)?( ?%)?")
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}")
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def parse_value(spec: FieldSpec, text: str) -> ParameterValue | None:
    """Parse a value; None is an optional value switched off; raise InvalidInput saying what was expected."""
    word = text.strip()
    if spec.is_optional and word.lower() in OFF_WORDS:
        return None
    match spec.kind:
        case FieldKind.INTEGER | FieldKind.DECIMAL:
            return _number(spec, word)
        case FieldKind.CHOICE:
            return _choice(spec, word)
        case FieldKind.SWITCH:
            if word.lower() not in _SWITCH:
                raise value_refused(spec, word, "no-switch")
            return _SWITCH[word.lower()]
        case FieldKind.TEXT:
            if not word or not word.isprintable():
                raise value_refused(spec, word, "no-text")
            return word


def value_refused(spec: FieldSpec, text: str, problem: str, *, example: str = "", limit: str = "") -> InvalidInput:
    """Return the error of a text for a field: what is wrong, what was expected, an example that works."""
    return InvalidInput(
        "value-refused",
        WordFix(((spec.name, example or spec.example),)),
        name=spec.name,
        typed=clip_text(text),
        problem=problem,
        limit=limit,
        expected=spec.expectation,
    )


def clip_text(text: str) -> str:
    """Return a user's text to be quoted: printable and short."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= MAX_SHOWN else f"{clean[: MAX_SHOWN - 1]}…"


def nearest_name(word: str, names: Iterable[str], cutoff: float = 0.6) -> str | None:
    """Return the name that was probably meant: the only one with this prefix, else the most similar, else the first."""
    wanted, known = word.casefold()[:MAX_SHOWN], list(names)
    begun = [name for name in known if len(wanted) > 1 and name.startswith(wanted)]
    alike = begun if len(begun) == 1 else difflib.get_close_matches(wanted, known, n=1, cutoff=cutoff)
    return next(iter(alike or begun), None)


def _choice(spec: FieldSpec, word: str) -> str:
    for choice in spec.choices:
        if choice.lower() == word.lower():
            return choice
    meant = nearest_name(word, spec.choices)
    raise value_refused(spec, word, "unknown", example=meant or "")


def _number(spec: FieldSpec, word: str) -> int | Decimal:
    number = _exact(spec, word)
    if not spec.is_within_bounds(number):
        raise value_refused(spec, word, "outside", limit=spec.bounds_text)
    return int(number) if spec.kind is FieldKind.INTEGER else number


def _exact(spec: FieldSpec, word: str) -> Decimal:
    if len(word) > MAX_DIGITS:
        raise value_refused(spec, word, "long", limit=str(MAX_DIGITS))
    percent = _PERCENT.fullmatch(word)
    if percent and spec.is_fraction:
        return Decimal(percent[1]).scaleb(-2)
    if _COMMA.fullmatch(word):
        raise _comma_error(spec, word)
    pattern = _WHOLE if spec.kind is FieldKind.INTEGER else _NUMBER
    if not pattern.fullmatch(word):
        raise value_refused(spec, word, _number_problem(spec, word))
    return Decimal(word)


def _number_problem(spec: FieldSpec, word: str) -> str:
    if word.endswith("%"):
        return "percentage"
    if word[:1] in ("-", "+", "−"):
        return "sign"
    if spec.kind is FieldKind.INTEGER and _NUMBER.fullmatch(word):
        return "fraction"
    return "no-number"


def _comma_error(spec: FieldSpec, word: str) -> InvalidInput:
    """Return the error of a number with commas, which may separate thousands or decimals."""
    digits, sign = word.rstrip("% "), "%" if word.endswith("%") else ""
    grouped, pointed = digits.replace(",", ""), digits.replace(",", ".")
    if digits.count(",") > 1 or "." in digits:
        example = f"{grouped}{sign}"
        return value_refused(spec, word, "commas", example=example if is_accepted(spec, example) else "")
    pointed = f"{plain_number(Decimal(pointed))}{sign}"
    if not _THOUSANDS.fullmatch(digits):
        return value_refused(spec, word, "comma", example=pointed if is_accepted(spec, pointed) else "")
    grouped = f"{grouped}{sign}"
    fitting = tuple(reading for reading in (grouped, pointed) if is_accepted(spec, reading))
    return InvalidInput(
        "value-ambiguous",
        WordFix(((spec.name, (*fitting, spec.example)[0]),), alternatives=fitting if len(fitting) > 1 else ()),
        name=spec.name,
        typed=clip_text(word),
        grouped=grouped,
        pointed=pointed,
        expected=spec.expectation,
    )


def is_accepted(spec: FieldSpec, text: str) -> bool:
    """Tell whether a text can be read as a value of a field."""
    try:
        parse_value(spec, text)
    except InvalidInput:
        return False
    return True
