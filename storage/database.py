"""Database: one process, one writing connection, query-only connections beside it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from tortoise.context import TortoiseContext, get_current_context, set_global_context

from bot.durable.json_codec import format_time
from bot.durable.sqlite_thread import SqliteThread
from bot.ports.clock import Clock
from storage.location import database_path, exclusive_lock
from storage.read.reader import StoredReader
from storage.schema.failure import StorageFailure
from storage.schema.migrate import APP, app_configuration, check_file, migrate_schema
from storage.write.retention import StoredRetention
from storage.write.writer import GroupWriter

MIGRATOR, READER, RELAY = "migrator", "reader", "relay"
BUSY_MILLISECONDS = 1000
"""Time a commit waits for another program that locks the file; the process must end within five seconds."""
PRAGMAS = {
    "journal_mode": "WAL",
    "synchronous": "FULL",
    "foreign_keys": "ON",
    "busy_timeout": BUSY_MILLISECONDS,
    "journal_size_limit": 67_108_864,
}


@dataclass(frozen=True, slots=True)
class Database:
    """The storage ports over one open file."""

    writer: GroupWriter
    reader: StoredReader
    retention: StoredRetention


@asynccontextmanager
async def open_database(url_or_path: str | Path, clock: Clock) -> AsyncIterator[Database]:
    """Open, create or migrate the database; at the end store what is queued and close everything.

    Raise SettingsError for a DATABASE_URL that cannot be used, Unavailable if another process has the file, and
    Corruption for a file that cannot be read, is damaged, is not ours or is newer.
    """
    path = database_path(url_or_path)
    with exclusive_lock(path):
        await asyncio.to_thread(check_file, path)
        context = TortoiseContext()
        try:
            with context:
                await context.init(config=_configuration(path))
                await migrate_schema(context.connections.get(MIGRATOR), path, clock.now())
            if get_current_context() is None:
                # Tasks that were not born here need a context to build queries; any one does, for each query names
                # its own connection, so a second database (a test's copy) shares the first one's.
                set_global_context(context)
            failure = StorageFailure()
            reader = StoredReader(context.connections.get(READER), context.connections.get(RELAY), failure)
            thread = SqliteThread(path, PRAGMAS)
            async with GroupWriter(thread, lambda: format_time(clock.now()), failure) as writer:
                writer.add_commit_listener(reader.on_commit)
                yield Database(writer, reader, StoredRetention(writer))
        finally:
            # An open connection's thread would keep the process from ending.
            await context.close_connections()


def _configuration(path: Path) -> dict[str, object]:
    connections = {
        name: {
            "engine": "tortoise.backends.sqlite",
            "credentials": {"file_path": str(path), **PRAGMAS, "query_only": query_only},
        }
        for name, query_only in ((MIGRATOR, "OFF"), (READER, "ON"), (RELAY, "ON"))
    }
    return {"connections": connections, "apps": {APP: app_configuration(MIGRATOR)}}
