"""The durable book of a simulated venue: one SQLite file of its own, apart from the engine's."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from adapters.venue.simulated.state_rows import StateChanges, StateSnapshot, VenueAccount, VenueOrder
from bot.domain.errors import Corruption
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, BotId, ClientOrderId, Symbol, VenueTradeId
from bot.domain.market import Timeframe
from bot.domain.moment import Moment
from bot.domain.order import OrderSide, OrderStatus, OrderType
from bot.ports.venue import FillReport

FORMAT_VERSION = 1
BUSY_TIMEOUT_MILLISECONDS = 500
"""How long a commit waits for another program that holds the file; who waits for it tries again."""
SCHEMA = """
CREATE TABLE accounts (account_id TEXT PRIMARY KEY, currency TEXT NOT NULL, order_count INTEGER NOT NULL,
  fill_count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE balances (account_id TEXT NOT NULL, currency TEXT NOT NULL, total TEXT NOT NULL,
  PRIMARY KEY (account_id, currency)) WITHOUT ROWID;
CREATE TABLE orders (account_id TEXT NOT NULL, client_order_id TEXT NOT NULL, bot_id TEXT NOT NULL,
  number INTEGER NOT NULL, symbol TEXT NOT NULL, timeframe TEXT NOT NULL, side TEXT NOT NULL, order_type TEXT NOT NULL,
  quantity TEXT NOT NULL, price TEXT, group_name TEXT, lock_currency TEXT NOT NULL, lock_unit TEXT NOT NULL,
  status TEXT NOT NULL, market_time TEXT NOT NULL, filled TEXT NOT NULL, remark TEXT NOT NULL,
  candle_ms INTEGER NOT NULL, candle_filled TEXT NOT NULL, is_triggered INTEGER NOT NULL,
  PRIMARY KEY (account_id, client_order_id)) WITHOUT ROWID;
CREATE TABLE fills (account_id TEXT NOT NULL, sequence INTEGER NOT NULL, bot_id TEXT NOT NULL,
  client_order_id TEXT NOT NULL, trade_id TEXT NOT NULL, symbol TEXT NOT NULL, side TEXT NOT NULL, price TEXT NOT NULL,
  quantity TEXT NOT NULL, fee TEXT NOT NULL, fee_currency TEXT NOT NULL, liquidity TEXT NOT NULL,
  market_time TEXT NOT NULL, wall_time TEXT NOT NULL, PRIMARY KEY (account_id, sequence)) WITHOUT ROWID;
CREATE TABLE notes (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""

INSERT_BATCH_SIZE = 1_000
"""SQLite takes 32,766 values a statement unless it was built otherwise; the longest row here has 20."""

CommitHook = Callable[[Path], None]
"""Called in the writing thread after each commit: a test can copy the file and its WAL while both stand still."""

OrderRow = tuple[
    str, str, str, int, str, str, str, str, str, str | None, str | None, str, str, str, str, str, str, int, str, int
]
DatabaseRow = tuple[str | int | None, ...]
FillRow = tuple[str, int, str, str, str, str, str, str, str, str, str, str, str, str]


class VenueStateFile:
    """An open book file; every method belongs to the one thread that opened it."""

    def __init__(self, path: Path, after_commit: CommitHook | None = None) -> None:
        self._path = path
        self._after_commit = after_commit
        try:
            self._connection = sqlite3.connect(path, isolation_level=None)
        except sqlite3.Error as e:
            raise self._corruption("it cannot be opened") from e
        try:
            self._prepare_database()
        except sqlite3.Error as e:
            self._connection.close()
            raise self._corruption("it is not a sound SQLite database") from e
        except Corruption:
            self._connection.close()
            raise

    def load_snapshot(self) -> StateSnapshot:
        """Return everything but the fills; raise Corruption if a row makes no sense."""
        run = self._connection.execute
        try:
            totals: dict[str, list[tuple[str, Decimal]]] = {}
            for account_id, currency, total in run("SELECT account_id, currency, total FROM balances"):
                totals.setdefault(account_id, []).append((currency, Decimal(total)))
            return StateSnapshot(
                accounts=tuple(
                    VenueAccount(
                        account_id=AccountId(account_id),
                        currency=currency,
                        order_count=order_count,
                        fill_count=fill_count,
                        totals=tuple(totals.get(account_id, ())),
                    )
                    for account_id, currency, order_count, fill_count in run("SELECT * FROM accounts")
                ),
                orders=tuple(map(_order_from_row, run("SELECT * FROM orders ORDER BY account_id, number"))),
                key_values=tuple((str(key), str(value)) for key, value in run("SELECT key, value FROM notes")),
            )
        except (sqlite3.Error, ValueError, TypeError, InvalidOperation) as e:
            raise self._corruption("a row of it makes no sense") from e

    def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Return an account's fills after a sequence number, oldest first."""
        question = "SELECT * FROM fills WHERE account_id = ? AND sequence > ? ORDER BY sequence"
        try:
            return tuple(map(_fill_from_row, self._connection.execute(question, (account_id, after_sequence))))
        except (sqlite3.Error, ValueError, TypeError, InvalidOperation) as e:
            raise self._corruption("a fill in it makes no sense") from e

    def commit_changes(self, batch: Iterable[StateChanges]) -> None:
        """Store all changes in one durable transaction, or nothing; raise sqlite3.Error."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            for changes in batch:
                self._write_changes(changes)
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise
        if self._after_commit is not None:
            self._after_commit(self._path)

    def close(self) -> None:
        """Release the file."""
        self._connection.close()

    def _prepare_database(self) -> None:
        run = self._connection.execute
        run("PRAGMA journal_mode = WAL")
        run("PRAGMA synchronous = FULL")
        run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MILLISECONDS}")
        (verdict,) = run("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise self._corruption("it is damaged")
        (version,) = run("PRAGMA user_version").fetchone()
        if version == 0:
            self._connection.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {FORMAT_VERSION}; COMMIT;")
        elif version != FORMAT_VERSION:
            raise self._corruption(f"it has format {version}, expected {FORMAT_VERSION}")

    def _corruption(self, reason: str) -> Corruption:
        return Corruption(
            f"The book of the recorded market, {self._path.name}, cannot be used: {reason}; restore it from a backup."
        )

    def _write_changes(self, changes: StateChanges) -> None:
        self._insert_rows(
            "INSERT OR REPLACE INTO accounts VALUES",
            [(row.account_id, row.currency, row.order_count, row.fill_count) for row in changes.accounts],
        )
        self._insert_rows(
            "INSERT OR REPLACE INTO balances VALUES",
            [(row.account_id, currency, str(total)) for row in changes.accounts for currency, total in row.totals],
        )
        self._insert_rows("INSERT OR REPLACE INTO orders VALUES", [_order_row(row) for row in changes.orders])
        self._insert_rows("INSERT INTO fills VALUES", [_fill_row(row) for row in changes.fills])
        self._insert_rows("INSERT OR REPLACE INTO notes VALUES", changes.key_values)

    def _insert_rows(self, sql: str, rows: Sequence[DatabaseRow]) -> None:
        """Store many rows in few steps: between two of them this thread waits for a loop that may be busy."""
        for first in range(0, len(rows), INSERT_BATCH_SIZE):
            some = rows[first : first + INSERT_BATCH_SIZE]
            marks = f"({', '.join('?' * len(some[0]))})"
            values = tuple(cell for row in some for cell in row)
            self._connection.execute(f"{sql} {', '.join([marks] * len(some))}", values)


def _order_row(order: VenueOrder) -> OrderRow:
    return (
        order.account_id,
        order.client_order_id,
        order.bot_id,
        order.number,
        order.symbol,
        order.timeframe.value,
        order.side.value,
        order.order_type.value,
        str(order.quantity),
        None if order.price is None else str(order.price),
        order.group,
        order.lock_currency,
        str(order.lock_unit),
        order.status.value,
        order.market_time.isoformat(),
        str(order.filled),
        order.remark,
        order.candle_ms,
        str(order.candle_filled),
        int(order.is_triggered),
    )


def _order_from_row(row: OrderRow) -> VenueOrder:
    return VenueOrder(
        account_id=AccountId(row[0]),
        client_order_id=ClientOrderId(row[1]),
        bot_id=BotId(row[2]),
        number=row[3],
        symbol=Symbol(row[4]),
        timeframe=Timeframe(row[5]),
        side=OrderSide(row[6]),
        order_type=OrderType(row[7]),
        quantity=Decimal(row[8]),
        price=None if row[9] is None else Decimal(row[9]),
        group=row[10],
        lock_currency=row[11],
        lock_unit=Decimal(row[12]),
        status=OrderStatus(row[13]),
        market_time=datetime.fromisoformat(row[14]),
        filled=Decimal(row[15]),
        remark=row[16],
        candle_ms=row[17],
        candle_filled=Decimal(row[18]),
        is_triggered=bool(row[19]),
    )


def _fill_row(report: FillReport) -> FillRow:
    fill = report.fill
    return (
        fill.account_id,
        report.sequence,
        fill.bot_id,
        fill.client_order_id,
        fill.trade_id,
        fill.symbol,
        fill.side.value,
        str(fill.price),
        str(fill.quantity),
        str(fill.fee),
        fill.fee_currency,
        fill.liquidity.value,
        fill.moment.market.isoformat(),
        fill.moment.wall.isoformat(),
    )


def _fill_from_row(row: FillRow) -> FillReport:
    fill = Fill(
        account_id=AccountId(row[0]),
        bot_id=BotId(row[2]),
        client_order_id=ClientOrderId(row[3]),
        trade_id=VenueTradeId(row[4]),
        symbol=Symbol(row[5]),
        side=OrderSide(row[6]),
        price=Decimal(row[7]),
        quantity=Decimal(row[8]),
        fee=Decimal(row[9]),
        fee_currency=row[10],
        liquidity=Liquidity(row[11]),
        moment=Moment(datetime.fromisoformat(row[12]), datetime.fromisoformat(row[13])),
    )
    return FillReport(sequence=row[1], fill=fill)
