"""A cancel that said "6 of 9.94 are filled" counted before those fills were booked: the bot sold again."""

from decimal import Decimal

from bot.domain.order import OrderPurpose, OrderStatus
from bot.engine.trading.messages import FillReported
from tests.builders.one_bot import one_bot


def test_a_cancel_that_tells_of_fills_not_heard_yet_waits_for_them() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    leaving = bot.newest()
    early = bot.fill_report(leaving, "100", "6")
    bot.report(leaving, OrderStatus.CANCELED, filled="6")
    assert bot.newest() is leaving
    bot.send(FillReported(early))
    assert (bot.newest().purpose, bot.newest().quantity) == (OrderPurpose.EXIT, Decimal("3.94"))
    assert bot.order(leaving.client_order_id).status is OrderStatus.CANCELED
