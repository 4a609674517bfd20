"""One bot driven message by message through the pure handler, over tables in memory that refuse repeated keys."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from bot.domain.candle import Candle
from bot.domain.events import Event, NotificationKind, Payload
from bot.domain.facts import EventRaised, Fact, IntentDecided
from bot.domain.ids import ClientOrderId, OperatorId, VenueOrderId, VenueTradeId
from bot.domain.instance import Bot, BotConfig, BotStatus, StopPolicy
from bot.domain.market import Market
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderIntent, OrderPurpose, OrderSide, OrderStatus
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.domain.signal import SignalRow
from bot.domain.trade import Ledger, Trade
from bot.engine.runtime.session_loading import build_session
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.dispatch import handle_message
from bot.engine.trading.messages import (
    CandleClosed,
    CommandReceived,
    FillReported,
    Message,
    OrderReported,
    RouterCommand,
    RunStarted,
)
from bot.engine.trading.session import HandlerContext, Planner, Session
from bot.ports.host import ControlCommand, StartBot, StopBot
from bot.ports.venue import FillReport, OrderReport
from tests.builders.facts import WALL, a_bot, a_config, saved_records
from tests.builders.fills import a_plain_fill
from tests.builders.orders import SOME_TIME
from tests.builders.recordings import ABC, candles, flat
from tests.fakes.memory_storage.tables import MemoryTables

R = TypeVar("R")
P = TypeVar("P", bound=Payload)
MIA = OperatorId("mia")


@dataclass(slots=True)
class FixedPlan:
    """A plan strategy that wants what the test says; None is not asked yet."""

    orders: tuple[DesiredOrder, ...] = ()
    exit_text: str = ""

    def __call__(self, session: Session, moment: Moment) -> OrderPlan | None:
        return OrderPlan(self.orders, "as told", self.exit_text)


@dataclass(slots=True)
class OneBot:
    """A bot, its clock and everything it stored, told and asked of the router.

    `send` handles a message and stores its unit; a repeated key raises Conflict and changes nothing.
    """

    session: Session
    plan: Planner | None = None
    has_conditional_orders: bool = True
    can_guard_beside_sells: bool = False
    is_blocked: bool = False
    wanted: frozenset[NotificationKind] = frozenset()
    market_time: datetime = SOME_TIME
    wall: datetime = WALL
    tables: MemoryTables = field(default_factory=MemoryTables)
    facts: list[Fact] = field(default_factory=list)
    commands: list[RouterCommand] = field(default_factory=list)
    fills: int = 0

    @property
    def moment(self) -> Moment:
        return Moment(self.market_time, self.wall)

    def outcome(self, message: Message, session: Session | None = None) -> Outcome:
        """Handle a message without storing anything."""
        return handle_message(session or self.session, message, self.handler_context)

    @property
    def handler_context(self) -> HandlerContext:
        return HandlerContext(
            moment=self.moment,
            is_blocked=self.is_blocked,
            can_rest_barriers=self.has_conditional_orders and (self.plan is None or self.can_guard_beside_sells),
            planner=self.plan,
            opted_in_kinds=self.wanted,
        )

    def send(self, message: Message) -> Outcome:
        outcome = self.outcome(message)
        self.tables.store_unit(outcome.unit, self.wall)
        self.session = outcome.session
        self.facts += outcome.unit
        self.commands += outcome.commands
        return outcome

    def wait(self, duration: timedelta) -> None:
        self.market_time += duration
        self.wall += duration

    def candle(
        self, close: float = 100.0, *, entry: int = 0, is_exit: bool = False, missed_exit: SignalRow | None = None
    ) -> Outcome:
        """Let the next candle close."""
        self.wait(self.session.bot.config.timeframe.duration)
        return self.send(self.candle_message(close, self.a_row(entry, is_exit=is_exit), missed_exit))

    @staticmethod
    def a_row(entry: int = 0, *, is_exit: bool = False) -> SignalRow:
        return SignalRow(entry, is_exit, "because", ())

    def candle_message(self, close: float, row: SignalRow, missed_exit: SignalRow | None = None) -> CandleClosed:
        opened = self.market_time - self.session.bot.config.timeframe.duration
        candle = Candle(open_time=opened, open=close, high=close, low=close, close=close, volume=1.0)
        return CandleClosed(candle, self.market_time, row, None, missed_exit)

    def accept(self, intent: OrderIntent) -> Outcome:
        return self.report(intent, OrderStatus.ACCEPTED)

    def report(self, intent: OrderIntent, status: OrderStatus, *, filled: str = "0", remark: str = "") -> Outcome:
        return self.send(OrderReported(self.order_report(intent, status, filled=filled, remark=remark)))

    def order_report(
        self, intent: OrderIntent, status: OrderStatus, *, filled: str = "0", remark: str = ""
    ) -> OrderReport:
        return OrderReport(
            account_id=intent.account_id,
            client_order_id=intent.client_order_id,
            venue_order_id=VenueOrderId(f"v-{intent.client_order_id[:6]}"),
            status=status,
            filled_quantity=Decimal(filled),
            market_time=self.market_time,
            remark=remark,
        )

    def fill(self, intent: OrderIntent, price: str, quantity: str | Decimal | None = None) -> Outcome:
        return self.send(FillReported(self.fill_report(intent, price, quantity)))

    def fill_report(self, intent: OrderIntent, price: str, quantity: str | Decimal | None = None) -> FillReport:
        self.fills += 1
        order = self.session.orders.get(intent.client_order_id)
        left = order.remaining_quantity if order else intent.quantity
        amount = left if quantity is None else Decimal(quantity)
        fill = a_plain_fill(intent.side, amount, price, fee=amount * Decimal(price) * self.market.fee_rate)
        fill = replace(
            fill,
            client_order_id=intent.client_order_id,
            trade_id=VenueTradeId(f"t-{self.fills}"),
            moment=self.moment,
        )
        return FillReport(sequence=self.fills, fill=fill)

    def command(self, control: ControlCommand) -> Outcome:
        return self.send(self.commanded(control))

    @staticmethod
    def commanded(control: ControlCommand) -> CommandReceived:
        return CommandReceived(control)

    def wish(self, *orders: DesiredOrder, exit_text: str = "") -> None:
        """Have the plan strategy want these orders from now on."""
        self.plan = FixedPlan(orders, exit_text)

    def start(self) -> Outcome:
        """Start and begin a new run."""
        self.command(StartBot(by=MIA, command_id=self.command_id()))
        return self.send(RunStarted(is_new_run=True, candles=candles(flat(3))))

    def start_again(self) -> Outcome:
        """Stop, have every cancel confirmed, and begin a new run."""
        self.stop()
        for order in tuple(self.session.orders.values()):
            self.report(order.intent, OrderStatus.CANCELED)
        return self.start()

    def restarted(self) -> Session:
        """Return the session as it is loaded from what was stored, without what only memory knows."""
        bot_id = self.session.bot.bot_id
        orders = tuple(order for order in self.tables.rows(Order) if order.is_working)
        book = self.tables.ledgers.get(bot_id, Ledger())
        trades = [trade for trade in self.tables.rows(Trade) if trade.closed_at is None]
        stored = Ledger(book.position, trades[0] if trades else None, book.totals)
        return build_session(self.tables.row(Bot, bot_id) or self.session.bot, self.market, stored, orders)

    def stop(self, policy: StopPolicy = StopPolicy.ENTRIES, *, by: OperatorId | None = MIA) -> Outcome:
        return self.command(StopBot(by=by, command_id=self.command_id(), policy=policy))

    def command_id(self) -> str:
        return f"c-{len(self.facts)}-{len(self.commands)}"

    def bought(self, price: str = "100", close: float = 100.0) -> OrderIntent:
        """Enter at a candle's close and fill it whole; return the entry's intent."""
        self.candle(close, entry=1)
        intent = self.newest()
        self.accept(intent)
        self.fill(intent, price)
        return intent

    def newest(self, purpose: OrderPurpose | None = None) -> OrderIntent:
        """Return the intent decided last."""
        return self.intents(purpose)[-1]

    def intents(self, purpose: OrderPurpose | None = None) -> list[OrderIntent]:
        """Return every intent that was stored, oldest first."""
        intents = [fact.intent for fact in self.of(IntentDecided)]
        return [intent for intent in intents if purpose in (None, intent.purpose)]

    def of(self, kind: type[R]) -> list[R]:
        """Return the stored facts of one kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]

    def saved(self, kind: type[R]) -> list[R]:
        """Return the records of one kind as they were stored, each time."""
        return saved_records(self.facts, kind)

    @property
    def events(self) -> list[Event]:
        return [fact.event for fact in self.of(EventRaised)]

    def told(self, kind: type[P]) -> list[P]:
        """Return what was told of one kind."""
        return [event.payload for event in self.events if isinstance(event.payload, kind)]

    def trade(self, number: int) -> Trade:
        """Return a trade as stored."""
        return self.tables.known_row(Trade, f"{self.session.bot.bot_id}-{number}")

    def working(self, purpose: OrderPurpose) -> tuple[Order, ...]:
        return self.session.working_orders(purpose)

    def order(self, client_order_id: ClientOrderId) -> Order:
        """Return an order as stored, working or not."""
        return self.tables.known_row(Order, client_order_id)

    @property
    def market(self) -> Market:
        return self.session.market

    @property
    def status(self) -> BotStatus:
        return self.session.bot.status

    def is_in(self, status: BotStatus) -> bool:
        """Tell whether this is the bot's status; a question, so that asking again later is no contradiction."""
        return self.session.bot.status is status

    @property
    def held(self) -> Decimal:
        return self.session.ledger.position.quantity


def a_buy(level: int, quantity: str = "0.1", price: str = "99") -> DesiredOrder:
    """Wish for a buy of a plan."""
    return DesiredOrder(f"buy-{level}", OrderSide.BUY, Decimal(price), Decimal(quantity))


def a_sell(level: int, quantity: str = "0.1", price: str = "101") -> DesiredOrder:
    """Wish for a sell of a plan."""
    return DesiredOrder(f"sell-{level}", OrderSide.SELL, Decimal(price), Decimal(quantity))


def one_bot(
    config: BotConfig | None = None,
    *,
    status: BotStatus = BotStatus.RUNNING,
    market: Market = ABC,
    plan: Sequence[DesiredOrder] | None = None,
    has_conditional_orders: bool = True,
) -> OneBot:
    """Make a flat bot that runs; `plan` makes it one of a plan strategy."""
    bot = replace(a_bot(status=status), config=config or a_config())
    session = Session(bot=bot, market=market, ledger=Ledger(), orders={})
    planner = None if plan is None else FixedPlan(tuple(plan))
    return OneBot(session, planner, has_conditional_orders)
