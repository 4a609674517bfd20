"""Capital edited below what position and orders tie up was free for other bots: the same money twice."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.errors import Refused
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
    with raises_refusal(Refused, match=r"alpha \(PRACTICE\) has 500\.00 USDT in its position and orders"):
        lower(bot, "500.49")
    assert bot.session.bot.config_version == 1
    lower(bot, "500.50")
    assert bot.session.bot.config.capital == Decimal("500.50")


def test_capital_is_not_lowered_below_what_rests() -> None:
    bot = one_bot(plan=[a_buy(1, "4", "50"), a_buy(2, "2", "50")])
    bot.candle()
    with raises_refusal(Refused, match="has 300"):
        lower(bot, "299")
    lower(bot, "300")


def test_a_flat_bot_takes_any_capital() -> None:
    bot = one_bot()
    lower(bot, "1")
    assert bot.session.bot.config.capital == 1
