"""The exit of an earlier run filled in the next one and told a grid that its stop had sold everything already."""

from dataclasses import replace

from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import RunStarted
from bot.ports.host import ClosePosition, StartBot
from tests.builders.one_bot import MIA, a_buy, one_bot


def test_a_fill_of_an_earlier_run_is_booked_and_not_remembered_by_tag() -> None:
    bot = one_bot(plan=[a_buy(1)])
    bot.candle()
    bot.wish()
    bot.fill(bot.newest(), "99")
    bot.stop()
    bot.command(ClosePosition(by=MIA, command_id="close"))
    leaving = bot.newest(OrderPurpose.EXIT)
    bot.command(StartBot(by=MIA, command_id="start"))
    bot.send(RunStarted(is_new_run=True, candles=None))
    assert bot.session.bot.run_number == leaving.run_number + 1
    bot.fill(leaving, "98")
    assert bot.session.is_flat
    assert bot.trade(1).exit_reason is ExitReason.MANUAL
    assert "exit" not in bot.session.last_fills
    assert bot.is_in(BotStatus.RUNNING)


def test_a_fill_of_this_run_is_remembered_by_tag() -> None:
    bot = one_bot(plan=[a_buy(1)])
    bot.candle()
    bot.fill(bot.newest(), "99", "0.04")
    bot.fill(bot.newest(), "98")
    assert [fill.price for fill in bot.session.trade_fills["buy-1"]] == [99, 98]
    assert bot.session.last_fills["buy-1"] == replace(bot.session.trade_fills["buy-1"][-1])
