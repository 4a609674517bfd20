"""Messages whole, as UX.md (sections 2 and 3) says that they leave on Telegram."""

from bot.commands.card import bot_card
from bot.commands.live import live
from bot.commands.reply import Reply
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.telegram_messages import drawn, refusals, rows, text_of

CARD = """🟢 <b>alpha</b> · PAPER · running for 20 d 4 h
BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT
<pre>Position    long 0.01636 BTC
Entry               60726.17
Last                63924.00
Stop                58904.38
Open PnL      +51.32  +5.17%
Closed PnL    +10.49  +1.05%
Total PnL     +61.81  +6.18%
Trades       7 closed, 2 won</pre>
Now: holds since 23 Aug 03:00; sells if a candle closes below 63,255.24.
"""


def card() -> Reply:
    return bot_card(story.facts(story.alpha()), builtin_strategies())


async def test_the_card_of_a_running_bot() -> None:
    (post,) = (await drawn(live(card()))).posts
    text = text_of(post)
    assert text.startswith(CARD)
    assert text.removeprefix(CARD).startswith("<i>live, ")
    assert rows(post) == "[Pause] [Chart] [Why] / [Trades] [Edit] [More] / [Close]d [Stop]d"
    assert not list(refusals(post))
