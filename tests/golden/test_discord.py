"""Messages whole, as UX.md (sections 2 and 3) says that they leave on Discord."""

from bot.commands.notify.live_message import mark_live
from bot.commands.reply.blocks import Reply
from bot.commands.views.card import bot_card
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.discord_messages import NOW, drawn, rows, wire
from tests.builders.replies import visible
from tests.fakes.discord_rules import refusals

DESCRIPTION = """BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT
```
Position    long 0.01636 BTC
Entry               60726.17
Last                63924.00
Stop                58904.38
Open PnL      +51.32  +5.17%
Closed PnL    +10.49  +1.05%
Total PnL     +61.81  +6.18%
Trades       7 closed, 2 won
```
Now: holds since <t:1724374800:f>; sells if a candle closes below 63,255.24."""


def card() -> Reply:
    return bot_card(story.card_data(story.alpha()), builtin_strategies())


async def test_the_card_of_a_running_bot() -> None:
    message = await drawn(visible(card()))
    assert message.content == "🟢 **alpha** · PAPER · running for 20 d 4 h"
    (embed,) = message.embeds
    assert embed.description == DESCRIPTION
    assert embed.colour is not None
    assert embed.colour.value == 0x009E73
    assert embed.timestamp == NOW
    assert rows(message) == "[Pause] [Chart] [Why] / [Trades] [Edit] [Backtest] / [More] [Close]d [Stop]d"
    assert not refusals(wire(message))


async def test_a_card_that_is_kept_true_says_so() -> None:
    message = await drawn(mark_live(card()))
    assert message.embeds[0].footer.text == "live"
