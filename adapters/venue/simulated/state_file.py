"""The durable book of a simulated venue: one SQLite file of its own, apart from the engine's."""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path

from bot.domain.errors import Corruption
from bot.domain.fill import Fill
from bot.domain.ids import AccountId
from bot.durable.row_codec import Cell, RowCodec
from bot.durable.statement import Statement
from bot.engine.simulation.state_rows import StateChanges, StateSnapshot, VenueAccount, VenueOrder
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

CommitHook = Callable[[Path], None]
"""Called in the writing thread after each commit: a test can copy the file and its WAL while both stand still."""

ORDERS, FILLS = RowCodec(VenueOrder), RowCodec(Fill)


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
                orders=tuple(map(ORDERS.decode, run("SELECT * FROM orders ORDER BY account_id, number"))),
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
        accounts = changes.accounts
        self._insert_rows(
            "INSERT OR REPLACE INTO accounts",
            [[row.account_id, row.currency, row.order_count, row.fill_count] for row in accounts],
        )
        self._insert_rows(
            "INSERT OR REPLACE INTO balances",
            [[row.account_id, currency, str(total)] for row in accounts for currency, total in row.totals],
        )
        self._insert_rows("INSERT OR REPLACE INTO orders", [ORDERS.encode(order) for order in changes.orders])
        self._insert_rows("INSERT INTO fills", [_fill_row(report) for report in changes.fills])
        self._insert_rows("INSERT OR REPLACE INTO notes", [[key, value] for key, value in changes.key_values])

    def _insert_rows(self, sql: str, rows: list[list[Cell]]) -> None:
        if rows:
            marks = ", ".join("?" for _ in rows[0])
            for text, values in Statement(f"{sql} VALUES ({marks})", rows).steps():
                self._connection.execute(text, values)


def _fill_row(report: FillReport) -> list[Cell]:
    account_id, *rest = FILLS.encode(report.fill)
    return [account_id, report.sequence, *rest]


def _fill_from_row(row: Sequence[object]) -> FillReport:
    account_id, sequence, *rest = row
    if not isinstance(sequence, int):
        raise TypeError(f"a fill's number was expected, found {sequence!r}")
    return FillReport(sequence=sequence, fill=FILLS.decode((account_id, *rest)))
