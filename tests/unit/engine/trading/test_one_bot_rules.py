"""One bot through anything that can happen to it, in any order: what must hold always, and what once all is quiet."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from bot.domain.barrier import STOP_LOSS
from bot.domain.errors import Refused
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderPurpose, OrderSide
from bot.domain.trade import Trade
from bot.engine.market_data.price_watch import barrier_triggers
from bot.engine.runtime.session_loading import load_plan_fills
from bot.engine.trading.messages import AlignOrders, BarrierTriggered, CandleClosed, FillReported, Message, RunStarted
from bot.engine.trading.session import Session
from bot.ports.host import (
    ApplyConfig,
    CancelOrder,
    ClosePosition,
    ControlCommand,
    PauseBot,
    ResumeBot,
    StartBot,
    StopBot,
)
from tests.builders.facts import a_config
from tests.builders.guarded import assert_guarded, is_filling_stop
from tests.builders.one_bot import MIA, one_bot
from tests.builders.recordings import candles, flat
from tests.fakes.memory_storage.reader import MemoryReader
from tests.fakes.swing_plan import SwingPlan
from tests.fakes.wild_venue import WildVenue

CLOSES = st.integers(80, 120).map(float)
INDEXES, BARRIERS = st.integers(0, 30), st.sampled_from([None, "0.05", "0.1"])


class OneBotRules(RuleBasedStateMachine):
    """The machine: every rule is something that happens to the bot."""

    @initialize(is_plan=st.booleans(), rests=st.booleans(), stop=BARRIERS, profit=BARRIERS)
    def begin(self, is_plan: bool, rests: bool, stop: str | None, profit: str | None) -> None:
        self.bot = one_bot(a_config(stop_loss=stop, take_profit=profit), has_conditional_orders=rests)
        self.bot.plan = SwingPlan() if is_plan else None
        self.venue = WildVenue(self.bot)
        self.price = 100.0
        self.planned = ZERO
        self.commands = 0

    def handle(self, message: Message) -> None:
        before = self.bot.session
        outcome = self.bot.send(message)
        self.venue.add_listener()
        decided = [order.intent for key, order in outcome.session.orders.items() if key not in before.orders]
        if outcome.session.has_unknown:
            assert all(intent.side is OrderSide.SELL for intent in decided), "new risk while an order is unknown"
        for intent in decided:
            if intent.purpose is OrderPurpose.ENTRY:
                self.planned = before.ledger.position.quantity + intent.quantity
            if intent.purpose is OrderPurpose.EXIT:
                assert len(outcome.session.orders) == 1, "sold while something else was still out"

    def command(self, control: ControlCommand) -> None:
        before = self.bot.session
        try:
            self.handle(self.bot.commanded(control))
        except Refused:
            assert self.bot.session is before

    def command_id(self) -> str:
        self.commands += 1
        return f"c{self.commands}"

    @rule(close=CLOSES, entry=st.sampled_from([0, 0, 1]), is_exit=st.sampled_from([False, False, False, True]))
    def candle(self, close: float, entry: int, is_exit: bool) -> None:
        self.price = close
        self.bot.wait(timedelta(minutes=5))
        message = self.bot.candle_message(close, self.bot.a_row(entry, is_exit=is_exit))
        if self.bot.plan is not None:
            message = CandleClosed(message.candle, message.close_time, None, candles(flat(2, close)))
        self.handle(message)
        self._touch()

    def _touch(self) -> None:
        if self.bot.has_conditional_orders and self.bot.plan is None:
            return
        for trigger in barrier_triggers(self.bot.session)[1]:
            is_touched = self.price <= trigger.price if trigger.tag == STOP_LOSS.tag else self.price >= trigger.price
            if is_touched:
                self.bot.wait(timedelta(seconds=1))
                self.handle(BarrierTriggered(trigger.tag, Decimal(repr(self.price)), self.bot.market_time))
                return

    @precondition(lambda self: self.venue.asked)
    @rule(way=st.sampled_from(["as asked", "as asked", "as asked", "refuse", "lose", "vanish", "expire"]))
    def answer(self, way: str) -> None:
        message = self.venue.answer(way)
        if message is not None:
            self.handle(message)

    @precondition(lambda self: self.venue.open)
    @rule(index=INDEXES, share=st.sampled_from([1, 10, 30, 60, 97, 100, 100, 100]))
    def fill(self, index: int, share: int) -> None:
        order = self.venue.open[index % len(self.venue.open)]
        quantity = max(self.bot.market.floor_quantity(order.left * share / 100), self.bot.market.step)
        price = order.intent.price or Decimal(repr(self.price))
        if order.intent.side is OrderSide.BUY:
            # The reserve of the stake covers an open half a percent above the close that decided.
            price = min(price, order.intent.reference_price * Decimal("1.005"))
        if order.intent.side is OrderSide.BUY or quantity <= self.venue.coins:
            self.venue.fill(order, price, min(quantity, order.left))

    @precondition(lambda self: self.venue.fills)
    @rule(is_repeated=st.booleans())
    def tell_fill(self, is_repeated: bool) -> None:
        message = self.venue.next_fill()
        self.handle(message)
        if is_repeated:
            order = self.bot.order(message.report.fill.client_order_id)
            with pytest.raises(Exception, match=r"repeats|cannot|sells") as found:
                self.bot.send(FillReported(message.report, order))
            assert isinstance(found.value, Exception)

    @precondition(lambda self: self.venue.reports)
    @rule()
    def tell_report(self) -> None:
        self.handle(self.venue.next_report())

    @precondition(lambda self: self.venue.open)
    @rule(index=INDEXES)
    def take_away(self, index: int) -> None:
        self.venue.take_away(self.venue.open[index % len(self.venue.open)])

    @rule()
    def pause(self) -> None:
        self.command(PauseBot(by=MIA, command_id=self.command_id()))

    @rule()
    def resume(self) -> None:
        self.command(ResumeBot(by=MIA, command_id=self.command_id()))

    @rule(policy=st.sampled_from(StopPolicy))
    def stop(self, policy: StopPolicy) -> None:
        self.command(StopBot(by=MIA, command_id=self.command_id(), policy=policy))

    @rule()
    def close(self) -> None:
        self.command(ClosePosition(by=MIA, command_id=self.command_id()))

    @rule()
    def start(self) -> None:
        self.command(StartBot(by=MIA, command_id=self.command_id()))
        if self.bot.is_in(BotStatus.STARTING):
            self.handle(RunStarted(is_new_run=True, candles=candles(flat(2, self.price))))

    @rule(stop=BARRIERS, profit=BARRIERS, capital=st.integers(100, 1200))
    def edit(self, stop: str | None, profit: str | None, capital: int) -> None:
        config = a_config(stop_loss=stop, take_profit=profit, capital=str(capital))
        version = self.bot.session.bot.config_version + 1
        self.command(
            ApplyConfig(by=MIA, command_id=self.command_id(), config=config, version=version, reason="because")
        )

    @precondition(lambda self: self.bot.session.orders)
    @rule(index=INDEXES)
    def cancel_one(self, index: int) -> None:
        orders = list(self.bot.session.orders)
        self.command(CancelOrder(by=MIA, command_id=self.command_id(), client_order_id=orders[index % len(orders)]))

    @rule()
    def panic(self) -> None:
        self.bot.is_blocked = not self.bot.is_blocked

    @rule()
    def restart(self) -> None:
        """Crash and recover: late fills first, then every order is looked up, then the bot goes on."""
        self.bot.session = self._loaded()
        while self.venue.fills:
            self.handle(self.venue.next_fill())
        self.venue.look_up_all()
        self._drain()
        self.commands += 1
        if self.bot.session.is_deciding:
            self.bot.session = replace(self.bot.session, bot=replace(self.bot.session.bot, epoch=self.commands))
            self.handle(RunStarted(is_new_run=False, candles=candles(flat(2, self.price))))
        else:
            self.handle(AlignOrders(f"again-{self.commands}"))

    def _loaded(self) -> Session:
        session = self.bot.restarted()
        if self.bot.plan is None:
            return session
        loaded = asyncio.run(load_plan_fills(MemoryReader(self.bot.tables), session))
        assert dict(loaded.trade_fills) == dict(self.bot.session.trade_fills)
        assert dict(loaded.last_fills) == dict(self.bot.session.last_fills)
        return loaded

    @rule()
    def calm(self) -> None:
        """Let everything that is under way arrive, exits fill, and look at what is left."""
        self._drain()
        self.candle(self.price, 0, is_exit=False)
        self._drain()
        session = self.bot.session
        assert not self.bot.is_in(BotStatus.STOPPING), "never stops"
        if session.bot.exit_wish is not None:
            # Only what is worth less than the venue's minimum waits for a better price.
            assert session.is_deciding
            assert session.ledger.position.is_flat(session.market, Decimal(repr(self.price)))
        assert session.ending_reports == {}
        assert session.ledger.position.quantity == self.venue.coins
        assert {key for key, order in self.venue.orders.items() if order.is_open} == set(session.orders)
        assert_guarded(self.bot)

    def _drain(self) -> None:
        for _ in range(200):
            leaving = [one for one in self.venue.open if one.intent.purpose is OrderPurpose.EXIT]
            if self.venue.fills:
                self.handle(self.venue.next_fill())
            elif self.venue.reports:
                self.handle(self.venue.next_report())
            elif self.venue.asked:
                self.answer("as asked")
            elif leaving:
                self.venue.fill(leaving[0], Decimal(repr(self.price)), leaving[0].left)
            else:
                return
        raise AssertionError("it never becomes quiet")

    @invariant()
    def what_is_stored_is_what_is_known(self) -> None:
        session, tables = self.bot.session, self.bot.tables
        working = {order.intent.client_order_id: order for order in tables.rows(Order) if order.is_working}
        assert working == dict(session.orders)
        if session.bot.bot_id in tables.ledgers:
            assert tables.ledgers[session.bot.bot_id] == session.ledger
        opened = [trade for trade in tables.rows(Trade) if trade.closed_at is None]
        assert opened == ([session.ledger.trade] if session.ledger.trade else [])

    @invariant()
    def nothing_is_sold_that_is_not_held(self) -> None:
        session = self.bot.session
        held = session.ledger.position.quantity
        assert held >= 0
        exits = session.working_orders(OrderPurpose.EXIT)
        assert len(exits) <= 1
        barriers = session.working_orders(OrderPurpose.BARRIER)
        ended = {order.intent.group for order in filter(is_filling_stop, barriers)}
        for order in (*exits, *barriers):
            is_ended = order.intent.group in ended and not is_filling_stop(order)
            assert order.remaining_quantity <= held or order.is_cancel_wanted or is_ended

    @invariant()
    def no_more_is_bought_than_was_planned(self) -> None:
        session = self.bot.session
        entries = session.working_orders(OrderPurpose.ENTRY)
        assert len(entries) <= 1
        if self.bot.plan is None:
            assert session.ledger.position.quantity + sum(order.remaining_quantity for order in entries) <= self.planned
        assert session.committed_value <= max(session.bot.config.capital, session.money_left) * Decimal("1.01")

    @invariant()
    def settling_twice_changes_nothing(self) -> None:
        once = self.bot.outcome(AlignOrders("once"))
        twice = self.bot.outcome(AlignOrders("twice"), once.session)
        assert (twice.unit, twice.commands) == ((), ())

    @invariant()
    def results_add_up(self) -> None:
        book = self.bot.session.ledger
        profits = [trade.profit for trade in self.bot.tables.rows(Trade) if trade.closed_at is not None]
        assert book.totals.closed_profit == sum(profits)
        assert (book.totals.trades, book.totals.fills) == (len(profits), len(self.bot.tables.fills))


def search(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )


def test_a_bot_keeps_its_rules() -> None:
    run_machine(OneBotRules, settings=search(60, 40))


@pytest.mark.fuzz
@pytest.mark.timeout(900)
def test_a_bot_keeps_its_rules_for_long() -> None:
    run_machine(OneBotRules, settings=search(3000, 80))
