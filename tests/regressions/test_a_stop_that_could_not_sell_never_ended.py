"""A flatten whose exit was refused once, or that was left with less than can be sold, stayed `stopping` for ever."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.events import BotStopped
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose
from bot.domain.position import Position
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import SubmitRefused
from bot.ports.host import DeleteBot
from tests.builders.one_bot import MIA, OneBot, one_bot


def a_bot_with(held: str, cost: str) -> OneBot:
    """Make a bot whose open trade has come to hold very little."""
    bot = one_bot()
    bot.bought("100")
    position = Position(Decimal(held), Decimal(cost))
    bot.session = replace(bot.session, ledger=replace(bot.session.ledger, position=position))
    return bot


def test_an_exit_refused_while_stopping_is_tried_again_with_the_next_candle() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.stop(StopPolicy.FLATTEN)
    first = bot.newest()
    bot.send(SubmitRefused(first.client_order_id, "market halted"))
    bot.candle()
    assert bot.newest().purpose is OrderPurpose.EXIT
    assert bot.newest() is not first
    bot.fill(bot.newest(), "99")
    assert bot.is_in(BotStatus.STOPPED)


def test_less_than_a_step_ends_a_flatten_and_can_be_deleted() -> None:
    bot = a_bot_with("0.0009", "0.09")
    bot.stop(StopPolicy.FLATTEN)
    assert bot.is_in(BotStatus.STOPPED)
    assert len(bot.told(BotStopped)) == 1
    assert bot.trade(1).exit_reason is ExitReason.FLATTEN
    bot.command(DeleteBot(by=MIA, command_id="delete"))
    assert bot.is_in(BotStatus.DELETED)


def test_less_than_the_venues_minimum_ends_a_flatten_too() -> None:
    bot = a_bot_with("0.049", "4.9")
    bot.stop(StopPolicy.FLATTEN)
    assert bot.is_in(BotStatus.STOPPED)
    assert (bot.session.is_flat, bot.held) == (True, Decimal("0.049"))


def test_while_running_what_is_too_little_is_left_behind_at_once_and_blocks_no_entry() -> None:
    # 0.049 at 100 are 4.90, the market wants 5.
    bot = a_bot_with("0.049", "4.9")
    bot.candle(100, is_exit=True)
    assert (bot.session.is_flat, bot.held) == (True, Decimal("0.049"))
    assert bot.trade(1).exit_reason is ExitReason.SIGNAL
    bot.candle(101, entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY


def test_less_than_a_step_is_left_behind_at_the_exit_signal() -> None:
    bot = a_bot_with("0.0009", "0.09")
    bot.candle(is_exit=True)
    assert bot.session.is_flat
    bot.candle(entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY
