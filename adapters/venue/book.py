"""What a simulated venue knows: accounts, balances, orders and their locks, mirrored in memory.

The mirror is changed at once; what changed is taken out with `take_changes` and made durable by the journal before
anybody is told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from adapters.venue.book_rows import BookAccount, BookChanges, BookContent, BookOrder, OrderKey, SeriesKey
from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.money import ZERO
from bot.ports.venue import Balance, FillReport


@dataclass(slots=True)
class _Locks:
    """Money and coins held back for open orders; orders of one group share the largest lock among them."""

    shares: dict[tuple[str, str], dict[ClientOrderId, Decimal]] = field(default_factory=dict)
    sums: dict[str, Decimal] = field(default_factory=dict)

    def place(self, order: BookOrder) -> None:
        """Lock what the order needs from now on; a closed order needs nothing."""
        slot = _lock_slot(order)
        members = self.shares.setdefault(slot, {})
        before = max(members.values(), default=ZERO)
        if order.is_open:
            members[order.client_order_id] = order.remaining * order.lock_unit
        else:
            members.pop(order.client_order_id, None)
        after = max(members.values(), default=ZERO)
        if not members:
            del self.shares[slot]
        self.sums[order.lock_currency] = self.sums.get(order.lock_currency, ZERO) + after - before

    def shared_with(self, order: BookOrder) -> Decimal:
        """Return what is locked for the order and its group."""
        return max(self.shares.get(_lock_slot(order), {}).values(), default=ZERO)


def _lock_slot(order: BookOrder) -> tuple[str, str]:
    owner = f"group {order.group}" if order.group else f"order {order.client_order_id}"
    return owner, order.lock_currency


@dataclass(slots=True)
class Ledger:
    """The mutable state of one account."""

    account_id: AccountId
    currency: str
    order_count: int = 0
    fill_count: int = 0
    totals: dict[str, Decimal] = field(default_factory=dict)
    open_orders: dict[ClientOrderId, BookOrder] = field(default_factory=dict)
    locks: _Locks = field(default_factory=_Locks)

    def total(self, currency: str) -> Decimal:
        """Return what is held of a currency."""
        return self.totals.get(currency, ZERO)

    def available_to(self, order: BookOrder) -> Decimal:
        """Return what an order may spend: what is free plus what is locked for it and its group."""
        currency = order.lock_currency
        locked_by_others = self.locks.sums.get(currency, ZERO) - self.locks.shared_with(order)
        return self.total(currency) - locked_by_others

    def balances(self) -> tuple[Balance, ...]:
        """Return all balances that are not zero, and the one in the account's currency."""
        return tuple(
            Balance(
                currency=currency,
                total=total,
                free=max(total - self.locks.sums.get(currency, ZERO), ZERO),
            )
            for currency, total in sorted(self.totals.items())
            if total or currency == self.currency
        )


class Book:
    """The mirror of a book file, indexed for matching."""

    def __init__(self, content: BookContent) -> None:
        self._ledgers: dict[AccountId, Ledger] = {}
        self._orders: dict[OrderKey, BookOrder] = {}
        self._by_series: dict[SeriesKey, dict[OrderKey, BookOrder]] = {}
        self._notes: dict[str, str] = {}
        self._changed_accounts: dict[AccountId, None] = {}
        self._changed_orders: dict[OrderKey, None] = {}
        self._new_fills: list[FillReport] = []
        self._changed_notes: dict[str, None] = {}
        self.replace(content)

    def replace(self, content: BookContent) -> None:
        """Forget everything, pending changes too, and start from `content`."""
        for store in (self._ledgers, self._orders, self._by_series, self._notes):
            store.clear()
        for account in content.accounts:
            self._ledgers[account.account_id] = Ledger(
                account.account_id, account.currency, account.order_count, account.fill_count, dict(account.totals)
            )
        for order in content.orders:
            self._index(order)
        self._notes.update(content.notes)
        self.take_changes()

    @property
    def ledgers(self) -> Iterable[Ledger]:
        """Return all accounts."""
        return self._ledgers.values()

    def ledger(self, account_id: AccountId) -> Ledger | None:
        """Return an account, None if it was never opened."""
        return self._ledgers.get(account_id)

    def order(self, key: OrderKey) -> BookOrder | None:
        """Return an order, open or done."""
        return self._orders.get(key)

    @property
    def has_open_orders(self) -> bool:
        """Tell whether any order can fill."""
        return bool(self._by_series)

    def has_open_on(self, series: SeriesKey) -> bool:
        """Tell whether any order can fill on the candles of one series."""
        return series in self._by_series

    def open_on(self, series: SeriesKey) -> tuple[BookOrder, ...]:
        """Return the orders that can fill on the candles of one series."""
        return tuple(self._by_series.get(series, {}).values())

    def grouped_with(self, order: BookOrder) -> tuple[BookOrder, ...]:
        """Return the other open orders of an order's group."""
        if order.group is None:
            return ()
        ledger = self._ledgers[order.account_id]
        return tuple(
            other
            for other in ledger.open_orders.values()
            if other.group == order.group and other.client_order_id != order.client_order_id
        )

    def note(self, key: str) -> str | None:
        """Return a small named value."""
        return self._notes.get(key)

    def write_note(self, key: str, value: str) -> None:
        """Set a small named value."""
        self._notes[key] = value
        self._changed_notes[key] = None

    def open_ledger(self, account_id: AccountId, currency: str, deposit: Decimal) -> None:
        """Add an account that holds `deposit`."""
        self._ledgers[account_id] = Ledger(account_id, currency, totals={currency: deposit})
        self._changed_accounts[account_id] = None

    def put(self, order: BookOrder) -> None:
        """Insert or replace an order; its locks follow."""
        self._index(order)
        self._changed_orders[order.key] = None
        self._changed_accounts[order.account_id] = None

    def add_fill(self, report: FillReport, *moves: tuple[str, Decimal]) -> None:
        """Record a fill and what it adds to or takes from balances, as pairs of currency and signed amount."""
        ledger = self._ledgers[report.fill.account_id]
        ledger.fill_count = report.sequence
        for currency, amount in moves:
            ledger.totals[currency] = ledger.total(currency) + amount
        self._new_fills.append(report)
        self._changed_accounts[ledger.account_id] = None

    @property
    def has_changes(self) -> bool:
        """Tell whether something waits to be stored."""
        return bool(self._changed_accounts or self._changed_orders or self._new_fills or self._changed_notes)

    def take_changes(self) -> BookChanges:
        """Return what changed since the last call."""
        changes = BookChanges(
            accounts=tuple(_row(self._ledgers[account_id]) for account_id in self._changed_accounts),
            orders=tuple(self._orders[key] for key in self._changed_orders),
            fills=tuple(self._new_fills),
            notes=tuple((key, self._notes[key]) for key in self._changed_notes),
        )
        for changed in (self._changed_accounts, self._changed_orders, self._new_fills, self._changed_notes):
            changed.clear()
        return changes

    def _index(self, order: BookOrder) -> None:
        ledger = self._ledgers[order.account_id]
        series = (order.symbol, order.timeframe)
        self._orders[order.key] = order
        ledger.locks.place(order)
        if order.is_open:
            ledger.open_orders[order.client_order_id] = order
            self._by_series.setdefault(series, {})[order.key] = order
            return
        ledger.open_orders.pop(order.client_order_id, None)
        on_series = self._by_series.get(series, {})
        on_series.pop(order.key, None)
        if not on_series:
            self._by_series.pop(series, None)


def _row(ledger: Ledger) -> BookAccount:
    return BookAccount(
        account_id=ledger.account_id,
        currency=ledger.currency,
        order_count=ledger.order_count,
        fill_count=ledger.fill_count,
        totals=tuple(ledger.totals.items()),
    )
