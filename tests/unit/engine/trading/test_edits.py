"""Edits of a bot: a new version from the next candle on, barriers re-anchored on the average entry."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.barrier import Barriers
from bot.domain.errors import Refused
from bot.domain.facts import ConfigVersionAdded
from bot.domain.instance import BotConfig
from bot.domain.order import OrderPurpose, OrderStatus
from bot.engine.trading.messages import SubmitRefused
from bot.ports.host import ApplyConfig
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, a_buy, one_bot
from tests.builders.refusals import raises_refusal

GUARDED = a_config(stop_loss="0.05", take_profit="0.1")


def an_edit(config: BotConfig, version: int = 2, command_id: str = "edit") -> ApplyConfig:
    return ApplyConfig(by=MIA, command_id=command_id, config=config, version=version, reason="stop")


def a_guarded_bot() -> OneBot:
    bot = one_bot(GUARDED)
    bot.bought("100")
    return bot


def confirm_cancels(bot: OneBot) -> None:
    for order in tuple(bot.session.orders.values()):
        if order.is_cancel_wanted:
            bot.report(order.intent, OrderStatus.CANCELED)


def test_an_edit_makes_a_version_and_moves_the_barriers_to_the_average_entry() -> None:
    bot = a_guarded_bot()
    bot.command(an_edit(a_config(stop_loss="0.1", take_profit="0.1")))
    assert bot.session.bot.config_version == 2
    assert [fact.version.version for fact in bot.of(ConfigVersionAdded)] == [2]
    assert bot.newest(OrderPurpose.BARRIER).tag == "take_profit"
    confirm_cancels(bot)
    stop, target = bot.intents()[-2:]
    assert (stop.tag, stop.price, target.tag, target.price) == (
        "stop_loss",
        Decimal(90),
        "take_profit",
        Decimal(110),
    )
    assert (stop.quantity, stop.config_version) == (bot.held, 2)
    assert stop.group == target.group


def test_an_edit_of_something_else_leaves_the_barriers_alone() -> None:
    bot = a_guarded_bot()
    outcome = bot.command(an_edit(replace(GUARDED, stake=Decimal(50))))
    assert outcome.commands == ()


def test_an_edit_that_takes_the_barriers_away_cancels_them() -> None:
    bot = a_guarded_bot()
    bot.command(an_edit(replace(GUARDED, barriers=Barriers())))
    confirm_cancels(bot)
    assert bot.session.orders == {}


def test_an_edit_of_what_somebody_changed_meanwhile_is_refused() -> None:
    bot = one_bot()
    bot.command(an_edit(GUARDED))
    with raises_refusal(Refused, match="was changed meanwhile, it is v2"):
        bot.command(an_edit(GUARDED, command_id="other"))


def test_an_edit_gives_refused_wishes_another_try() -> None:
    bot = one_bot(plan=[a_buy(1)])
    bot.candle()
    bot.send(SubmitRefused(bot.newest().client_order_id, "no"))
    bot.candle()
    assert len(bot.intents()) == 1
    bot.command(an_edit(replace(a_config(), stake=None, capital=Decimal(2000))))
    assert len(bot.intents()) == 2
