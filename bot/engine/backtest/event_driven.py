"""The event-driven backtest: a bot's messages go through the handlers of the running engine, its orders through the
simulated venue's matcher, both in memory.

Phases of a candle are those of the recorded market: its open fills, then its range, then it closes.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.domain.candle import Candle
from bot.domain.errors import VenueRejection
from bot.domain.events import OrderRejected, RiskTripped
from bot.domain.facts import EventRaised, Saved, UnitOfWork
from bot.domain.ids import OperatorId, VenueId
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Mode
from bot.domain.matching import FillBounds, fill_bounds
from bot.domain.metrics import slippage_reference
from bot.domain.moment import Moment
from bot.domain.order import OrderIntent
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger, Trade
from bot.engine.backtest.result import BACKTEST_BOT, BacktestRecord, BacktestRun
from bot.engine.execution.order_router import command_priority
from bot.engine.simulation.matcher import Matcher
from bot.engine.simulation.order_rules import OrderTerms, accept_order
from bot.engine.simulation.simulation_options import SimulationOptions
from bot.engine.simulation.state_rows import StateSnapshot
from bot.engine.simulation.venue_state import VenueState
from bot.engine.trading.dispatch import handle_message
from bot.engine.trading.messages import (
    CancelAtVenue,
    CandleClosed,
    FillReported,
    Message,
    OrderGone,
    OrderReported,
    RouterCommand,
    RunStarted,
    SendOrder,
    SubmitRefused,
)
from bot.engine.trading.plan_refresh import planner_for
from bot.engine.trading.session import HandlerContext, Planner, Session
from bot.ports.venue import FillReport, VenueEvent
from bot.strategy.base import PlanStrategy, SignalStrategy, SignalTable, StrategyParameters
from bot.strategy.candles import to_milliseconds

VENUE = VenueId("backtest")


def run_event_driven(
    run: BacktestRun,
    strategy: PlanStrategy[StrategyParameters] | SignalStrategy[StrategyParameters],
    parameters: StrategyParameters,
) -> BacktestRecord:
    """Trade a strategy candle by candle, as a bot that practises on the same candles does."""
    if isinstance(strategy, PlanStrategy):
        planner, table = planner_for(strategy, parameters), None
    else:
        planner, table = None, strategy.signals(parameters, run.candles)
    bot = _BacktestBot(run, planner)
    bot.begin_run()
    for row in range(run.first, len(run.candles)):
        bot.play_candle(row, table)
        run.options.on_progress(row)
    bot.record.add_open_trade()
    if isinstance(strategy, PlanStrategy):
        bot.record.plan_rounds = strategy.group_rounds(bot.session.trade_fills)
    return bot.record


@dataclass(slots=True)
class _BacktestClock:
    time: datetime

    def now(self) -> datetime:
        return self.time


class _BacktestBot:
    """One bot with its venue: messages in the order of the running engine, each change kept at once."""

    def __init__(self, run: BacktestRun, planner: Planner | None) -> None:
        self.record = BacktestRecord(run.cash, run.options.reserve)
        self._run, self._planner = run, planner
        self._row = run.first
        self._clock = _BacktestClock(run.close_time(run.first - 1) if run.first else run.open_time(0))
        self.session = Session(bot=_bot(run, self._clock.time), market=run.market, ledger=Ledger(), orders={})
        self._messages: deque[Message] = deque()
        self._series = (run.market.symbol, run.config.timeframe)
        self._state = VenueState(StateSnapshot(accounts=(), orders=(), key_values=()))
        self._account = self._state.open_account(
            run.config.account_id, run.market.quote, run.cash + run.options.reserve
        )
        options = SimulationOptions(slippage=run.options.slippage, is_fee_in_base=run.options.is_fee_in_base)
        self._matcher = Matcher(self._state, (run.market,), options, self._clock)
        self._fill_bounds: FillBounds | None = None

    def begin_run(self) -> None:
        """Begin the run with the candles closed by then."""
        self._handle_all(RunStarted(is_new_run=True, candles=self._run.candles.slice_rows(0, self._run.first)))

    def play_candle(self, row: int, table: SignalTable | None) -> None:
        """Let a candle fill what rests, then close it; `table` holds the events of a signal strategy."""
        self._row, candle = row, self._run.candles.row(row)
        self._clock.time = candle.open_time
        if self._may_fill(candle):
            self._match(self._matcher.match_open(self._series, candle))
            self._match(self._matcher.match_range(self._series, candle))
            if self._state.waiting_bots.has_any_in(to_milliseconds(candle.open_time)):
                self._match(self._matcher.match_rest(self._series, candle))
        self._clock.time = self._run.close_time(row)
        signal = None if table is None else SignalRow(int(table.entry[row]), bool(table.exit[row]), "", ())
        candles = None if table is not None else self._run.candles.slice_rows(0, row + 1)
        self._handle_all(CandleClosed(candle, self._clock.time, signal, candles))

    def _may_fill(self, candle: Candle) -> bool:
        if self._fill_bounds is None:
            orders = self._state.open_orders_on(self._series)
            self._fill_bounds = fill_bounds((order.order_type, order.side, order.price) for order in orders)
        return self._fill_bounds.is_reached(candle.low, candle.high)

    def _match(self, reports: Iterator[list[VenueEvent]]) -> None:
        events = [event for events in reports for event in events]
        if events:
            self._fill_bounds = None
            self._handle_all(*map(_message, events))

    def _handle_all(self, *messages: Message) -> None:
        self._messages.extend(messages)
        while self._messages:
            self._handle(self._messages.popleft())

    def _handle(self, message: Message) -> None:
        before, now = self.session, self._clock.time
        context = HandlerContext(
            moment=Moment(now, now),
            is_blocked=False,
            can_rest_barriers=True,
            planner=self._planner,
            dates_fills_by_candle=True,
        )
        outcome = handle_message(before, message, context)
        self.session = outcome.session
        self.record.ledger = outcome.session.ledger
        self._record_facts(outcome.unit)
        if isinstance(message, FillReported):
            self._record_fill(message.report, before)
        for command in sorted(outcome.commands, key=command_priority):
            self._fill_bounds = None
            self._messages.append(self._execute(command))

    def _execute(self, command: RouterCommand) -> Message:
        if isinstance(command, SendOrder):
            return self._submit(command.intent)
        if not isinstance(command, CancelAtVenue):
            raise TypeError(f"an in-memory venue loses no answers: {command}")
        order = self._state.order((command.account_id, command.client_order_id))
        if order is None:
            return OrderGone(command.client_order_id)
        if order.is_open:
            order = self._matcher.cancel_order(order, "canceled on request", self._clock.time)
        return OrderReported(order.report)

    def _submit(self, intent: OrderIntent) -> Message:
        market = self._run.market
        price = self.session.last_price if intent.price is None else intent.price
        fee_rate = self._matcher.quote_fee_rate(market, intent.side)
        try:
            terms = OrderTerms(market=market, price=price or intent.reference_price, quote_fee_rate=fee_rate)
            order = accept_order(intent, terms, self._account, self._clock.time)
        except VenueRejection as error:
            return SubmitRefused(intent.client_order_id, str(error))
        self._state.add_order(order)
        return OrderReported(order.report)

    def _record_facts(self, unit: UnitOfWork) -> None:
        for fact in unit:
            if isinstance(fact, Saved) and isinstance(fact.record, Trade) and fact.record.closed_at is not None:
                self.record.trades.append(fact.record)
            elif isinstance(fact, EventRaised) and isinstance(fact.event.payload, RiskTripped):
                self.record.refusals.append(fact.event.payload.text)
            elif isinstance(fact, EventRaised) and isinstance(fact.event.payload, OrderRejected):
                self.record.refusals.append(fact.event.payload.error)

    def _record_fill(self, report: FillReport, before: Session) -> None:
        record, fill = self.record, report.fill
        record.cash = self._account.total(self._run.market.quote) - record.reserve
        record.fills.append(fill)
        intent = before.orders[fill.client_order_id].intent
        record.references.append(
            slippage_reference(intent.order_type, price=intent.price, reference_price=intent.reference_price)
        )
        record.rows.append(self._row)
        record.cash_after.append(float(record.cash))
        record.quantity_after.append(float(record.ledger.position.quantity))


def _bot(run: BacktestRun, created_at: datetime) -> Bot:
    return Bot(
        bot_id=BACKTEST_BOT,
        name="backtest",
        owner=OperatorId("backtest"),
        venue=VENUE,
        mode=Mode.PRACTICE,
        config=run.config,
        config_version=1,
        status=BotStatus.STARTING,
        desired=BotStatus.RUNNING,
        created_at=created_at,
    )


def _message(event: VenueEvent) -> Message:
    return FillReported(event) if isinstance(event, FillReport) else OrderReported(event)
