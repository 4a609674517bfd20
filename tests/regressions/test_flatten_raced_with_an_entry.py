"""Stop with flatten while an entry was on its way: the entry filled, was kept and the bot stopped for ever."""

from decimal import Decimal

from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from tests.builders.facts import a_config
from tests.builders.one_bot import one_bot


def test_what_an_entry_buys_during_a_flatten_is_sold() -> None:
    bot = one_bot(a_config(stop_loss="0.05"))
    bot.candle(entry=1)
    bot.stop(StopPolicy.FLATTEN)
    bot.fill(bot.newest(), "100")
    assert bot.newest().purpose is OrderPurpose.EXIT
    assert bot.working(OrderPurpose.BARRIER) == ()
    bot.fill(bot.newest(), "99")
    assert (bot.status, bot.held) == (BotStatus.STOPPED, Decimal(0))


def test_an_entry_that_is_really_canceled_ends_the_flatten() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.stop(StopPolicy.FLATTEN)
    bot.report(bot.newest(), OrderStatus.CANCELED)
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.session.bot.exit_wish is None
