"""A sell that was handled before the buy it left was booked as a short trade, and a bot would have guarded that."""

import pytest

from bot.domain.booking import book_fill
from bot.domain.errors import Corruption
from bot.domain.trade import ExitReason, Ledger
from tests.builders.fills import bought, sold
from tests.builders.recordings import ABC


def test_a_sell_out_of_order_is_refused_and_booked_once_its_buy_is() -> None:
    early, buy = sold("1", "110"), bought("1", "100")
    with pytest.raises(Corruption):
        book_fill(Ledger(), early, ABC, ExitReason.SIGNAL)
    held = book_fill(Ledger(), buy, ABC, ExitReason.SIGNAL)
    assert book_fill(held.ledger, early, ABC, ExitReason.SIGNAL).trade.profit == 10
