"""Ticks, numbers and titles of charts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.charts.canvas import replace_missing_glyphs, text_width
from adapters.charts.tick import day_ticks, time_ticks, value_ticks
from bot.commands.text import numbers
from bot.commands.text.chart_figures import money_decimals, money_text, percent_text, price_text, signed_text
from bot.domain.money import to_decimal
from tests.builders.charts import NOON


@given(st.floats(1e-8, 1e12), st.floats(1e-6, 10))
def test_value_ticks_are_few_and_inside(low: float, share: float) -> None:
    high = low * (1 + share)
    ticks = value_ticks(low, high)
    assert 3 <= len(ticks) <= 7
    noise = (high - low) * 1e-6
    assert all(low - noise <= tick <= high + noise for tick in ticks)


def test_value_ticks_are_not_finer_than_the_tick_of_the_market() -> None:
    assert [price_text(tick, 2) for tick in value_ticks(1.001, 1.049, 2)] == ["1.01", "1.02", "1.03", "1.04"]
    assert [price_text(tick, 0) for tick in value_ticks(0, 10, 0)] == ["0", "2", "4", "6", "8", "10"]
    assert value_ticks(1.001, 1.004, 2) == (1.001,)
    assert [price_text(tick, 8) for tick in value_ticks(1.2e-5, 1.2025e-5, 8)] == [
        "0.00001200",
        "0.00001201",
        "0.00001202",
    ]


def test_no_range_has_one_tick() -> None:
    assert value_ticks(5.0, 5.0) == (5.0,)


@given(st.integers(0, 60 * 24 * 4000), st.sampled_from(["UTC", "Europe/Berlin", "Asia/Kathmandu", "Pacific/Apia"]))
def test_time_ticks_are_few_rising_and_inside(minutes: int, zone: str) -> None:
    start, end = NOON, NOON + timedelta(minutes=minutes)
    ticks = time_ticks(start, end, zone)
    assert len(ticks) <= 6
    assert len(ticks) >= (3 if minutes >= 2 else 1)
    times = [tick.time for tick in ticks]
    assert times == sorted(set(times))
    assert all(start <= time <= end for time in times)


def test_a_day_is_labelled_with_times_of_the_zone_and_the_date_where_it_changes() -> None:
    ticks = time_ticks(NOON, NOON + timedelta(hours=20), "Europe/Berlin")
    assert [tick.text for tick in ticks] == ["18:00\n22 Aug", "00:00\n23 Aug", "06:00"]


def test_a_zone_of_half_hours_has_its_own_round_times() -> None:
    ticks = time_ticks(NOON, NOON + timedelta(hours=3), "Asia/Kathmandu")
    assert [tick.text for tick in ticks] == ["18:00\n22 Aug", "19:00", "20:00"]
    assert ticks[0].time == datetime(2024, 8, 22, 12, 15, tzinfo=UTC)


def test_days_are_labelled_with_the_year_where_it_changes() -> None:
    start = datetime(2023, 12, 30, tzinfo=UTC)
    ticks = time_ticks(start, start + timedelta(days=3), "UTC")
    assert [tick.text for tick in ticks] == ["30 Dec\n2023", "31 Dec", "1 Jan\n2024", "2 Jan"]


def test_months_are_labelled_by_name() -> None:
    start = datetime(2024, 1, 1, tzinfo=UTC)
    texts = [tick.text for tick in time_ticks(start, start + timedelta(days=120), "UTC")]
    assert texts == ["Jan\n2024", "Feb", "Mar", "Apr"]


def test_two_days_of_bars_have_no_hours() -> None:
    midnight = datetime(2024, 8, 22, tzinfo=UTC)
    texts = [tick.text for tick in day_ticks(midnight, midnight + timedelta(days=1), "UTC")]
    assert texts == ["22 Aug\n2024", "23 Aug"]


def test_the_night_the_clock_goes_back_has_each_moment_once() -> None:
    start = datetime(2024, 10, 26, 22, tzinfo=UTC)
    ticks = time_ticks(start, start + timedelta(hours=4), "Europe/Berlin")
    assert [tick.text for tick in ticks] == ["00:00\n27 Oct", "01:00", "02:00", "03:00"]


@pytest.mark.parametrize(
    ("price", "decimals", "text"),
    [(60726.17, 2, "60,726.17"), (0.00001712, 8, "0.00001712"), (-0.0, 2, "0.00"), (1e12, 0, "1,000,000,000,000")],
)
def test_prices_have_the_decimals_of_the_tick(price: float, decimals: int, text: str) -> None:
    assert price_text(price, decimals) == text


@given(st.decimals(0, 100_000, places=5), st.integers(0, 4))
def test_a_price_reads_as_on_a_card(price: Decimal, decimals: int) -> None:
    # 3171.575 is a little less as a float: formatted as one it would end in 57, on a card it ends in 58.
    assert price_text(float(price), decimals) == numbers.price(to_decimal(float(price)), Decimal(1).scaleb(-decimals))
    assert price_text(3171.575, 2) == "3,171.58"


@pytest.mark.parametrize(
    ("currency", "largest", "decimals"),
    [("USDT", 1057.57, 2), ("USDT", 0.0042, 4), ("USDT", 0.0, 2), ("BTC", 0.0164, 8), ("BTC", 63.1, 5)],
)
def test_money_has_the_decimals_of_its_currency(currency: str, largest: float, decimals: int) -> None:
    assert money_decimals(currency, largest) == decimals


@pytest.mark.parametrize(
    ("amount", "text"), [(1057.571, "1,057.57"), (-1.5e9, "-1.50B"), (2.5e12, "2.50T"), (3e17, "3.00e+17")]
)
def test_amounts_are_shortened_from_a_billion_on(amount: float, text: str) -> None:
    assert money_text(amount, 2) == text


def test_profits_carry_their_sign_and_zero_none() -> None:
    assert [signed_text(profit, 2) for profit in (1.5, -1.5, 0.0, 0.001)] == ["+1.50", "-1.50", "0.00", "0.00"]


def test_percents_lose_their_decimals_from_a_thousand_on() -> None:
    assert [percent_text(ratio) for ratio in (-0.07, 0.0, 12.3456)] == ["-7.00%", "0.00%", "1235%"]


def test_letters_without_a_glyph_become_boxes_and_invisible_ones_vanish() -> None:
    assert replace_missing_glyphs("a名\u202eb\x00") == "a□b"


def test_longer_texts_are_wider_and_the_widest_line_counts() -> None:
    assert text_width("stop 58,904.38") > text_width("stop")
    assert text_width("stop\n58,904.38") == text_width("58,904.38")
