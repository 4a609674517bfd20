"""Stored records with a default for every field that a test does not care about."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

from bot.domain.access import AccessCode, CodeKind, Share
from bot.domain.barrier import Barriers
from bot.domain.closed_books import ClosedBooks, ClosingReason
from bot.domain.destination import Destination, Subscription
from bot.domain.events import BotLabel, BotStarted, Event, NotificationKind, NotificationLevel, Payload
from bot.domain.facts import Delivery, DeliveryStatus, Fact, RunStateSaved, Saved
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, BotId, EventId, OperatorId, Symbol, TradeId, VenueId, VenueTradeId
from bot.domain.instance import Bot, BotConfig, BotStatus, ConfigVersion, Parameters, RiskLimits
from bot.domain.market import Mode, Timeframe
from bot.domain.moment import Moment
from bot.domain.order import Order, OrderIntent, OrderStatus
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState, Role
from bot.domain.position import Position
from bot.domain.signal import SignalRecord, SignalRow
from bot.domain.trade import LedgerTotals, Trade
from tests.builders.orders import SOME_MOMENT, SOME_TIME

ABC = Symbol("ABC/USDT")
R = TypeVar("R")
WALL = datetime(2026, 1, 5, 12, tzinfo=UTC)


def saved_records(facts: Iterable[Fact], kind: type[R]) -> list[R]:
    """Return the records of one kind that facts save, bots also where only their run state is saved."""
    records = (
        fact.record if isinstance(fact, Saved) else fact.bot
        for fact in facts
        if isinstance(fact, Saved | RunStateSaved)
    )
    return [record for record in records if isinstance(record, kind)]


def at(minutes: int) -> Moment:
    """Return a moment some minutes after the usual one, on both clocks."""
    return Moment(SOME_TIME + timedelta(minutes=minutes), WALL + timedelta(minutes=minutes))


def a_config(
    *,
    capital: str = "1000",
    stake: str | None = None,
    stop_loss: str | None = None,
    take_profit: str | None = None,
    limits: RiskLimits | None = None,
    parameters: Parameters = (),
) -> BotConfig:
    return BotConfig(
        strategy="ema-cross",
        symbol=ABC,
        timeframe=Timeframe.M5,
        account_id=AccountId("acc"),
        capital=Decimal(capital),
        stake=None if stake is None else Decimal(stake),
        barriers=Barriers(
            stop_loss=None if stop_loss is None else Decimal(stop_loss),
            take_profit=None if take_profit is None else Decimal(take_profit),
        ),
        limits=limits or RiskLimits(),
        parameters=parameters,
    )


def a_bot(
    bot: str = "bot", *, name: str = "alpha", status: BotStatus = BotStatus.RUNNING, minutes: int = 0, run: int = 1
) -> Bot:
    return Bot(
        bot_id=BotId(bot),
        name=name,
        owner=OperatorId("mia"),
        venue=VenueId("recorded"),
        mode=Mode.PRACTICE,
        config=a_config(),
        config_version=1,
        status=status,
        desired=status,
        created_at=WALL + timedelta(minutes=minutes),
        run_number=run,
    )


def a_version(number: int = 1, *, bot: str = "bot") -> ConfigVersion:
    return ConfigVersion(
        bot_id=BotId(bot), version=number, config=a_config(), author=OperatorId("mia"), made_at=WALL, changed=("stake",)
    )


def an_order(intent: OrderIntent, status: OrderStatus = OrderStatus.PENDING) -> Order:
    return Order(intent=intent, status=status, updated_at=SOME_MOMENT)


def a_fill(intent: OrderIntent, trade: str = "t1", *, price: str = "100", quantity: str = "0.5") -> Fill:
    return Fill(
        account_id=intent.account_id,
        bot_id=intent.bot_id,
        client_order_id=intent.client_order_id,
        trade_id=VenueTradeId(trade),
        symbol=intent.symbol,
        side=intent.side,
        price=Decimal(price),
        quantity=Decimal(quantity),
        fee=Decimal("0.05"),
        fee_currency="USDT",
        liquidity=Liquidity.TAKER,
        moment=SOME_MOMENT,
    )


def a_trade(number: int = 1, *, bot: str = "bot", closed_at: Moment | None = None) -> Trade:
    return Trade(
        trade_id=TradeId(f"{bot}-{number}"),
        bot_id=BotId(bot),
        number=number,
        symbol=ABC,
        sign=1,
        opened_at=SOME_MOMENT,
        entry_quantity=Decimal("0.5"),
        entry_value=Decimal("50.00"),
        closed_at=closed_at,
    )


def closed_books(number: int, *, last_trade: int, last_fill: str | None, bot: str = "bot") -> ClosedBooks:
    return ClosedBooks(
        bot_id=BotId(bot),
        number=number,
        account_id=AccountId("acc"),
        symbol=Symbol("ABC/USDT"),
        reason=ClosingReason.MARKET_RESTARTED,
        moment=at(60),
        position=Position(Decimal("0.10"), Decimal("9.50")),
        totals=LedgerTotals(closed_profit=Decimal("-1.10"), fills=2, trades=1),
        last_trade=last_trade,
        last_fill=None if last_fill is None else VenueTradeId(last_fill),
    )


def a_signal(minutes: int = 0, *, bot: str = "bot", outcome: str = "entered") -> SignalRecord:
    return SignalRecord(
        bot_id=BotId(bot),
        candle_close=at(minutes).market,
        close_price=100.25,
        row=SignalRow(1, False, "crossed", (("fast", 1.5), ("slow", 1.25))),
        outcome=outcome,
        moment=at(minutes),
    )


def an_event(
    name: str = "e1",
    *,
    operator: str = "mia",
    bot: str | None = None,
    payload: Payload | None = None,
    minutes: int = 0,
    thread: str = "",
) -> Event:
    face = BotLabel(
        bot_id=BotId(bot or ""),
        name="alpha",
        mode=Mode.PRACTICE,
        symbol=ABC,
        timeframe=Timeframe.M5,
        strategy="ema-cross",
    )
    return Event(
        event_id=EventId(name),
        topic=NotificationKind.LIFE_CYCLE,
        level=NotificationLevel.LOUD,
        operator_id=OperatorId(operator),
        bot=face if bot else None,
        account_id=None,
        moment=at(minutes),
        payload=payload or BotStarted(by=None),
        thread=thread,
    )


def an_operator(name: str = "mia", role: Role = Role.TRADER) -> Operator:
    return Operator(operator_id=OperatorId(name), name=name, role=role, timezone="UTC", created_at=WALL)


def an_identity(platform_id: str = "1", *, operator: str = "mia") -> Identity:
    return Identity(platform="console", platform_id=platform_id, operator_id=OperatorId(operator), linked_at=WALL)


def a_destination(key: str = "console:1", *, operator: str = "mia", title: str = "") -> Destination:
    platform, _, address = key.partition(":")
    return Destination(
        key=key,
        operator_id=OperatorId(operator),
        platform=platform,
        address=address,
        created_at=WALL,
        title=title,
    )


def a_subscription(destination: str, *, bot: str = "bot") -> Subscription:
    return Subscription(destination=destination, bot_id=BotId(bot), by=OperatorId("mia"), at=WALL)


def a_share(bot: str, operator: str, role: Role = Role.VIEWER) -> Share:
    return Share(bot_id=BotId(bot), operator_id=OperatorId(operator), role=role, by=OperatorId("mia"), at=WALL)


def a_code(code_id: str) -> AccessCode:
    return AccessCode(
        code_id=code_id,
        kind=CodeKind.INVITE,
        digest="salt$hash",
        role=Role.TRADER,
        by=OperatorId("mia"),
        created_at=WALL,
        expires_at=WALL,
    )


def a_delivery(
    event: str = "e1",
    *,
    to: str = "console:1",
    status: DeliveryStatus = DeliveryStatus.SENT,
    attempts: int = 1,
    message: str = "",
) -> Delivery:
    return Delivery(
        event_id=EventId(event),
        destination=to,
        status=status,
        attempts=attempts,
        updated_at=WALL,
        message_id=message,
    )


def an_account(name: str = "acc") -> Account:
    return Account(
        account_id=AccountId(name),
        owner=OperatorId("mia"),
        label="practice",
        venue=VenueId("recorded"),
        mode=Mode.PRACTICE,
        currency="USDT",
        deposit=Decimal("10000.00"),
        created_at=WALL,
    )


def an_audit_entry(name: str = "a1", *, minutes: int = 0) -> AuditEntry:
    return AuditEntry(
        audit_id=name,
        platform="console",
        platform_id="1",
        operator_id=None,
        chat="terminal",
        command="run",
        arguments="alpha",
        result="done",
        duration_ms=12,
        trace_id="t",
        at=at(minutes).wall,
    )


def a_panic(scope: str = "all") -> PanicState:
    return PanicState(scope=scope, by=OperatorId("mia"), at=WALL, policy="cancel")
