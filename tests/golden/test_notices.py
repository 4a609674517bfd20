"""News that nobody asked for: UX.md, section 3.6."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.commands.notify.event_messages import digest_message, event_message, mark_as_repeat
from bot.commands.reply.amount_visibility import make_visible
from bot.domain.events import (
    AccessChanged,
    BotFailed,
    BotPaused,
    BotStarted,
    BotStopped,
    DeskRecovered,
    OrderPlaced,
    OrderRejected,
    PanicEngaged,
    Payload,
    PlatformBack,
    PlatformDown,
    RiskTripped,
    SignalRaised,
)
from bot.domain.order import OrderSide
from tests.golden.page import Page
from tests.unit.commands.notify.test_event_messages import (
    BUY,
    MIA,
    D,
    a_closed_trade,
    a_fill_of,
    a_purchase,
    an_order,
    told,
)

PAGE = Page("3.6-news")
DOWN = datetime(2024, 8, 26, 12, 2, 10, tzinfo=UTC)
OF_A_BOT: dict[str, Payload] = {
    "fill": a_purchase(),
    "partial": replace(a_purchase(), fill=a_fill_of(BUY, "60726.17", "0.48", "0.00800"), order_filled=D("0.00800")),
    "closed": a_closed_trade(),
    "rejected": OrderRejected(
        intent=an_order(OrderSide.BUY, "0.0018", price="2688.00"), error="too small", reference="E-9C4T"
    ),
    "risk": RiskTripped(control="max_daily_loss", text="-25.31 of -25.00 USDT", stays_open=D("0.00390")),
    "signal": SignalRaised(action="buy", reason="EMA12 crossed above EMA26 at 60,726.16", close_price=60726.16),
    "order": OrderPlaced(intent=BUY),
    "started": BotStarted(by=None),
    "failed": BotFailed(error="Strategy error in line 41: division by zero.", reference="E-5K2P", tries=5),
    "recording over": BotStopped(
        by=None,
        policy="entries",
        canceled_orders=0,
        kept_quantity=D(0),
        stop_price=None,
        target_price=None,
        remark="the recording has ended",
    ),
}
OF_THE_DESK: dict[str, Payload] = {
    "restart": DeskRecovered(
        down_since=datetime(2024, 8, 26, 2, 14, tzinfo=UTC),
        up_at=datetime(2024, 8, 26, 5, 26, tzinfo=UTC),
        bots=2,
        changed=("alpha (PAPER) bought 0.01636 BTC at 60,726.17",),
        unknown_orders=0,
    ),
    "panic": PanicEngaged(scope="all", policy="flatten", by=MIA, bots=3, canceled_orders=11, closing_positions=2),
    "platform down": PlatformDown(platform="telegram", since=DOWN, reason="no answer", is_final=False),
    "platform back": PlatformBack(platform="telegram", down_since=DOWN, back_at=DOWN.replace(minute=8, second=50)),
    "security": AccessChanged(text="jonas joined as trader; mia invited them."),
}


@pytest.mark.parametrize("title", OF_A_BOT)
async def test_news_of_a_bot(title: str) -> None:
    await PAGE.holds(title, event_message(told(OF_A_BOT[title])))


@pytest.mark.parametrize("title", OF_THE_DESK)
async def test_news_of_the_desk(title: str) -> None:
    await PAGE.holds(title, event_message(told(OF_THE_DESK[title], face=None)))


async def test_who_did_it_is_named() -> None:
    await PAGE.holds("paused by somebody else", event_message(told(BotPaused(by=None)), actor_name="jonas"))


async def test_a_group_sees_no_amounts() -> None:
    message = make_visible(event_message(told(a_closed_trade())), is_hiding_amounts=True)
    await PAGE.holds("closed, in a group", message)


async def test_many_at_once_are_one_message() -> None:
    await PAGE.holds("burst", digest_message(tuple(told(a_purchase()) for _ in range(14))))


async def test_what_may_have_been_sent_says_so() -> None:
    await PAGE.holds("sent twice?", mark_as_repeat(event_message(told(a_purchase()))))
