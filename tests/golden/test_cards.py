"""Cards and life-cycle answers as UX.md, sections 3, 3.3 and 3.10, shows them."""

from dataclasses import replace

from bot.commands.bot_changes import Changed, Changes, NotChanged, many_reply, stopped_reply
from bot.commands.card import bot_card
from bot.commands.catalog.running import PAUSE
from bot.commands.reply import Tone, reply
from bot.commands.stop_words import sale, stopped_text
from bot.commands.words import bot_line
from bot.domain.errors import Refused
from bot.domain.events import BotFailed
from bot.domain.instance import BotStatus, StopPolicy
from strategies.builtin import builtin_strategies
from tests.builders import story

STRATEGIES = builtin_strategies()


def test_a_running_card() -> None:
    card = bot_card(story.facts(story.alpha()), STRATEGIES)
    assert story.said(card) == [
        "🟢 alpha · PAPER · running for 20 d 4 h",
        "BTC/USDT 1h · ema-cross 12/26 · capital 1,000.00 USDT",
        "Position long 0.01636 BTC",
        "Entry 60726.17",
        "Last 63924.00",
        "Stop 58904.38",
        "Open PnL +51.32 +5.17%",
        "Closed PnL +10.49 +1.05%",
        "Total PnL +61.81 +6.18%",
        "Trades 7 closed, 2 won",
        "Now: holds since 23 Aug 03:00; sells if a candle closes below 63,255.24.",
        "(as of 15:00:05 CEST)",
    ]
    assert story.buttons(card) == "[Pause] [Chart] [Why] / [Trades] [Edit] [More] / [Close]d [Stop]d"
    assert card.tone is Tone.GOOD


def test_a_running_flat_card() -> None:
    card = story.said(bot_card(story.facts(story.flat_alpha()), STRATEGIES))
    assert card[0].endswith(", flat")
    assert not [line for line in card if line.startswith(("Entry", "Last", "Stop", "Open PnL"))]
    assert card[-2] == ("Now: waits for EMA12 to cross above EMA26; needs a close above 60,642.94. Next look 03:00.")


def test_a_paused_card_says_who_and_when() -> None:
    card = bot_card(story.facts(story.changed_at(story.alpha(BotStatus.PAUSED), 14, 12)), STRATEGIES)
    assert story.said(card)[0] == "⏸️ alpha · PAPER · paused by mia 14:12, exits still managed"
    assert story.buttons(card) == "[Resume]s [Chart] [Why] / [Trades] [Edit] [More] / [Close]d [Stop]d"


def test_a_failed_card_says_why_what_is_guarded_and_its_reference() -> None:
    row = story.changed_at(story.alpha(BotStatus.FAILED), 14, 0, 3)
    failure = BotFailed(error="Strategy error in line 41: division by zero", reference="E-5K2P", tries=5)
    card = bot_card(replace(story.facts(row), failure=failure), STRATEGIES)
    lines = story.said(card)
    assert lines[:2] == [
        "❌ alpha · PAPER · failed 14:00:03 after 5 tries",
        "Strategy error in line 41: division by zero. Long 0.01636 BTC keeps its stop at 58,904.38.",
    ]
    assert lines[-1].startswith("(ref E-5K2P")
    assert story.buttons(card) == "[Logs]p [Run]s [Edit] / [Close]d [Stop]d"


def test_a_stopped_flat_card() -> None:
    card = bot_card(story.facts(story.flat_alpha(BotStatus.STOPPED)), STRATEGIES)
    lines = story.said(card)
    assert lines[0] == "⏹️ alpha · PAPER · stopped, flat"
    assert lines[2] == "Total PnL +57.57 USDT (+5.76%), 8 trades, 3 won"
    assert story.buttons(card) == "[Run]s [Edit] [Clone] / [Chart] [More] [Delete]d"


def test_a_stop_says_what_it_kept_and_what_guards_it() -> None:
    row = story.alpha(BotStatus.STOPPED)
    text = stopped_text(row.view, row, StopPolicy.ENTRIES)
    answer = stopped_reply(row, text=text, state="stopped by mia")
    assert story.said(answer) == [
        "⏹️ alpha · PAPER · stopped by mia",
        "Own entries canceled: 0. Kept: long 0.01636 BTC, guarded by its stop at 58,904.38; signals no longer sell it.",
    ]
    assert story.buttons(answer) == "[Run]s [Edit] [Chart] / [Cancel orders] [Flatten]d"


def test_closing_asks_with_amount_and_worth() -> None:
    row = story.alpha()
    asked = reply(bot_line(row.bot, f"{sale(row)}?", ""))
    assert story.said(asked) == ["alpha · PAPER · sell 0.01636 BTC at market, about 1,045.80 USDT?"]


def test_pausing_all_names_modes_and_what_did_not_change() -> None:
    changed = tuple(
        Changed(row.bot, replace(row.view, bot=replace(row.bot, status=BotStatus.PAUSED)))
        for row in (story.alpha(), story.eth_grid())
    )
    refused = (NotChanged(story.sol_rsi().bot, Refused("sol-rsi (PAPER) is paused.")),)
    answer = many_reply(Changes(changed, refused), PAUSE)
    assert story.said(answer) == [
        "⏸️ 2 bots paused: alpha (PAPER), eth-grid (LIVE)",
        "Not changed: sol-rsi (PAPER) was paused already.",
    ]
    assert story.buttons(answer) == "[Fleet]p [Resume 2]s"


def test_a_card_of_a_plan_counts_its_orders_and_splits_its_profit() -> None:
    lines = story.said(bot_card(story.facts(story.eth_grid()), STRATEGIES))
    assert lines[-2] == "Now: 10 orders rest, 9 buys below, 1 sell above, nearest buy 0.61% below."
    assert [line for line in lines if line.startswith(("Total PnL", "grid", "holding"))] == [
        "Total PnL +5.22 +1.04%",
        "grid +5.65 +1.13%",
        "holding -0.43 -0.09%",
    ]
