"""The equity at a day's end was kept a moment after midnight, when it was handled, and belonged to no day."""

from datetime import timedelta

from bot.domain.equity import EquityPoint
from bot.domain.signal import SignalRow
from tests.builders.one_bot import one_bot


def test_a_day_that_ends_a_moment_late_counts_at_midnight() -> None:
    bot = one_bot()
    bot.market_time += timedelta(hours=23, minutes=50)
    bot.bought("100")
    bot.wait(timedelta(minutes=5))
    message = bot.candle_message(100, SignalRow(0, False, "", ()))
    bot.wait(timedelta(seconds=1))
    bot.send(message)
    assert bot.saved(EquityPoint)[-1].market_time == message.close_time
