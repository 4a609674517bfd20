"""Backtest of plan strategies, candle by candle: orders rest, candles fill them, each close asks for a new plan.

A plan is asked for at the start, at each close and after each fill, exactly as a running bot does.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot.domain.barrier import NO_LEVELS, STOP_LOSS, TAKE_PROFIT, BarrierLevels, GuardedPosition, barrier_levels
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import DecisionKey, client_order_id
from bot.domain.matching import RANGE_PRIORITY, Bar, is_filled_at_open, is_filled_in_range, market_fill_price
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.plan import DesiredOrder
from bot.domain.trade import ExitReason
from bot.engine.backtest.result import BACKTEST_BOT, BacktestRecord, BacktestRun, CandlePrices, Execution
from bot.engine.trading.planning import EXIT_TAG, OrderDraft, draft_exit, money_left
from bot.engine.trading.risk import MINUTE, RiskView, check_order, check_size
from bot.strategy.base import PlanStrategy, PlanView, StrategyParameters


def run_plan(
    run: BacktestRun, strategy: PlanStrategy[StrategyParameters], parameters: StrategyParameters
) -> BacktestRecord:
    """Trade the strategy's plans over every candle."""
    engine = _PlanSimulation(run, strategy, parameters)
    engine.close_candle(run.first - 1)
    for row in range(run.first, len(run.candles)):
        engine.fill_candle(row)
        engine.close_candle(row)
    engine.record.add_open_trade()
    return engine.record


_Match = tuple[OrderType, str, Decimal]
"""Kind, tag and price of something that fills."""


