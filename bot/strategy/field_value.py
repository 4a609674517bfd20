"""Parsing of typed values: to an exact value, or to an error that says what was expected."""

import difflib
from collections.abc import Iterable
from decimal import Decimal

from bot.domain.errors import InvalidInput, WordFix
from bot.domain.instance import ParameterValue
from bot.strategy.field_spec import OFF_WORDS, FieldKind, FieldSpec
from bot.strategy.typed_number import Readings, TypedNumber, read_typed_number

MAX_DIGITS = 30
MAX_SHOWN = 40
HUNDRED = Decimal(100)
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


def value_refused(spec: FieldSpec, text: str, problem: str, *, meant: str = "", limit: str = "") -> InvalidInput:
    """Return the error of a text for a field: what is wrong, what is expected, what was `meant` or an example."""
    return InvalidInput(
        "value-refused",
        WordFix(((spec.name, meant or spec.example),), is_certain=bool(meant)),
        name=spec.name,
        typed=clip_text(text),
        problem=problem,
        limit=limit,
        expected=spec.expectation,
        is_amount=spec.is_amount,
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
    raise value_refused(spec, word, "unknown", meant=nearest_name(word, spec.choices) or "")


def _number(spec: FieldSpec, word: str) -> int | Decimal:
    if len(word) > MAX_DIGITS:
        raise value_refused(spec, word, "long", limit=str(MAX_DIGITS))
    oddity, meanings = _meanings(spec, read_typed_number(word))
    fitting = tuple(dict.fromkeys(number for number in meanings if spec.is_within_bounds(number)))
    if oddity == "point" and fitting[-1:] == meanings[-1:] and not _is_point_doubtful(spec, word, fitting):
        oddity, fitting = "", fitting[-1:]
    if not oddity and fitting:
        return int(fitting[0]) if spec.kind is FieldKind.INTEGER else fitting[0]
    if len(fitting) > 1:
        raise _ambiguous(spec, word, fitting)
    if fitting:
        raise value_refused(spec, word, oddity, meant=spec.format_value(fitting[0]))
    is_outside = bool(meanings) and oddity in ("", "point", "bare")
    raise value_refused(spec, word, "outside" if is_outside else oddity, limit=spec.bounds_text)


def _meanings(spec: FieldSpec, typed: TypedNumber) -> tuple[str, Readings]:
    """Return what is odd about a number for a field, and the values that it can mean there."""
    if typed.is_percent and not spec.is_fraction:
        return "percentage", ()
    if typed.is_percent:
        return typed.oddity, tuple(number / HUNDRED for number in typed.readings)
    if spec.is_fraction and any(number >= 1 for number in typed.readings):
        # 3 is meant as 3 % by most, and is 300 % to the letter.
        return typed.oddity or "bare", (*(number / HUNDRED for number in typed.readings), *typed.readings)
    if spec.kind is FieldKind.INTEGER and typed.readings:
        whole = tuple(number for number in typed.readings if number == number.to_integral_value())
        return (typed.oddity, whole) if whole else ("fraction", ())
    return typed.oddity, typed.readings


def _is_point_doubtful(spec: FieldSpec, word: str, fitting: Readings) -> bool:
    """Return whether a point before three digits may separate thousands.

    Prices often have three digits after the point, but nothing of ours writes a last 0 there.
    """
    if spec.kind is FieldKind.INTEGER:
        return True
    return len(fitting) > 1 and (spec.is_amount or word.rstrip("% ").endswith("0"))


def _ambiguous(spec: FieldSpec, word: str, fitting: Readings) -> InvalidInput:
    texts = tuple(spec.format_value(number) for number in fitting)
    return InvalidInput(
        "value-ambiguous",
        WordFix(((spec.name, texts[0]),), alternatives=texts),
        name=spec.name,
        typed=clip_text(word),
        readings=" or ".join(texts),
        expected=spec.expectation,
        is_amount=spec.is_amount,
    )


def is_accepted(spec: FieldSpec, text: str) -> bool:
    """Tell whether a text can be read as a value of a field."""
    try:
        parse_value(spec, text)
    except InvalidInput:
        return False
    return True
