"""Capital edited below what position and orders tie up was free for other bots: the same money twice."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.errors import Refused
from bot.domain.instance import StopPolicy
from bot.ports.host import ApplyConfig
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, a_buy, one_bot
from tests.builders.refusals import raises_refusal


def lower(bot: OneBot, capital: str) -> None:
    config = replace(bot.session.bot.config, capital=Decimal(capital))
    bot.command(ApplyConfig(by=MIA, command_id=capital, config=config, version=2, reason="capital"))


def test_capital_is_not_lowered_below_the_cost_of_the_position() -> None:
    bot = one_bot(a_config(capital="1000", stake="500"))
    bot.bought("100")
    # The entry's fee of 0.50 is lost already.
    least = r"has lost 0\.50 USDT and has 500\.00 USDT in its position and orders: .* at least 500\.50 USDT"
    with raises_refusal(Refused, match=least):
        lower(bot, "500.49")
    assert bot.session.bot.config_version == 1
    lower(bot, "500.50")
    assert bot.session.bot.config.capital == Decimal("500.50")


def test_capital_is_not_lowered_below_what_rests() -> None:
    bot = one_bot(plan=[a_buy(1, "4", "50"), a_buy(2, "2", "50")])
    bot.candle()
    with raises_refusal(Refused, match=r"has 300\.00 USDT .* a capital of at least 300\.00 USDT"):
        lower(bot, "299")
    lower(bot, "300")


def test_a_bot_keeps_enough_to_buy_again_beyond_what_it_lost() -> None:
    # Bought at 100 for 994 with a fee of 0.99, sold at 50: lost 498.
    bot = one_bot()
    bot.bought("100")
    bot.stop(StopPolicy.FLATTEN)
    bot.fill(bot.newest(), "50")
    lost = -bot.session.ledger.realised_profit
    assert lost > 490
    with raises_refusal(Refused, match="has lost 49.* it needs a capital of at least 50"):
        lower(bot, "50")
    with raises_refusal(Refused, match="has lost"):
        lower(bot, str(lost + 5))
    # 5 USDT, what the market wants, and a tenth for the fee, the reserve and the step.
    lower(bot, str((lost + Decimal("5.54")).quantize(Decimal("0.01"))))
