"""Why a bot did what it did, as UX.md, plate K, shows it."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.commands.why_bot import why_bot
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus
from bot.domain.signal import SignalRecord, SignalRow
from bot.engine.explain import BotReason
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.orders import an_intent

CLOSED = datetime(2024, 8, 26, 7, tzinfo=UTC)
FEATURES = (
    ("fast", 64034.53),
    ("slow", 64039.21),
    ("fast_before", 64090.19),
    ("slow_before", 64064.08),
    ("close", 63728.44),
)
SELL = SignalRow(0, True, "EMA12 64,034.53 crossed below EMA26 64,039.21", FEATURES)


def a_signal(outcome: str = "sell") -> SignalRecord:
    return SignalRecord(
        bot_id=story.alpha().bot.bot_id,
        candle_close=CLOSED,
        close_price=63728.44,
        row=SELL,
        outcome=outcome,
        moment=Moment(CLOSED, CLOSED),
    )


def a_reason(outcome: str = "sell") -> BotReason:
    row = story.flat_alpha()
    view = replace(row.view, last_row=SELL, last_row_close=CLOSED)
    intent = an_intent(3, side=OrderSide.SELL, bot=row.bot.bot_id, purpose=OrderPurpose.EXIT)
    order = Order(intent=intent, status=OrderStatus.FILLED, updated_at=Moment(CLOSED, CLOSED))
    return BotReason(
        figures=replace(row, view=view),
        last_signal=a_signal(outcome),
        signal_config=row.bot.config,
        signal_orders=(order,) if outcome == "sell" else (),
    )


def test_the_last_decision_with_every_value() -> None:
    answer = why_bot(a_reason(), story.TIMES, builtin_strategies())
    lines = story.said(answer)
    reference = lines[8].split(" ")[1]
    assert lines == [
        "alpha · PAPER · last decision 26 Aug 09:00: sell all",
        "EMA12 64034.53",
        "EMA26 64039.21",
        "EMA12 before 64090.19",
        "EMA26 before 64064.08",
        "Close 63728.44",
        "signal yes -> sell",
        "risk passed",
        f"order {reference}",
        "EMA12 64,034.53 crossed below EMA26 64,039.21.",
        "Now: waits for EMA12 to cross above EMA26; needs a close above 60,642.94.",
    ]
    assert story.buttons(answer) == f"[Order {reference}]p [Card] [Chart] [Logs]"


def test_a_signal_that_was_not_taken_says_why() -> None:
    lines = story.said(why_bot(a_reason("not taken: paused"), story.TIMES, builtin_strategies()))
    assert "risk not taken" in lines
    assert "EMA12 64,034.53 crossed below EMA26 64,039.21. Not taken: paused." in lines
    assert not [line for line in lines if line.startswith("order")]


def test_the_values_are_called_as_the_configuration_of_their_time_calls_them() -> None:
    found = a_reason()
    older = replace(found.signal_config, parameters=(("fast", 8), ("slow", 21)))
    lines = story.said(why_bot(replace(found, signal_config=older), story.TIMES, builtin_strategies()))
    assert lines[1:3] == ["EMA8 64034.53", "EMA21 64039.21"]


def test_a_plan_shows_what_rests() -> None:
    row = story.eth_grid()
    answer = why_bot(
        BotReason(figures=row, last_signal=None, signal_config=row.bot.config), story.TIMES, builtin_strategies()
    )
    lines = story.said(answer)
    assert lines[0] == "eth-grid · LIVE · 10 orders of its plan"
    assert len([line for line in lines if " limit " in line]) == 10
    assert lines[-1] == "Now: 9 buys below, 1 sell above, nearest buy 0.61% below."
