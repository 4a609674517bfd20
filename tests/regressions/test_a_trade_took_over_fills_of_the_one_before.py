"""After a restart a plan's open trade held a fill of the trade before, whose rest had been given up as dust in the same
candle.
"""

from tests.unit.engine.trading.test_one_bot_rules import OneBotRules


def test_a_trade_loads_the_fills_since_it_opened() -> None:
    bot = OneBotRules()
    bot.begin(is_plan=True, rests=False, stop=None, profit=None)
    for _ in range(3):
        bot.restart()
    bot.fill(index=0, share=1)
    bot.take_away(index=0)
    bot.restart()
    bot.restart()
    bot.fill(index=0, share=1)
    bot.restart()
    # Fails here if what is loaded differs from what was known.
    bot.restart()
