"""An entry signal on a candle that closed at 0 divided by it, and five of them failed the bot."""

import pytest

from bot.domain.signal import SignalRecord
from tests.builders.one_bot import one_bot


@pytest.mark.parametrize("close", [0.0, float("nan")])
def test_no_entry_at_a_price_that_is_none(close: float) -> None:
    bot = one_bot()
    bot.candle(close, entry=1)
    assert bot.intents() == []
    assert bot.saved(SignalRecord)[0].outcome.startswith("not taken: ")
