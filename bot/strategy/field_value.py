"""From the text a person typed to an exact value, or to a sentence that says what was expected."""

import difflib
import re
from decimal import Decimal

from bot.domain.errors import InvalidInput
from bot.domain.instance import ParameterValue
from bot.strategy.field_spec import OFF_WORDS, FieldKind, FieldSpec, plain_number

MAX_DIGITS = 30
MAX_SHOWN = 40

# ASCII digits only: other scripts' digits look like these and read differently.
_WHOLE = re.compile(r"[0-9]+")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?|\.[0-9]+")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?|\.[0-9]+) ?%")
_COMMA = re.compile(r"[0-9]+(,[0-9]+)+(\.[0-9]+)?( ?%)?")
_THOUSANDS = re.compile(r"[0-9]{1,3},[0-9]{3}")
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


def parse_value(spec: FieldSpec, text: str) -> ParameterValue | None:
    """Read one value; None is an optional value switched off. Raise InvalidInput naming what was expected."""
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
                raise invalid_value_error(spec, word, "is neither on nor off")
            return _SWITCH[word.lower()]
        case FieldKind.TEXT:
            if not word or not word.isprintable():
                raise invalid_value_error(spec, word, "is not a line of text")
            return word


def invalid_value_error(spec: FieldSpec, text: str, wrong: str, *, example: str = "") -> InvalidInput:
    """Make the refusal of a text for a field: what is wrong, what was expected, an example that works."""
    sample = example or spec.example
    return InvalidInput(
        f"{spec.name} {clip_text(text)} {wrong}. Expected {spec.expectation}, for example {spec.name}={sample}"
    )


def clip_text(text: str) -> str:
    """Make a person's text fit to be shown back: printable and short."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    return clean if len(clean) <= MAX_SHOWN else f"{clean[: MAX_SHOWN - 1]}…"


def nearest_name(word: str, names: tuple[str, ...]) -> str | None:
    """Return the name that was probably meant: the only one that begins so, else the most alike."""
    wanted = word.lower()[:MAX_SHOWN]
    begun = [name for name in names if len(wanted) > 1 and name.startswith(wanted)]
    if len(begun) == 1:
        return begun[0]
    found = difflib.get_close_matches(wanted, names, n=1)
    return found[0] if found else None


def _choice(spec: FieldSpec, word: str) -> str:
    for choice in spec.choices:
        if choice.lower() == word.lower():
            return choice
    meant = nearest_name(word, spec.choices)
    error = invalid_value_error(spec, word, "is not known", example=meant or "")
    if meant:
        error.fix, error.fix_label = f"{spec.name}={meant}", f"Use {meant}"
    raise error


def _number(spec: FieldSpec, word: str) -> int | Decimal:
    number = _exact(spec, word)
    if not spec.is_within_bounds(number):
        raise invalid_value_error(spec, word, f"is not {spec.bounds_text}")
    return int(number) if spec.kind is FieldKind.INTEGER else number


def _exact(spec: FieldSpec, word: str) -> Decimal:
    if len(word) > MAX_DIGITS:
        raise invalid_value_error(spec, word, f"has more than {MAX_DIGITS} characters")
    percent = _PERCENT.fullmatch(word)
    if percent and spec.is_fraction:
        return Decimal(percent[1]).scaleb(-2)
    if _COMMA.fullmatch(word):
        raise _comma_error(spec, word)
    pattern = _WHOLE if spec.kind is FieldKind.INTEGER else _NUMBER
    if not pattern.fullmatch(word):
        raise invalid_value_error(spec, word, _number_problem(spec, word))
    return Decimal(word)


def _number_problem(spec: FieldSpec, word: str) -> str:
    if word.endswith("%"):
        return "is a percentage"
    if word[:1] in ("-", "+", "−"):
        return "has a sign"
    if spec.kind is FieldKind.INTEGER and _NUMBER.fullmatch(word):
        return "is not whole"
    return "is not a number"


def _comma_error(spec: FieldSpec, word: str) -> InvalidInput:
    """Refuse a number with commas: one may part thousands or stand for a point, and nobody guesses which."""
    digits, sign = word.rstrip("% "), "%" if word.endswith("%") else ""
    grouped, pointed = digits.replace(",", ""), digits.replace(",", ".")
    readings: tuple[str, ...] = (grouped,)
    if digits.count(",") > 1 or "." in digits:
        wrong = "has commas"
    elif _THOUSANDS.fullmatch(digits):
        wrong = f"could mean two things, {grouped}{sign} or {plain_number(Decimal(pointed))}{sign}"
        readings = (grouped, plain_number(Decimal(pointed)))
    else:
        wrong, readings = "has a comma", (plain_number(Decimal(pointed)),)
    fitting = tuple(f"{reading}{sign}" for reading in readings if _is_accepted(spec, f"{reading}{sign}"))
    error = invalid_value_error(spec, word, wrong, example=fitting[0] if fitting else "")
    error.interpretations = fitting if len(fitting) > 1 else ()
    return error


def _is_accepted(spec: FieldSpec, text: str) -> bool:
    try:
        parse_value(spec, text)
    except InvalidInput:
        return False
    return True
