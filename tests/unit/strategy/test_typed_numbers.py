"""Numbers as people type them: read only as they can be meant, and offered back as the number that was typed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands.text.refusal import fix_words
from bot.domain.errors import InvalidInput, WordFix
from bot.engine.bots.setting_fields import GENERAL_FIELDS
from bot.strategy.field_spec import FieldKind, FieldSpec
from bot.strategy.field_value import parse_value
from bot.strategy.fields import field_specs
from strategies.ema_cross import EmaCross
from strategies.grid import Grid
from tests.builders.refusals import refusal_text

CAPITAL, STOP, TARGET = (GENERAL_FIELDS[name] for name in ("capital", "stop_loss", "take_profit"))
GRID = {spec.name: spec for spec in field_specs(Grid.Parameters)}
LOWER, LEVELS = GRID["lower"], GRID["levels"]
FAST = {spec.name: spec for spec in field_specs(EmaCross.Parameters)}["fast"]
COUNT = FieldSpec(name="count", title="", help="", kind=FieldKind.INTEGER, minimum=Decimal(1))


def offers(spec: FieldSpec, text: str) -> list[str]:
    """Return what the buttons of a refusal would send; nothing if there is only an example."""
    with pytest.raises(InvalidInput) as found:
        parse_value(spec, text)
    fix = found.value.fix
    assert isinstance(fix, WordFix)
    if fix.alternatives:
        return list(fix.alternatives)
    return [value for _, value in fix_words(fix)] if fix.is_certain else []


@pytest.mark.parametrize(
    ("spec", "text", "wanted"),
    [
        # By hand: the number that the person meant, in our form; two where both can be meant.
        (CAPITAL, "$500", ["500"]),
        (CAPITAL, "500$", ["500"]),
        (CAPITAL, "500USDT", ["500"]),
        (CAPITAL, "500 usdt", ["500"]),
        (CAPITAL, "USDT 500", ["500"]),
        (CAPITAL, "€1.5k", ["1500"]),
        (CAPITAL, "2k", ["2000"]),
        (CAPITAL, "2 K", ["2000"]),
        (CAPITAL, "1.5m", ["1500000"]),
        (CAPITAL, "2.500,00", ["2500"]),
        (CAPITAL, "2,500.50", ["2500.5"]),
        (CAPITAL, "1 000", ["1000"]),
        (CAPITAL, "1'000", ["1000"]),
        (CAPITAL, "1_000", ["1000"]),
        (CAPITAL, "1 234 567,5", ["1234567.5"]),
        (CAPITAL, "1.234.567", ["1234567"]),
        (CAPITAL, "1,234,567", ["1234567"]),
        (CAPITAL, "2,5", ["2.5"]),
        (CAPITAL, "-500", ["500"]),
        (CAPITAL, "+500", ["500"]),
        (CAPITAL, "−500", ["500"]),
        (CAPITAL, "1e3", ["1000"]),
        (CAPITAL, "1,500", ["1500", "1.5"]),
        (CAPITAL, "10,000", ["10000", "10"]),
        (CAPITAL, "10.000", ["10000", "10"]),
        (CAPITAL, "1.234", ["1234", "1.2340"]),
        (CAPITAL, "$10,000", ["10000", "10"]),
        (CAPITAL, "50%", []),
        (CAPITAL, "lots", []),
        (CAPITAL, "nan", []),
        (CAPITAL, "\N{FULLWIDTH DIGIT ONE}00", []),
        (STOP, "-0.05", ["5%"]),
        (STOP, "-3%", ["3%"]),
        (STOP, "-3", ["3%"]),
        (STOP, "3", ["3%"]),
        (STOP, "2", ["2%"]),
        (STOP, "1", ["1%"]),
        (STOP, "2,5%", ["2.5%"]),
        (STOP, "0,05", ["5%"]),
        (STOP, "3 percent", ["3%"]),
        (STOP, "150", []),
        (STOP, "0", []),
        (TARGET, "3", ["3%", "300%"]),
        (TARGET, "-3%", ["3%"]),
        (LOWER, "10.000", ["10000", "10"]),
        (LOWER, "57,500", ["57500", "57.5"]),
        (LOWER, "$57500", ["57500"]),
        (LEVELS, "10.000", ["10"]),
        (COUNT, "10.000", ["10000", "10"]),
        (COUNT, "1.500", ["1500"]),
        (COUNT, "1,500", ["1500"]),
        (FAST, "12.5", []),
        (FAST, "-12", ["12"]),
        (FAST, "12%", []),
    ],
    ids=lambda value: value.name if isinstance(value, FieldSpec) else str(value),
)
def test_a_refused_number_is_offered_back_in_our_form(spec: FieldSpec, text: str, wanted: list[str]) -> None:
    assert offers(spec, text) == wanted


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        (CAPITAL, "1000", "1000"),
        (CAPITAL, "0.005", "0.005"),
        (CAPITAL, "1000.123", "1000.123"),
        (CAPITAL, "1.5", "1.5"),
        (STOP, "0.05", "0.05"),
        (STOP, "3%", "0.03"),
        (STOP, "3 %", "0.03"),
        (STOP, "1.500%", "0.015"),
        (LOWER, "142.125", "142.125"),
        (LOWER, "0.120", "0.12"),
        (LEVELS, "12", "12"),
    ],
    ids=lambda value: value.name if isinstance(value, FieldSpec) else str(value),
)
def test_what_can_mean_only_one_number_is_read(spec: FieldSpec, text: str, value: str) -> None:
    assert parse_value(spec, text) == Decimal(value)


def test_a_refusal_does_not_contradict_itself() -> None:
    with pytest.raises(InvalidInput) as found:
        parse_value(STOP, "-3%")
    assert refusal_text(found.value) == (
        "Invalid: stop_loss -3% has a sign. "
        "Expected a percentage such as 5%, above 0% and below 100%, or none, for example stop_loss=3%"
    )


SPECS = st.sampled_from([CAPITAL, STOP, TARGET, LOWER, LEVELS, replace(COUNT, maximum=Decimal(9_999_999))])
NUMBERS = st.decimals(min_value=0, max_value=9_999_999, places=8, allow_nan=False) | st.decimals(
    min_value=0, max_value=9999, places=3
)


TYPED = st.text(alphabet="0123456789.,'_ -+$€%kmKUSDT", max_size=14)


@given(SPECS, NUMBERS)
def test_what_we_write_is_read_as_the_same_number(spec: FieldSpec, number: Decimal) -> None:
    assert_written_and_read(spec, number)


@pytest.mark.fuzz
@settings(max_examples=5000)
@given(SPECS, NUMBERS)
def test_what_we_write_is_read_as_the_same_number_in_a_long_search(spec: FieldSpec, number: Decimal) -> None:
    assert_written_and_read(spec, number)


@given(SPECS, TYPED)
def test_whatever_a_button_offers_is_accepted_and_has_the_typed_digits(spec: FieldSpec, text: str) -> None:
    assert_offers_are_accepted(spec, text)


@pytest.mark.fuzz
@settings(max_examples=5000)
@given(SPECS, TYPED)
def test_whatever_a_button_offers_is_accepted_in_a_long_search(spec: FieldSpec, text: str) -> None:
    assert_offers_are_accepted(spec, text)


def assert_written_and_read(spec: FieldSpec, number: Decimal) -> None:
    value = number.to_integral_value() if spec.kind is FieldKind.INTEGER else number
    if spec.is_within_bounds(value):
        assert parse_value(spec, spec.format_value(value)) == value


def assert_offers_are_accepted(spec: FieldSpec, text: str) -> None:
    try:
        parse_value(spec, text)
    except InvalidInput as error:
        fix = error.fix
        assert isinstance(fix, WordFix)
        offered = fix.alternatives or ([value for _, value in fix_words(fix)] if fix.is_certain else ())
        for value in offered:
            parse_value(spec, value)
            # Only the digits that were typed, and zeros of a factor, a percentage or the end.
            assert _significant(value) == _significant("".join(one for one in text if one.isdigit()))


def _significant(text: str) -> str:
    return "".join(one for one in text if one.isdigit()).strip("0")
