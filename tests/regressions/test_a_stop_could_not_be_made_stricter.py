"""While a bot was stopping, flatten was refused and panic took that for done: the position stayed."""

from decimal import Decimal

import pytest

from bot.domain.errors import Refused
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from tests.builders.one_bot import OneBot, one_bot
from tests.builders.refusals import raises_refusal


def a_stopping_bot() -> OneBot:
    bot = one_bot()
    bot.candle(entry=1)
    bot.fill(bot.newest(), "100", "5")
    bot.stop()
    return bot


def test_a_stopping_bot_can_be_flattened() -> None:
    bot = a_stopping_bot()
    bot.stop(StopPolicy.FLATTEN)
    bot.report(bot.newest(), OrderStatus.CANCELED, filled="5")
    assert (bot.newest().purpose, bot.newest().quantity) == (OrderPurpose.EXIT, Decimal(5))
    bot.fill(bot.newest(), "100")
    assert bot.is_in(BotStatus.STOPPED)


def test_a_flatten_can_be_taken_back() -> None:
    bot = a_stopping_bot()
    bot.stop(StopPolicy.FLATTEN)
    bot.stop(StopPolicy.CANCEL)
    bot.report(bot.newest(), OrderStatus.CANCELED, filled="5")
    assert (bot.status, bot.held) == (BotStatus.STOPPED, Decimal(5))


@pytest.mark.parametrize("policy", [StopPolicy.ENTRIES, StopPolicy.FLATTEN])
def test_the_same_stop_again_is_refused(policy: StopPolicy) -> None:
    bot = a_stopping_bot()
    if policy is StopPolicy.FLATTEN:
        bot.stop(policy)
    with raises_refusal(Refused, match="is stopping already"):
        bot.stop(policy)
