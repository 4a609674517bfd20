"""A touch that waited in the mailbox while its barrier was moved or let go sold the position all the same."""

from decimal import Decimal

import pytest

from bot.domain.barrier import STOP_LOSS, TAKE_PROFIT
from bot.domain.instance import StopPolicy
from bot.domain.order import OrderPurpose
from bot.engine.trading.messages import BarrierTriggered
from bot.ports.host import ApplyConfig
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, one_bot


def a_watched_bot() -> OneBot:
    bot = one_bot(a_config(stop_loss="0.05", take_profit="0.1"), has_conditional_orders=False)
    bot.bought("100")
    return bot


def test_a_stop_that_was_lowered_meanwhile_is_not_touched() -> None:
    bot = a_watched_bot()
    config = a_config(stop_loss="0.2", take_profit="0.1")
    bot.command(ApplyConfig(by=MIA, command_id="edit", config=config, version=2, reason="stop"))
    assert bot.send(BarrierTriggered(STOP_LOSS.tag, Decimal(94), bot.market_time)).unit == ()


def test_a_position_that_was_let_go_is_not_sold() -> None:
    bot = a_watched_bot()
    bot.stop(StopPolicy.CANCEL)
    assert bot.send(BarrierTriggered(STOP_LOSS.tag, Decimal(94), bot.market_time)).unit == ()


@pytest.mark.parametrize(
    ("tag", "price", "is_sold"),
    [
        (STOP_LOSS.tag, "95", True),
        (STOP_LOSS.tag, "90", True),
        (STOP_LOSS.tag, "95.01", False),
        (TAKE_PROFIT.tag, "110", True),
        (TAKE_PROFIT.tag, "120", True),
        (TAKE_PROFIT.tag, "109.99", False),
    ],
)
def test_only_a_price_at_or_beyond_the_level_sells(tag: str, price: str, is_sold: bool) -> None:
    bot = a_watched_bot()
    bot.send(BarrierTriggered(tag, Decimal(price), bot.market_time))
    assert (bot.newest().purpose is OrderPurpose.EXIT) is is_sold
