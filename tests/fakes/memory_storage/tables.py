"""The state of storage in memory: what each fact changes, and which facts repeat a key."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain.access import AccessCode, Share
from bot.domain.access_facts import AccessCodeSaved, AccessCodeSpent, ButtonSaved, ShareRemoved, ShareSaved
from bot.domain.destination import Destination, Subscription
from bot.domain.equity import EquityPoint
from bot.domain.errors import Conflict
from bot.domain.facts import (
    AccountSaved,
    AuditAdded,
    BotSaved,
    ChatMoved,
    ConfigVersionAdded,
    Delivery,
    DeliverySaved,
    DeliveryStatus,
    DestinationRemoved,
    DestinationSaved,
    EquitySaved,
    EventAddressed,
    EventRaised,
    Fact,
    FillBooked,
    IdentityRemoved,
    IdentitySaved,
    IntentDecided,
    KeyValueSaved,
    LedgerSaved,
    OperatorSaved,
    OrderSaved,
    PanicCleared,
    PanicSaved,
    PendingDeliveryMoved,
    SignalSaved,
    SubscriptionRemoved,
    SubscriptionSaved,
    TradeSaved,
    UnitOfWork,
)
from bot.domain.fill import Fill
from bot.domain.ids import AccountId, BotId, ClientOrderId, EventId, OperatorId, TradeId
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.ports.storage import NumberedEvent

UniqueKey = tuple[str, ...]
FINAL_STATUSES = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})


class MemoryTables:
    """Dictionaries in order of arrival: a change of an existing key keeps its place, a renewed signal comes last."""

    def __init__(self) -> None:
        self.bots: dict[BotId, Bot] = {}
        self.versions: list[ConfigVersion] = []
        self.arrivals: dict[ClientOrderId, int] = {}
        self.orders: dict[ClientOrderId, Order] = {}
        self.fills: list[Fill] = []
        self.ledgers: dict[BotId, Ledger] = {}
        self.trades: dict[TradeId, Trade] = {}
        self.signals: dict[tuple[BotId, datetime], SignalRecord] = {}
        self.equity: dict[tuple[BotId, datetime], EquityPoint] = {}
        self.equity_stored: dict[tuple[BotId, datetime], datetime] = {}
        self.events: dict[EventId, NumberedEvent] = {}
        self.pending: dict[str, dict[int, NumberedEvent]] = {}
        self.deliveries: dict[tuple[EventId, str], Delivery] = {}
        self.operators: dict[OperatorId, Operator] = {}
        self.identities: dict[tuple[str, str], Identity] = {}
        self.destinations: dict[str, Destination] = {}
        self.subscriptions: dict[tuple[str, BotId], Subscription] = {}
        self.shares: dict[tuple[BotId, OperatorId], Share] = {}
        self.codes: dict[str, AccessCode] = {}
        self.buttons: dict[str, ButtonSaved] = {}
        self.accounts: dict[AccountId, Account] = {}
        self.audit: list[AuditEntry] = []
        self.panics: dict[str, PanicState] = {}
        self.key_values: dict[str, str] = {}
        self._keys: set[UniqueKey] = set()
        self._last_number = 0

    def store_unit(self, unit: UnitOfWork, now: datetime) -> None:
        """Store all facts of a unit; raise Conflict, and change nothing, if one repeats a key or lacks its intent."""
        keys = [key for fact in unit for key in unique_keys(fact)]
        repeated = self._keys.intersection(keys)
        if repeated or len(set(keys)) < len(keys):
            raise Conflict(f"a unit of work repeats what is stored: {sorted(repeated) or keys}")
        self._check_intents(unit)
        self._keys.update(keys)
        for fact in unit:
            # Each knows some of the facts and leaves the others alone.
            self._store_trading(fact)
            self._store_result(fact, now)
            self._store_outbox(fact)
            self._store_person(fact)
            self._store_chat(fact)
            self._store_access(fact)
            self._store_panic(fact)

    def forget_key(self, key: UniqueKey) -> None:
        """Allow a unique key again, after its row was deleted."""
        self._keys.discard(key)

    def _check_intents(self, unit: UnitOfWork) -> None:
        decided = {fact.intent.client_order_id for fact in unit if isinstance(fact, IntentDecided)}
        for fact in unit:
            if isinstance(fact, OrderSaved):
                order_id = fact.order.intent.client_order_id
                if order_id not in self.arrivals and order_id not in decided:
                    raise Conflict(f"order {order_id} has no stored intent")

    def _store_trading(self, fact: Fact) -> None:
        match fact:
            case BotSaved(bot):
                self.bots[bot.bot_id] = bot
            case ConfigVersionAdded(version):
                self.versions.append(version)
            case IntentDecided(intent):
                self.arrivals[intent.client_order_id] = len(self.arrivals)
            case OrderSaved(order):
                self.orders[order.intent.client_order_id] = order
            case FillBooked(fill):
                self.fills.append(fill)

    def _store_result(self, fact: Fact, now: datetime) -> None:
        match fact:
            case LedgerSaved(bot_id, book):
                self.ledgers[bot_id] = book
            case TradeSaved(trade):
                self.trades[trade.trade_id] = trade
            case SignalSaved(record):
                self.signals.pop((record.bot_id, record.candle_close), None)
                self.signals[record.bot_id, record.candle_close] = record
            case EquitySaved(point):
                self.equity[point.bot_id, point.market_time] = point
                self.equity_stored[point.bot_id, point.market_time] = now

    def _store_outbox(self, fact: Fact) -> None:
        match fact:
            case EventRaised(event):
                self._last_number += 1
                self.events[event.event_id] = NumberedEvent(self._last_number, event)
            case EventAddressed(number, destinations):
                for destination in destinations:
                    self._add_pending(number, destination)
            case PendingDeliveryMoved(number, source, target):
                self._add_pending(number, target)
                self.pending.get(source, {}).pop(number, None)
            case DeliverySaved(delivery):
                self._store_delivery(delivery)

    def _store_person(self, fact: Fact) -> None:
        match fact:
            case OperatorSaved(operator):
                self.operators[operator.operator_id] = operator
            case IdentitySaved(identity):
                self.identities[identity.platform, identity.platform_id] = identity
            case IdentityRemoved(platform, platform_id):
                self.identities.pop((platform, platform_id), None)
            case AccountSaved(account):
                self.accounts[account.account_id] = account
            case AuditAdded(entry):
                self.audit.append(entry)

    def _store_chat(self, fact: Fact) -> None:
        match fact:
            case DestinationSaved(destination):
                self._store_destination(destination)
            case DestinationRemoved(key):
                self.destinations.pop(key, None)
                self.pending.pop(key, None)
                self.subscriptions = {pair: row for pair, row in self.subscriptions.items() if pair[0] != key}
            case ChatMoved(source, target):
                self.pending.setdefault(target, {}).update(self.pending.pop(source, {}))
                for (chat, bot_id), followed in list(self.subscriptions.items()):
                    if chat == source:
                        self.subscriptions[target, bot_id] = replace(followed, destination=target)
                        del self.subscriptions[chat, bot_id]
            case SubscriptionSaved(subscription):
                self.subscriptions[subscription.destination, subscription.bot_id] = subscription
            case SubscriptionRemoved(destination_key, bot_id):
                self.subscriptions.pop((destination_key, bot_id), None)

    def _store_access(self, fact: Fact) -> None:
        match fact:
            case ShareSaved(share):
                self.shares[share.bot_id, share.operator_id] = share
            case ShareRemoved(bot_id, operator_id):
                self.shares.pop((bot_id, operator_id), None)
            case AccessCodeSaved(code):
                self.codes[code.code_id] = code
            case AccessCodeSpent(code_id):
                self.codes.pop(code_id, None)
            case ButtonSaved(key):
                self.buttons.setdefault(key, fact)

    def _store_panic(self, fact: Fact) -> None:
        match fact:
            case PanicSaved(state):
                self.panics[state.scope] = state
            case PanicCleared(scope):
                self.panics.pop(scope, None)
            case KeyValueSaved(key, value):
                self.key_values[key] = value

    def _add_pending(self, number: int, destination: str) -> None:
        numbered = next((item for item in self.events.values() if item.number == number), None)
        if numbered is not None:
            self.pending.setdefault(destination, {})[number] = numbered

    def _store_delivery(self, delivery: Delivery) -> None:
        self.deliveries[delivery.event_id, delivery.destination] = delivery
        if delivery.status in FINAL_STATUSES and delivery.event_id in self.events:
            self.pending.get(delivery.destination, {}).pop(self.events[delivery.event_id].number, None)

    def _store_destination(self, destination: Destination) -> None:
        before = self.destinations.get(destination.key)
        if before is not None and before.operator_id != destination.operator_id:
            # A chat that now belongs to somebody else must not be told what was meant for the one before.
            self.pending.pop(destination.key, None)
        self.destinations[destination.key] = destination


def unique_keys(fact: Fact) -> Iterator[UniqueKey]:
    """Yield the keys that a fact may not repeat."""
    match fact:
        case ConfigVersionAdded(version):
            yield "version", version.bot_id, str(version.version)
        case IntentDecided(intent):
            yield "intent", intent.client_order_id
            yield "decision", intent.bot_id, intent.decision_key
        case FillBooked(fill):
            yield "fill", fill.account_id, fill.trade_id
        case EventRaised(event):
            yield "event", event.event_id
        case AuditAdded(entry):
            yield "audit", entry.audit_id
        case _:
            pass
