"""Why a bot did what it did: UX.md, plate K."""

from dataclasses import replace
from datetime import UTC, datetime

from bot.commands.reply.blocks import Reply
from bot.commands.views.why_bot import bot_explanation
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus
from bot.domain.signal import SignalRecord, SignalRow
from bot.engine.reports.explanations import BotReason, RepeatedRefusal
from strategies.builtin import builtin_strategies
from tests.builders import story
from tests.builders.orders import an_intent
from tests.golden.page import Page

PAGE = Page("3.8-reasons")
EARLIER = datetime(2024, 8, 20, 7, tzinfo=UTC)
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


def why(found: BotReason) -> Reply:
    return bot_explanation(found, story.TIMES, builtin_strategies())


async def test_the_last_decision_with_every_value() -> None:
    answer = why(a_reason())
    reference = answer.buttons[0].label.removeprefix("Order ")
    await PAGE.holds("sell all", answer, {reference: "o-9A1C"})


async def test_a_signal_that_was_not_taken_says_why() -> None:
    await PAGE.holds("not taken", why(a_reason("not taken: paused")))


async def test_the_values_are_called_as_the_configuration_of_their_time_calls_them() -> None:
    found = a_reason()
    older = replace(found.signal_config, parameters=(("fast", 8), ("slow", 21)))
    lines = story.said(why(replace(found, signal_config=older)))
    assert lines[1:3] == ["EMA8 64034.53", "EMA21 64039.21"]


async def test_a_plan_shows_what_rests() -> None:
    row = story.eth_grid()
    await PAGE.holds("a plan", why(BotReason(figures=row, last_signal=None, signal_config=row.bot.config)))


def test_what_was_refused_again_and_again_is_told_with_its_times_and_last_figures() -> None:
    last = a_signal("not sold: too small: 4.65 USDT, the market wants 5 USDT")
    refusal = RepeatedRefusal(count=6, first_at=EARLIER, last_at=CLOSED, text=last.refusal, signal=last)
    found = replace(a_reason(last.outcome), refusals=(refusal,))
    lines = story.said(why(found))
    assert any(line.split() == ["risk", "refused"] for line in lines)
    said = " ".join(lines)
    assert "Refused 6 times, " in said
    assert "sell all, too small: 4.65 USDT, the market wants 5 USDT" in said
