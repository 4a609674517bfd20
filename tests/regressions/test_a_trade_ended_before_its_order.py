"""A rest below the venue's minimum closed a trade while its order went on; a tiny entry blocked its bot."""

from decimal import Decimal

from bot.domain.events import TradeClosed
from bot.domain.order import OrderPurpose, OrderStatus
from bot.domain.trade import ExitReason
from tests.builders.one_bot import one_bot


def test_one_trade_is_closed_by_one_order_however_many_fills_it_takes() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    leaving = bot.newest()
    bot.fill(leaving, "100", "9.9")
    # 0.04 are worth less than the venue's minimum, but the order goes on selling them.
    assert bot.told(TradeClosed) == []
    bot.fill(leaving, "100")
    (closed,) = bot.told(TradeClosed)
    assert (closed.trade.exit_quantity, closed.trade.exit_reason) == (Decimal("9.94"), ExitReason.SIGNAL)
    assert bot.session.ledger.totals.trades == 1


def test_dust_whose_order_is_gone_closes_its_trade() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    leaving = bot.newest()
    bot.fill(leaving, "100", "9.9")
    bot.report(leaving, OrderStatus.CANCELED, filled="9.9")
    assert bot.session.is_flat
    assert bot.session.bot.exit_wish is None
    assert bot.held == Decimal("0.04")
    assert bot.trade(1).closed_at == bot.moment
    bot.candle(entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY


def test_an_entry_that_bought_next_to_nothing_blocks_no_later_one() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.fill(bot.newest(), "100", "0.04")
    bot.report(bot.newest(), OrderStatus.CANCELED, filled="0.04")
    assert bot.session.is_flat
    bot.candle(entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY
    bot.fill(bot.newest(), "100")
    assert bot.session.ledger.trade is not None
    assert bot.session.ledger.trade.entry_quantity == bot.held == Decimal("0.04") + bot.newest().quantity