@dataclass(slots=True)
class _PlanSimulation:
    """What rests, and what the fills so far say; `closed` is the newest closed row, `now` the market's time."""

    run: BacktestRun
    strategy: PlanStrategy[StrategyParameters]
    parameters: StrategyParameters
    record: BacktestRecord = field(init=False)
    prices: CandlePrices = field(init=False)
    closed_row: int = field(init=False)
    now: datetime = field(init=False)
    resting_orders: dict[str, Order] = field(default_factory=dict)
    levels: BarrierLevels = NO_LEVELS
    exit_draft: OrderDraft | None = None
    trade_fills: dict[str, tuple[Fill, ...]] = field(default_factory=dict)
    last_fills: dict[str, Fill] = field(default_factory=dict)
    recent_orders: tuple[datetime, ...] = ()
    counter: int = 0

    def __post_init__(self) -> None:
        """Start with an empty journal."""
        self.record = BacktestRecord(self.run.cash)
        self.prices = CandlePrices(self.run.candles)

    def close_candle(self, row: int) -> None:
        """Ask for a plan at the close of a candle."""
        self.closed_row, self.now = row, self.run.close_time(row)
        self._update_levels()
        self._align_orders()

    def fill_candle(self, row: int) -> None:
        """Let a candle fill what rests: first its open, then its range, in both the stop before the rest.

        As in a running bot each fill asks for a new plan; orders made at the open are met by the candle's range.
        """
        self.now = self.run.open_time(row)
        bar = Bar(open=self.prices.open_price(row), high=self.prices.high_price(row), low=self.prices.low_price(row))
        self._fill_exit(row, bar)
        if not self.resting_orders and self.levels is NO_LEVELS:
            return
        self._fill_all(
            row,
            [
                (kind, tag, bar.open)
                for kind, tag, price in self._candidates()
                if is_filled_at_open(kind, self._side(tag), price, bar.open)
            ],
        )
        # An entry at the open is guarded within its candle already.
        if self.levels is NO_LEVELS:
            self._update_levels()
        self._fill_all(
            row,
            [
                match
                for match in self._candidates()
                if is_filled_in_range(match[0], self._side(match[1]), match[2], bar)
            ],
        )

    def _fill_all(self, row: int, matches: list[_Match]) -> None:
        for kind, tag, price in matches:
            if self._is_resting(tag):
                self._fill(row, kind, tag, price)
                self._align_orders()

    def _align_orders(self) -> None:
        """Bring what rests in line with a new plan; a replacement is made once its forerunner is gone."""
        if self.exit_draft is not None:
            return
        plan = self.strategy.plan(self._view())
        close = self.prices.close_price(self.closed_row)
        wanted = {order.tag: order for order in plan.orders}
        if plan.exit_text and self.record.ledger.trade:
            self.exit_draft = draft_exit(self.record.ledger.position.quantity, close, self.run.market, plan.exit_text)
            wanted = {}
        surplus = [tag for tag, order in self.resting_orders.items() if not _is_same(wanted.get(tag), order)]
        for tag in surplus:
            del self.resting_orders[tag]
        # Those made afresh come first, for the others have to wait until their cancel is confirmed.
        for planned in sorted(wanted.values(), key=lambda order: order.tag in surplus):
            if planned.tag not in self.resting_orders:
                self._place(planned, close)

    def _view(self) -> PlanView[StrategyParameters]:
        run = self.run
        return PlanView(
            parameters=self.parameters,
            market=run.market,
            candles=run.candles.slice_rows(0, self.closed_row + 1),
            position=self.record.ledger.position,
            trade_fills=self.trade_fills,
            last_fills=self.last_fills,
            open_orders=self.resting_orders,
            market_time=self.now,
            run_started=run.open_time(run.first),
            capital=money_left(run.config.capital, self.record.ledger.realised_profit),
            seed=0,
        )

    def _fill_exit(self, row: int, bar: Bar) -> None:
        draft, self.exit_draft = self.exit_draft, None
        if draft is None or self.record.ledger.trade is None:
            return
        if check_size(draft.quantity, draft.reference_price, self.run.market):
            return
        price = market_fill_price(OrderSide.SELL, bar.open, self.run.options.slippage, self.run.market)
        order = Execution(OrderSide.SELL, draft.quantity, price, draft.reference_price, ExitReason.SIGNAL, EXIT_TAG)
        self._book_fill(row, order)

    def _candidates(self) -> list[_Match]:
        found: list[_Match] = []
        if self.levels.stop is not None:
            found.append((OrderType.STOP, STOP_LOSS.tag, self.levels.stop))
        for tag, order in self.resting_orders.items():
            if order.intent.price is not None:
                found.append((OrderType.LIMIT, tag, order.intent.price))
        if self.levels.target is not None:
            found.append((OrderType.TARGET, TAKE_PROFIT.tag, self.levels.target))
        return sorted(found, key=lambda item: RANGE_PRIORITY[item[0]])

    def _is_resting(self, tag: str) -> bool:
        if tag in (STOP_LOSS.tag, TAKE_PROFIT.tag):
            return self.levels is not NO_LEVELS and self.record.ledger.trade is not None
        return tag in self.resting_orders

    def _side(self, tag: str) -> OrderSide:
        order = self.resting_orders.get(tag)
        return OrderSide.SELL if order is None else order.intent.side

    def _update_levels(self) -> None:
        ledger, barriers = self.record.ledger, self.run.config.barriers
        if ledger.trade is None or not barriers.is_any_set:
            self.levels = NO_LEVELS
            return
        self.levels = barrier_levels(
            barriers,
            GuardedPosition(average_entry=ledger.position.average_entry, sign=1, best_price=ZERO),
            self.run.market,
        )

    def _fill(self, row: int, kind: OrderType, tag: str, price: Decimal) -> None:
        run, position = self.run, self.record.ledger.position
        if kind is not OrderType.LIMIT:
            is_stop = kind is OrderType.STOP
            reason = ExitReason.STOP_LOSS if is_stop else ExitReason.TAKE_PROFIT
            paid = market_fill_price(OrderSide.SELL, price, run.options.slippage, run.market) if is_stop else price
            quantity = run.market.floor_quantity(position.quantity)
            self.levels = NO_LEVELS
            # Whatever else would sell the same coins is gone with them.
            self.resting_orders = {
                name: order for name, order in self.resting_orders.items() if order.intent.side is OrderSide.BUY
            }
            self._book_fill(row, Execution(OrderSide.SELL, quantity, paid, price, reason, tag))
            return
        order = self.resting_orders.pop(tag)
        intent, quantity = order.intent, order.intent.quantity
        if intent.side is OrderSide.BUY:
            quantity = self.record.affordable_quantity(quantity, price, run)
        else:
            quantity = min(quantity, run.market.floor_quantity(position.quantity))
        if quantity:
            reference = intent.reference_price
            self._book_fill(
                row, Execution(intent.side, quantity, price, reference, ExitReason.SIGNAL, tag, Liquidity.MAKER)
            )

    def _book_fill(self, row: int, order: Execution) -> None:
        fill = self.record.book_execution(self.run, row, order)
        self.last_fills[order.tag] = fill
        if self.record.ledger.trade is None:
            self.trade_fills = {}
            return
        before = self.trade_fills.get(order.tag, ())
        self.trade_fills = {**self.trade_fills, order.tag: (*before, fill)}

    def _place(self, desired: DesiredOrder, close: Decimal) -> None:
        run, ledger, now = self.run, self.record.ledger, self.now
        draft = OrderDraft(
            side=desired.side,
            order_type=OrderType.LIMIT,
            purpose=OrderPurpose.PLAN,
            tag=desired.tag,
            quantity=desired.quantity,
            price=desired.price,
            reference_price=close,
            reason="",
        )
        self.recent_orders = tuple(time for time in self.recent_orders if time > now - MINUTE)
        view = RiskView(
            market=run.market,
            limits=run.config.limits,
            last_price=close,
            money_left=money_left(run.config.capital, ledger.realised_profit),
            committed_value=max(ledger.position.cost, ZERO) + self._locked_value(),
            open_orders=len(self.resting_orders),
            recent_orders=self.recent_orders,
            now=now,
            is_blocked=False,
            has_unknown=False,
        )
        refusal = check_order(draft, view, ledger.position.quantity)
        if refusal:
            self.record.refusals.append(f"{desired.tag}: {refusal.text}")
            return
        self.recent_orders = (*self.recent_orders, now)
        self.counter += 1
        self.resting_orders[desired.tag] = _order(run, draft, self.counter, now)

    def _locked_value(self) -> Decimal:
        buys = (order.intent for order in self.resting_orders.values() if order.intent.side is OrderSide.BUY)
        return sum((intent.quantity * (intent.price or ZERO) for intent in buys), ZERO)


def _is_same(desired: DesiredOrder | None, order: Order) -> bool:
    intent = order.intent
    wanted = (intent.side, intent.price, intent.quantity)
    return desired is not None and (desired.side, desired.price, desired.quantity) == wanted


def _order(run: BacktestRun, draft: OrderDraft, counter: int, now: datetime) -> Order:
    moment = Moment(now, now)
    intent = OrderIntent(
        client_order_id=client_order_id(BACKTEST_BOT, counter),
        bot_id=BACKTEST_BOT,
        account_id=run.config.account_id,
        symbol=run.market.symbol,
        timeframe=run.config.timeframe,
        side=draft.side,
        order_type=draft.order_type,
        purpose=draft.purpose,
        tag=draft.tag,
        quantity=draft.quantity,
        price=draft.price,
        reference_price=draft.reference_price,
        decision_key=DecisionKey(str(counter)),
        reason=draft.reason,
        decided_at=moment,
        valid_until=None,
        run_number=1,
        config_version=1,
    )
    return Order(intent=intent, status=OrderStatus.ACCEPTED, updated_at=moment)
