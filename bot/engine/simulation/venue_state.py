"""What a simulated venue knows: accounts, balances, orders and their locks, mirrored in memory.

The mirror is changed at once; what changed is taken out with `take_changes` and made durable by the journal before
anybody is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import chain
from operator import attrgetter

from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.money import ZERO
from bot.domain.order import OrderSide
from bot.engine.simulation.state_rows import (
    OrderKey,
    SeriesKey,
    StateChanges,
    StateSnapshot,
    VenueAccount,
    VenueOrder,
)
from bot.engine.simulation.waiting_bots import WaitingBots
from bot.ports.venue import Balance, FillReport

WAITING_KEY = "waiting bots"


@dataclass(slots=True)
class _Slot:
    """Locks that overlap: a bot's sells together, and each group of which one order fills, of the same coins."""

    plain: dict[ClientOrderId, Decimal] = field(default_factory=dict)
    groups: dict[str, dict[ClientOrderId, Decimal]] = field(default_factory=dict)

    def grouped(self, but: str | None = None) -> Decimal:
        return sum((max(members.values()) for group, members in self.groups.items() if group != but), ZERO)

    @property
    def amount(self) -> Decimal:
        return max(sum(self.plain.values(), ZERO), self.grouped())


@dataclass(slots=True)
class _BalanceLocks:
    """Money and coins held back for open orders; orders of one group share the largest lock among them.

    A group of barriers guards the very coins that its bot's other sells offer: the larger of both is locked.
    """

    slots: dict[tuple[str, str], _Slot] = field(default_factory=dict)
    totals_by_currency: dict[str, Decimal] = field(default_factory=dict)

    def sharing_ids(self, order: VenueOrder) -> tuple[ClientOrderId, ...]:
        """Return the open orders that lock what the order locks, or did before it was done."""
        slot = self.slots.get(_slot_key(order), _Slot())
        return (*slot.plain, *chain.from_iterable(slot.groups.values()))

    def update_lock(self, order: VenueOrder) -> None:
        """Lock what the order needs from now on; a closed order needs nothing."""
        key = _slot_key(order)
        slot = self.slots.setdefault(key, _Slot())
        before = slot.amount
        members = slot.plain if order.group is None else slot.groups.setdefault(order.group, {})
        if order.is_open:
            members[order.client_order_id] = order.remaining * order.lock_unit
        else:
            members.pop(order.client_order_id, None)
        if order.group is not None and not members:
            del slot.groups[order.group]
        change = slot.amount - before
        if not slot.plain and not slot.groups:
            del self.slots[key]
        self.totals_by_currency[order.lock_currency] = self.totals_by_currency.get(order.lock_currency, ZERO) + change

    def locked_against(self, order: VenueOrder) -> Decimal:
        """Return what an order may not spend."""
        total = self.totals_by_currency.get(order.lock_currency, ZERO)
        slot = self.slots.get(_slot_key(order))
        if slot is None:
            return total
        if order.group is not None:
            return total - slot.amount + slot.grouped(but=order.group)
        others = sum((amount for key, amount in slot.plain.items() if key != order.client_order_id), ZERO)
        return total - slot.amount + others


def _slot_key(order: VenueOrder) -> tuple[str, str]:
    is_sale = order.side is OrderSide.SELL
    owner = f"bot {order.bot_id}" if is_sale else f"order {order.group or order.client_order_id}"
    return owner, order.lock_currency


@dataclass(slots=True)
class AccountState:
    """The mutable state of one account."""

    account_id: AccountId
    currency: str
    order_count: int = 0
    fill_count: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    open_orders: dict[ClientOrderId, VenueOrder] = field(default_factory=dict)
    locks: _BalanceLocks = field(default_factory=_BalanceLocks)

    def total(self, currency: str) -> Decimal:
        """Return what is held of a currency."""
        return self.totals.get(currency, ZERO)

    def available_amount(self, order: VenueOrder) -> Decimal:
        """Return what an order may spend: what is free plus what is locked for it and its group."""
        return self.total(order.lock_currency) - self.locks.locked_against(order)

    def balances(self) -> tuple[Balance, ...]:
        """Return all balances that are not zero, and the one in the account's currency."""
        return tuple(
            Balance(
                currency=currency,
                total=total,
                free=max(total - self.locks.totals_by_currency.get(currency, ZERO), ZERO),
            )
            for currency, total in sorted(self.totals.items())
            if total or currency == self.currency
        )


