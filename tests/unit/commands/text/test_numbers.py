from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.text import numbers
from bot.domain.money import round_money
from tests.builders.replies import shown

D = Decimal
amounts = st.decimals(min_value="-999999999", max_value="999999999", allow_nan=False, allow_infinity=False, places=8)
of_two_places = st.one_of(
    st.just(D(0)),
    st.decimals(min_value="0.01", max_value="999999999", places=8),
    st.decimals(min_value="-999999999", max_value="-0.01", places=8),
)
"""Amounts for which two places are enough."""


@pytest.mark.parametrize(
    ("value", "tick", "sentence", "table"),
    [
        ("60726.17", "0.01", "60,726.17", "60726.17"),
        ("0.00001712", "0.00000001", "0.00001712", "0.00001712"),
        ("123456.789012", "0.000001", "123,456.789012", "123456.789012"),
        ("64000", "0.1", "64,000.0", "64000.0"),
        ("0.000001", "0.01", "0.0000010", "0.0000010"),
        ("0", "0.01", "0.00", "0.00"),
    ],
)
def test_prices_are_written_to_the_tick(value: str, tick: str, sentence: str, table: str) -> None:
    assert numbers.price(D(value), D(tick)) == sentence
    assert numbers.table_price(D(value), D(tick)) == table


@pytest.mark.parametrize(
    ("value", "step", "text"),
    [
        ("0.01636", "0.00001", "0.01636 BTC"),
        ("0.008", "0.00001", "0.00800 BTC"),
        ("0.016369", "0.00001", "0.01636 BTC"),
        ("0.000004", "0.00001", "0.0000040 BTC"),
        ("1000", "1", "1000 BTC"),
        ("0", "0.001", "0.000 BTC"),
    ],
)
def test_quantities_are_written_to_the_step(value: str, step: str, text: str) -> None:
    assert shown(numbers.quantity(D(value), D(step), "BTC")) == text


@pytest.mark.parametrize(
    ("value", "currency", "text"),
    [
        ("993.481", "USDT", "993.48 USDT"),
        ("0.0042", "USDT", "0.0042 USDT"),
        ("-0.00421", "USDT", "-0.0042 USDT"),
        ("1234567.5", "USDT", "1,234,567.50 USDT"),
        ("0", "USDT", "0.00 USDT"),
        ("0.00412", "BTC", "0.00412 BTC"),
        ("1.5", "BTC", "1.50 BTC"),
        ("0.000000001234", "BTC", "0.0000000012 BTC"),
    ],
)
def test_money_keeps_its_currency_and_never_hides_what_is_not_zero(value: str, currency: str, text: str) -> None:
    assert shown(numbers.money(D(value), currency)) == text


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [
        ("51.32", "992.5", "+51.32 USDT (+5.17%)"),
        ("-12.8", "800", "-12.80 USDT (-1.60%)"),
        ("0", "1000", "0.00 USDT (0.00%)"),
        ("-0.00", "1000", "0.00 USDT (0.00%)"),
        ("0.0042", "1000", "+0.0042 USDT (+0.00042%)"),
        ("1204.33", "100", "+1,204.33 USDT (+1204%)"),
        ("5", "0", "+5.00 USDT (n/a)"),
    ],
)
def test_profit_has_sign_amount_currency_and_percent(value: str, base: str, text: str) -> None:
    assert shown(numbers.profit(D(value), "USDT", D(base))) == text


def test_rates_of_few_show_their_counts() -> None:
    assert numbers.count_share(2, 7) == "2 of 7 (29%)"
    assert numbers.count_share(50, 100) == "50%"
    assert numbers.count_share(0, 0) == "n/a"


@given(value=amounts)
def test_a_written_amount_has_the_sign_of_what_it_shows(value: Decimal) -> None:
    text = shown(numbers.signed_amount(value, "USDT"))
    assert Decimal(text) == 0 or (Decimal(text) > 0) == (value > 0)
    assert (Decimal(text) == 0) == (value == 0)
    assert text[0] in "+-" or Decimal(text) == 0


@given(st.lists(amounts, max_size=12))
def test_the_lines_of_a_statement_add_up_to_their_sum(parts: list[Decimal]) -> None:
    printed, total = numbers.round_parts_to_total(parts, "USDT")
    assert sum(printed, D(0)) == total == round_money(sum(parts, D(0)), "USDT")
    assert all(abs(part - real) < D("0.02") for part, real in zip(printed, parts, strict=True))


@given(amounts, amounts)
def test_parts_add_up_as_they_are_written_and_are_the_same_everywhere(closed: Decimal, opened: Decimal) -> None:
    written_closed, written_open, written_total = numbers.round_parts(closed, opened, "USDT")
    assert written_closed + written_open == written_total
    assert written_total == round_money(closed + opened, "USDT")
    assert written_closed == round_money(closed, "USDT")
    assert abs(written_open - opened) <= D("0.01")
    assert numbers.open_amount(closed, opened, "USDT") == numbers.signed_rounded_amount(written_open, opened)


def test_an_open_profit_that_is_lost_in_the_cents_keeps_two_digits() -> None:
    assert shown(numbers.open_amount(D(10), D("0.0042"), "USDT")) == "+0.0042"
    assert shown(numbers.open_amount(D("9.996"), D("0.0042"), "USDT")) == "+0.0042"
    assert shown(numbers.open_amount(D(10), D(0), "USDT")) == "0.00"


def test_coins_are_written_without_zeros_at_their_end() -> None:
    for text, written in (("0.0123", "+0.0123"), ("1.5", "+1.50"), ("0.00000001", "+0.00000001")):
        assert shown(numbers.signed_amount(D(text), "BTC")) == written
        assert shown(numbers.signed_rounded_amount(round_money(D(text), "BTC"))) == written
