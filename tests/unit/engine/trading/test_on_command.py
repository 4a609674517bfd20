"""Commands to one bot: what each changes, what it cancels and keeps, and what it refuses without changing anything."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.errors import Conflict, Refused
from bot.domain.events import BotPaused, BotResumed, BotStopped, NotificationLevel, TradeClosed
from bot.domain.ids import OperatorId
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import CancelAtVenue
from bot.ports.host import (
    CancelOrder,
    ClosePosition,
    ControlCommand,
    DeleteBot,
    PauseBot,
    RenameBot,
    ResumeBot,
    StartBot,
)
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, a_buy, a_sell, one_bot
from tests.builders.refusals import raises_refusal

BO = OperatorId("bo")
START, PAUSE = StartBot(by=MIA, command_id="c"), PauseBot(by=MIA, command_id="c")
RESUME, DELETE = ResumeBot(by=MIA, command_id="r"), DeleteBot(by=MIA, command_id="c")
CLOSE = ClosePosition(by=MIA, command_id="c")
GUARDED = a_config(stop_loss="0.05", take_profit="0.1")


def cancels(bot: OneBot) -> list[str]:
    return [command.client_order_id for command in bot.commands if isinstance(command, CancelAtVenue)]


def a_guarded_bot() -> OneBot:
    bot = one_bot(GUARDED)
    bot.bought("100")
    return bot


def confirm_cancels(bot: OneBot) -> None:
    for order in tuple(bot.session.orders.values()):
        if order.is_cancel_wanted:
            bot.report(order.intent, OrderStatus.CANCELED)


@pytest.mark.parametrize("status", [BotStatus.CREATED, BotStatus.STOPPED, BotStatus.FAILED])
def test_start_begins_to_start(status: BotStatus) -> None:
    bot = one_bot(status=status)
    outcome = bot.command(START)
    assert (bot.status, bot.session.bot.desired, bot.session.bot.status_by) == (
        BotStatus.STARTING,
        BotStatus.RUNNING,
        MIA,
    )
    assert outcome.commands == ()


@pytest.mark.parametrize(
    ("control", "statuses"),
    [
        (START, {BotStatus.STARTING, BotStatus.RUNNING, BotStatus.PAUSED, BotStatus.STOPPING}),
        (PAUSE, set(BotStatus) - {BotStatus.RUNNING}),
        (RESUME, set(BotStatus) - {BotStatus.PAUSED}),
        (DELETE, {BotStatus.STARTING, BotStatus.RUNNING, BotStatus.PAUSED, BotStatus.STOPPING}),
        (CLOSE, set(BotStatus)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_state_does_not_allow_is_refused_and_changes_nothing(
    control: ControlCommand, statuses: set[BotStatus]
) -> None:
    for status in sorted(statuses):
        bot = one_bot(status=status)
        with raises_refusal(Refused, match=r"alpha \(PRACTICE\) .*/"):
            bot.command(control)
        assert bot.facts == []


def test_pause_takes_back_entries_and_keeps_guarding() -> None:
    bot = one_bot(GUARDED)
    bot.candle(entry=1)
    entry = bot.newest()
    bot.fill(entry, "100", "5")
    bot.command(PAUSE)
    assert bot.status is bot.session.bot.desired is BotStatus.PAUSED
    assert entry.client_order_id in cancels(bot)
    assert bot.working(OrderPurpose.BARRIER)
    assert not any(order.is_cancel_wanted for order in bot.working(OrderPurpose.BARRIER))


def test_pause_takes_back_what_adds_in_a_plan_and_keeps_what_leaves() -> None:
    bot = one_bot(plan=[a_buy(1), a_sell(1)])
    bot.candle()
    buy, sell = bot.intents()
    bot.fill(buy, "99")
    bot.command(PAUSE)
    assert sell.client_order_id not in cancels(bot)
    bot.command(RESUME)
    assert bot.newest().tag == "buy-1"


@pytest.mark.parametrize(("by", "level"), [(MIA, NotificationLevel.OFF), (BO, NotificationLevel.SILENT)])
def test_a_change_is_told_to_everybody_but_whoever_made_it(by: OperatorId, level: NotificationLevel) -> None:
    bot = one_bot()
    bot.command(PauseBot(by=by, command_id="p"))
    bot.command(ResumeBot(by=by, command_id="r"))
    bot.stop(by=by)
    assert [event.level for event in bot.events] == [level] * 3
    assert [type(event.payload) for event in bot.events] == [BotPaused, BotResumed, BotStopped]


def test_a_flat_bot_stops_at_once() -> None:
    bot = one_bot()
    bot.stop()
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.session.bot.desired is BotStatus.STOPPED
    (told,) = bot.told(BotStopped)
    assert (told.canceled_orders, told.kept_quantity, told.stop_price, told.policy) == (0, Decimal(0), None, "entries")


def test_the_default_stop_cancels_entries_and_keeps_position_and_guard() -> None:
    bot = a_guarded_bot()
    for order in bot.working(OrderPurpose.BARRIER):
        bot.accept(order.intent)
    bot.stop()
    (told,) = bot.told(BotStopped)
    assert bot.is_in(BotStatus.STOPPED)
    assert len(bot.working(OrderPurpose.BARRIER)) == 2
    assert (told.kept_quantity, told.stop_price, told.target_price) == (bot.held, Decimal(95), Decimal(110))
    bot.fill(bot.newest(OrderPurpose.BARRIER), "110")
    assert bot.told(TradeClosed)[0].trade.exit_reason is ExitReason.TAKE_PROFIT


def test_a_stop_says_what_is_unguarded() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.stop()
    (told,) = bot.told(BotStopped)
    assert (told.kept_quantity, told.stop_price, told.target_price) == (bot.held, None, None)


def test_a_stop_waits_until_its_entry_is_really_gone() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.stop()
    assert bot.is_in(BotStatus.STOPPING)
    assert bot.told(BotStopped) == []
    bot.report(bot.newest(), OrderStatus.CANCELED)
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.told(BotStopped)[0].canceled_orders == 1


def test_an_entry_that_fills_while_stopping_is_kept_and_guarded() -> None:
    bot = one_bot(GUARDED)
    bot.candle(entry=1)
    bot.stop()
    bot.fill(bot.newest(), "100")
    assert bot.is_in(BotStatus.STOPPED)
    assert [order.intent.tag for order in bot.working(OrderPurpose.BARRIER)] == ["stop_loss", "take_profit"]


def test_policy_cancel_lets_the_position_go_without_a_guard() -> None:
    bot = a_guarded_bot()
    bot.stop(StopPolicy.CANCEL)
    assert bot.is_in(BotStatus.STOPPING)
    confirm_cancels(bot)
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.session.orders == {}
    (told,) = bot.told(BotStopped)
    assert (told.canceled_orders, told.kept_quantity, told.stop_price) == (2, bot.held, None)


def test_policy_flatten_cancels_everything_then_sells_then_stops() -> None:
    bot = a_guarded_bot()
    bot.stop(StopPolicy.FLATTEN)
    assert bot.newest().purpose is OrderPurpose.BARRIER
    confirm_cancels(bot)
    leaving = bot.newest()
    assert (leaving.purpose, leaving.quantity, leaving.reason) == (OrderPurpose.EXIT, bot.held, "flatten")
    assert bot.is_in(BotStatus.STOPPING)
    bot.fill(leaving, "98")
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.told(TradeClosed)[0].trade.exit_reason is ExitReason.FLATTEN
    assert bot.told(BotStopped)[0].kept_quantity == 0


@pytest.mark.parametrize("policy", StopPolicy)
def test_a_stop_while_an_exit_is_working_ends_flat_or_without_orders(policy: StopPolicy) -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    leaving = bot.newest()
    bot.stop(policy)
    assert bot.is_in(BotStatus.STOPPING)
    if policy is StopPolicy.CANCEL:
        bot.report(leaving, OrderStatus.CANCELED)
        assert bot.held > 0
    else:
        assert cancels(bot) == []
        bot.fill(leaving, "100")
        assert bot.held == 0
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.session.orders == {}
    assert bot.session.bot.exit_wish is None
    assert bot.newest() is leaving


def test_a_stopped_bot_can_still_be_flattened() -> None:
    bot = a_guarded_bot()
    bot.stop()
    bot.stop(StopPolicy.FLATTEN)
    confirm_cancels(bot)
    bot.fill(bot.newest(OrderPurpose.EXIT), "97")
    assert (bot.status, bot.held) == (BotStatus.STOPPED, Decimal(0))
    assert bot.session.bot.exit_wish is None


@pytest.mark.parametrize("status", [BotStatus.STOPPED, BotStatus.CREATED])
@pytest.mark.parametrize("policy", StopPolicy)
def test_stopping_what_is_stopped_and_flat_is_refused(status: BotStatus, policy: StopPolicy) -> None:
    bot = one_bot(status=status)
    with raises_refusal(Refused, match="has never run" if status is BotStatus.CREATED else "is stopped already"):
        bot.stop(policy)


def test_close_sells_and_the_bot_goes_on() -> None:
    bot = a_guarded_bot()
    bot.command(CLOSE)
    confirm_cancels(bot)
    bot.fill(bot.newest(OrderPurpose.EXIT), "101")
    assert bot.told(TradeClosed)[0].trade.exit_reason is ExitReason.MANUAL
    bot.candle(entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY


def test_close_once_more_while_it_is_selling_changes_nothing() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.command(CLOSE)
    assert bot.command(replace(CLOSE, command_id="again")).unit == ()


def test_the_same_command_after_a_crash_decides_nothing_twice() -> None:
    bot = one_bot()
    bot.bought("100")
    before = bot.session
    bot.command(CLOSE)
    bot.session = before
    with pytest.raises(Conflict):
        bot.command(CLOSE)


def test_a_bot_that_holds_something_or_has_orders_out_is_not_deleted() -> None:
    bot = a_guarded_bot()
    bot.stop()
    with raises_refusal(Refused, match=r"holds 9\.94 ABC\. First /stop alpha policy=flatten"):
        bot.command(DELETE)
    flat = one_bot()
    flat.candle(entry=1)
    flat.session = replace(flat.session, bot=replace(flat.session.bot, status=BotStatus.STOPPED))
    with raises_refusal(Refused, match="still has 1 orders out"):
        flat.command(DELETE)


def test_a_flat_stopped_bot_is_deleted_and_its_dust_stays_in_the_book() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    bot.fill(bot.newest(), "100", "9.9")
    bot.report(bot.newest(), OrderStatus.CANCELED, filled="9.9")
    bot.stop()
    bot.command(DELETE)
    assert bot.is_in(BotStatus.DELETED)
    assert bot.held == Decimal("0.04")


def test_a_name_is_changed_and_nothing_else() -> None:
    bot = one_bot()
    before = bot.session.bot
    bot.command(RenameBot(by=MIA, command_id="c", name="beta"))
    assert bot.session.bot == replace(before, name="beta")


def test_one_order_is_canceled_and_a_plan_does_not_place_it_again() -> None:
    bot = one_bot(plan=[a_buy(1), a_buy(2, price="98")])
    bot.candle()
    first = bot.intents()[0]
    bot.command(CancelOrder(by=MIA, command_id="c", client_order_id=first.client_order_id))
    assert cancels(bot) == [first.client_order_id]
    bot.report(first, OrderStatus.CANCELED)
    bot.candle()
    assert len(bot.intents()) == 2
    with raises_refusal(Refused, match="no such working order"):
        bot.command(CancelOrder(by=MIA, command_id="d", client_order_id=first.client_order_id))