class VenueState:
    """The mirror of a book file, indexed for matching."""

    def __init__(self, snapshot: StateSnapshot) -> None:
        self._accounts: dict[AccountId, AccountState] = {}
        self._orders: dict[OrderKey, VenueOrder] = {}
        self._by_series: dict[SeriesKey, dict[OrderKey, VenueOrder]] = {}
        self._key_values: dict[str, str] = {}
        self._changed_accounts: dict[AccountId, None] = {}
        self._changed_orders: dict[OrderKey, None] = {}
        self._new_fills: list[FillReport] = []
        self._changed_key_values: dict[str, None] = {}
        self.waiting_bots = WaitingBots()
        self.load_snapshot(snapshot)

    def load_snapshot(self, snapshot: StateSnapshot) -> None:
        """Forget everything, pending changes too, and start from `snapshot`."""
        self.take_changes()
        for store in (self._accounts, self._orders, self._by_series, self._key_values):
            store.clear()
        for account in snapshot.accounts:
            self._accounts[account.account_id] = AccountState(
                account.account_id, account.currency, account.order_count, account.fill_count, dict(account.totals)
            )
        for order in snapshot.orders:
            self._index_order(order)
        self._key_values.update(snapshot.key_values)
        waiting = self._key_values.get(WAITING_KEY)
        self.waiting_bots = WaitingBots() if waiting is None else WaitingBots.from_text(waiting)

    @property
    def accounts(self) -> Iterable[AccountState]:
        return self._accounts.values()

    def account(self, account_id: AccountId) -> AccountState | None:
        """Return an account, None if it was never opened."""
        return self._accounts.get(account_id)

    def order(self, key: OrderKey) -> VenueOrder | None:
        """Return an order, open or done."""
        return self._orders.get(key)

    @property
    def has_open_orders(self) -> bool:
        """Tell whether any order can fill."""
        return bool(self._by_series)

    def has_open_orders_on(self, series: SeriesKey) -> bool:
        """Tell whether any order can fill on the candles of one series."""
        return series in self._by_series

    def open_orders_on(self, series: SeriesKey) -> tuple[VenueOrder, ...]:
        """Return the orders that can fill on the candles of one series."""
        return tuple(self._by_series.get(series, {}).values())

    def orders_canceled_by(self, order: VenueOrder) -> tuple[VenueOrder, ...]:
        """Return the open orders that a fill ends: the others of its group, and sells of its bot of the same coins.

        A barrier and its bot's other sells overlap, so a fill of one side ends the other: nothing is sold twice.
        """
        account = self._accounts[order.account_id]
        # Orders that overlap lock the same coins; a look at all open orders would cost each fill of a fleet thousands.
        others = [account.open_orders[key] for key in account.locks.sharing_ids(order) if key != order.client_order_id]
        return tuple(sorted((one for one in others if _overlaps(one, order)), key=attrgetter("number")))

    def key_value(self, key: str) -> str | None:
        """Return a small named value."""
        return self._key_values.get(key)

    def set_key_value(self, key: str, value: str) -> None:
        """Set a small named value."""
        self._key_values[key] = value
        self._changed_key_values[key] = None

    def open_account(self, account_id: AccountId, currency: str, deposit: Decimal) -> AccountState:
        """Add an account that holds `deposit`."""
        account = self._accounts[account_id] = AccountState(account_id, currency, totals={currency: deposit})
        self._changed_accounts[account_id] = None
        return account

    def reset_account(self, account_id: AccountId, deposit: Decimal) -> None:
        """Make an account hold `deposit` and nothing else; its orders and fills are kept."""
        account = self._accounts[account_id]
        # Emptied, not removed: what is stored of a currency is only ever replaced.
        account.totals = dict.fromkeys(account.totals, ZERO) | {account.currency: deposit}
        self._changed_accounts[account_id] = None

    def add_order(self, order: VenueOrder) -> None:
        """Add an accepted order."""
        self._accounts[order.account_id].order_count = order.number
        self.upsert_order(order)

    def upsert_order(self, order: VenueOrder) -> None:
        """Insert or replace an order; its locks follow."""
        self._index_order(order)
        self._changed_orders[order.key] = None
        self._changed_accounts[order.account_id] = None

    def add_fill(self, report: FillReport, *balance_changes: tuple[str, Decimal]) -> None:
        """Record a fill and what it adds to or takes from balances, as pairs of currency and signed amount."""
        account = self._accounts[report.fill.account_id]
        account.fill_count = report.sequence
        for currency, amount in balance_changes:
            account.totals[currency] = account.total(currency) + amount
        self._new_fills.append(report)
        self._changed_accounts[account.account_id] = None

    @property
    def has_changes(self) -> bool:
        """Tell whether something waits to be stored."""
        return bool(self._changed_accounts or self._changed_orders or self._new_fills or self._changed_key_values)

    def take_changes(self) -> StateChanges:
        """Return what changed since the last call."""
        if self.waiting_bots.is_changed:
            self.waiting_bots.is_changed = False
            self.set_key_value(WAITING_KEY, self.waiting_bots.to_text())
        changes = StateChanges(
            accounts=tuple(_account_record(self._accounts[account_id]) for account_id in self._changed_accounts),
            orders=tuple(self._orders[key] for key in self._changed_orders),
            fills=tuple(self._new_fills),
            key_values=tuple((key, self._key_values[key]) for key in self._changed_key_values),
        )
        for changed in (self._changed_accounts, self._changed_orders, self._new_fills, self._changed_key_values):
            changed.clear()
        return changes

    def _index_order(self, order: VenueOrder) -> None:
        account = self._accounts[order.account_id]
        series = (order.symbol, order.timeframe)
        self._orders[order.key] = order
        account.locks.update_lock(order)
        if order.is_open:
            account.open_orders[order.client_order_id] = order
            self._by_series.setdefault(series, {})[order.key] = order
            return
        account.open_orders.pop(order.client_order_id, None)
        on_series = self._by_series.get(series, {})
        on_series.pop(order.key, None)
        if not on_series:
            self._by_series.pop(series, None)


def _account_record(account: AccountState) -> VenueAccount:
    return VenueAccount(
        account_id=account.account_id,
        currency=account.currency,
        order_count=account.order_count,
        fill_count=account.fill_count,
        totals=tuple(account.totals.items()),
    )


def _overlaps(other: VenueOrder, order: VenueOrder) -> bool:
    if other.group == order.group:
        return order.group is not None
    is_sale = order.side is OrderSide.SELL and _slot_key(other) == _slot_key(order)
    return is_sale and (other.group is None or order.group is None)
