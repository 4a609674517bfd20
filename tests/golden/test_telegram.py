"""Messages whole, as UX.md (sections 2 and 3) says that they leave on Telegram."""

from bot.commands.notify.event_messages import event_message
from bot.commands.reply.blocks import Reply
from bot.commands.views.card import bot_card
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.replies import visible
from tests.builders.telegram_messages import drawn, refusals, rows, text_of
from tests.unit.commands.notify.test_event_messages import a_closed_trade, told

SINCE = '<tg-time unix="1724374800" format="dt">23 Aug 03:00</tg-time>'
CARD = f"""🟢 <b>alpha</b> · PAPER · running for 20 d 4 h
BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT
<pre>Position    long 0.01636 BTC
Entry               60726.17
Last                63924.00
Stop                58904.38
Open PnL      +51.32  +5.17%
Closed PnL    +10.49  +1.05%
Total PnL     +61.81  +6.18%
Trades       7 closed, 2 won</pre>
Now: holds since {SINCE}; sells if a candle closes below 63,255.24.
<i>as of 15:00:05 CEST</i>"""

CLOSED = """🏁 <b>alpha</b> · PAPER · trade 8 closed +47.08 USDT (+4.74%)
Long 0.01636 BTC, 60,726.17 to 63,728.43 in 3 d 6 h
Exit: signal, EMA12 crossed below EMA26 · fees 2.04 USDT
Bot: +57.57 USDT (+5.76%), 3 of 8 won · o-S2UR"""


def card() -> Reply:
    return bot_card(story.card_data(story.alpha()), builtin_strategies())


async def test_the_card_of_a_running_bot() -> None:
    (post,) = (await drawn(visible(card()))).messages
    assert text_of(post) == CARD
    assert rows(post) == "[Pause] [Chart] [Why] / [Trades] [Edit] [Backtest] / [More] [Close]d [Stop]d"
    assert list(refusals(post)) == []


async def test_the_caption_of_a_closed_trade() -> None:
    (post,) = (await drawn(visible(event_message(told(a_closed_trade()))))).messages
    assert text_of(post) == CLOSED
    assert rows(post) == "[Card]p [Why] [Trades]"
    assert list(refusals(post)) == []
