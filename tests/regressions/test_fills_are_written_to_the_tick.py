"""A fill at 57,054.00 was told as "57,054.0": the venue passed on the digits of a float."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.orders import an_intent
from tests.builders.recordings import ABC, a_recording, flat
from tests.fakes.recorded import a_market_harness, with_money


async def test_a_fill_at_a_round_price_has_the_digits_of_the_tick(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(3))) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent())
        await stand.step()
        assert f"{stand.fills[0].fill.price:f}" == "100.00"


@pytest.mark.parametrize(("price", "written"), [("100", "100.00"), ("100.5", "100.50"), ("100.005", "100.005")])
def test_a_written_price_is_the_same_price(price: str, written: str) -> None:
    assert f"{ABC.price_with_tick_digits(Decimal(price)):f}" == written
