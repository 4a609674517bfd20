"""Migration of a database file to this version's schema, or the reason why it cannot be migrated.

Tortoise's own migrations are used. They rebuild tables in SQLite (which would delete child rows and indexes), so
migrations only ever add, run with foreign keys off, and a copy of the file is made before.
"""

import sqlite3
from datetime import datetime
from pathlib import Path

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException
from tortoise.migrations.executor import MigrationExecutor

from bot.domain.errors import Corruption

APP = "quarterdeck"
MODELS = ["storage.schema.tables"]
MIGRATIONS = "storage.migrations"
MAX_CHECKED_BYTES = 256 * 1024 * 1024
"""Size up to which a file is read completely at the start; a bigger one only gets a quick check."""


def app_configuration(connection_name: str) -> dict[str, object]:
    """Return Tortoise's configuration: models, migrations and their default connection."""
    return {"models": MODELS, "migrations": MIGRATIONS, "default_connection": connection_name}


def check_file(path: Path) -> None:
    """Raise Corruption if a file exists that SQLite cannot read, or that is damaged; blocks while it reads."""
    if not path.exists() or path.stat().st_size == 0:
        return
    try:
        connection = sqlite3.connect(path)
        try:
            small = path.stat().st_size <= MAX_CHECKED_BYTES
            answers = connection.execute("PRAGMA quick_check(1)" if small else "PRAGMA schema_version").fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, OSError) as e:
        raise Corruption(f"The database {path} cannot be read: {e}. Restore a copy or move the file away.") from e
    if small and answers != [("ok",)]:
        raise Corruption(f"The database {path} is damaged: {answers[0][0]}. Restore a copy or move the file away.")


async def migrate_schema(connection: BaseDBAsyncClient, path: Path, now: datetime) -> None:
    """Apply missing migrations; raise Corruption for a database that is not ours or is newer."""
    try:
        await _migrate(connection, path, now)
    except (sqlite3.Error, BaseORMException) as e:
        raise Corruption(f"The database {path} cannot be brought up to date: {e}.") from e


async def _migrate(connection: BaseDBAsyncClient, path: Path, now: datetime) -> None:
    executor = MigrationExecutor(connection, {APP: app_configuration(connection.connection_name)})
    await executor.loader.build_graph()
    known = {key.name for key in executor.loader.disk_migrations}
    applied = {key.name for key in executor.loader.applied_migrations}
    if applied - known:
        raise Corruption(f"The database {path} was written by a newer Quarterdeck: start that version.")
    if known == applied:
        return
    tables, _ = await connection.execute_query("SELECT 1 FROM sqlite_master")
    if tables and not applied:
        raise Corruption(f"The database {path} is not one of Quarterdeck's: set another DATABASE_URL.")
    if tables:
        await connection.execute_query("VACUUM INTO ?", [str(_copy_path(path, now))])
    await connection.execute_query("PRAGMA foreign_keys=OFF")
    await executor.migrate(direction="forward")
    await connection.execute_query("PRAGMA foreign_keys=ON")


def _copy_path(path: Path, now: datetime) -> Path:
    return path.with_name(f"{path.name}.before-migration-{now:%Y%m%dT%H%M%SZ}")
