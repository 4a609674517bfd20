"""The durable book of a simulated venue: one SQLite file of its own, apart from the engine's."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from typing import Self

from bot.domain.errors import Corruption, Unavailable
from bot.domain.fill import Fill
from bot.domain.ids import AccountId
from bot.durable.row_codec import Cell, RowCodec
from bot.durable.sqlite_thread import SqliteThread, Statement
from bot.engine.simulation.state_rows import StateChanges, StateSnapshot, VenueAccount, VenueOrder
from bot.ports.venue import FillReport

FORMAT_VERSION = 1
BUSY_TIMEOUT_MILLISECONDS = 500
"""How long a commit waits for another program that holds the file; who waits for it tries again."""
PRAGMAS = {"journal_mode": "WAL", "synchronous": "FULL", "busy_timeout": BUSY_TIMEOUT_MILLISECONDS}
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
"""Called after each commit: a test can copy the file and its WAL while both stand still."""

ACCOUNTS, ORDERS, FILLS = RowCodec(VenueAccount, frozenset({"totals"})), RowCodec(VenueOrder), RowCodec(Fill)


class VenueStateFile:
    """A book file, open as a context manager; entering it raises Corruption for a file that cannot be used."""

    def __init__(self, path: Path, after_commit: CommitHook | None = None) -> None:
        self._path = path
        self._after_commit = after_commit
        # Not fenced: `check` opens the book of a process that runs; the lock of the database keeps a second one away.
        self._thread = SqliteThread(path, PRAGMAS, name="book", is_fenced=False)

    async def __aenter__(self) -> Self:
        try:
            await self._open_file()
        except BaseException:
            await self._thread.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._thread.close()

    async def load_snapshot(self) -> StateSnapshot:
        """Return everything but the fills; raise Corruption if a row makes no sense."""
        fetch = self._thread.fetch_rows
        try:
            totals: dict[str, list[tuple[str, Decimal]]] = {}
            for account_id, currency, total in await fetch("SELECT account_id, currency, total FROM balances"):
                totals.setdefault(str(account_id), []).append((str(currency), Decimal(str(total))))
            return StateSnapshot(
                accounts=tuple(
                    ACCOUNTS.decode(cells, totals=tuple(totals.get(str(cells[0]), ())))
                    for cells in await fetch("SELECT * FROM accounts")
                ),
                orders=tuple(map(ORDERS.decode, await fetch("SELECT * FROM orders ORDER BY account_id, number"))),
                key_values=tuple((str(key), str(value)) for key, value in await fetch("SELECT key, value FROM notes")),
            )
        except (sqlite3.Error, ValueError, TypeError, ArithmeticError) as e:
            raise self._corruption("a row of it makes no sense") from e

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Return an account's fills after a sequence number, oldest first."""
        query = "SELECT * FROM fills WHERE account_id = ? AND sequence > ? ORDER BY sequence"
        try:
            return tuple(map(_fill_from_row, await self._thread.fetch_rows(query, (account_id, after_sequence))))
        except (sqlite3.Error, ValueError, TypeError, ArithmeticError) as e:
            raise self._corruption("a fill in it makes no sense") from e

    async def commit_changes(self, changes: StateChanges) -> None:
        """Store changes in one durable transaction, or nothing; raise sqlite3.Error."""
        await self._thread.store_statements(_statements(changes))
        if self._after_commit is not None:
            self._after_commit(self._path)

    async def _open_file(self) -> None:
        try:
            await self._thread.claim_file()
            await self._check_format()
        except sqlite3.OperationalError as e:
            raise self._corruption(f"it cannot be opened ({e})") from e
        except sqlite3.Error as e:
            raise self._corruption("it is not a sound SQLite database") from e

    async def _check_format(self) -> None:
        """Check the database, and make a new one's tables."""
        ((verdict,),) = await self._thread.fetch_rows("PRAGMA quick_check(1)")
        if verdict != "ok":
            raise self._corruption("it is damaged")
        ((version,),) = await self._thread.fetch_rows("PRAGMA user_version")
        if version == FORMAT_VERSION:
            return
        if version != 0:
            raise self._corruption(f"it has format {version}, expected {FORMAT_VERSION}")
        if await self._thread.fetch_rows("SELECT 1 FROM sqlite_master LIMIT 1"):
            raise self._corruption("it is not a book of Quarterdeck's")
        statements = (*SCHEMA.split(";"), f"PRAGMA user_version = {FORMAT_VERSION}")
        await self._thread.execute_maintenance(tuple((sql, ()) for sql in statements))

    def _corruption(self, reason: str) -> Corruption:
        return Corruption(
            f"The book of the recorded market, {self._path.name}, cannot be used: {reason}; restore it from a backup."
        )


def _statements(changes: StateChanges) -> Iterator[Statement]:
    # The thread asks for them, so that thousands of rows are not encoded on the loop.
    rows: dict[str, list[list[Cell]]] = {
        "INSERT OR REPLACE INTO accounts": [ACCOUNTS.encode(account) for account in changes.accounts],
        "INSERT OR REPLACE INTO balances": [
            [account.account_id, currency, str(total)]
            for account in changes.accounts
            for currency, total in account.totals
        ],
        "INSERT OR REPLACE INTO orders": [ORDERS.encode(order) for order in changes.orders],
        "INSERT INTO fills": [_fill_row(report) for report in changes.fills],
        "INSERT OR REPLACE INTO notes": [[key, value] for key, value in changes.key_values],
    }
    for sql, cells in rows.items():
        if cells:
            yield Statement(f"{sql} VALUES ({', '.join('?' for _ in cells[0])})", cells)


def _fill_row(report: FillReport) -> list[Cell]:
    account_id, *rest = FILLS.encode(report.fill)
    return [account_id, report.sequence, *rest]


def _fill_from_row(row: Sequence[object]) -> FillReport:
    account_id, sequence, *rest = row
    if not isinstance(sequence, int):
        raise TypeError(f"a fill's number was expected, found {sequence!r}")
    return FillReport(sequence=sequence, fill=FILLS.decode((account_id, *rest)))


def read_note(path: Path, key: str) -> str | None:
    """Return a note of a book that another process may hold, None if there is no such note or book."""
    if not path.is_file():
        return None
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT value FROM notes WHERE key = ?", (key,)).fetchone()
    except sqlite3.Error as e:
        raise Unavailable(f"The book {path} cannot be read: {e}.") from e
    return None if row is None else str(row[0])
