"""Retention: deletes expired rows in small transactions between the writer's batches.

Age is wall time (a recorded market's own time lies years back). Orders, fills, trades, ledgers and configurations are
kept for ever, as are undelivered events.
"""

from datetime import datetime

from bot.durable.json_codec import format_time
from bot.durable.sqlite_thread import MaintenanceStatements
from storage.write.writer import GroupWriter

ROWS_PER_TRANSACTION = 2_000

OLD_SIGNALS, OLD_AUDIT, OLD_BUTTONS = (
    f'DELETE FROM "{table}" WHERE rowid IN '  # noqa: S608 - names of our own tables
    f'(SELECT rowid FROM "{table}" WHERE "{time}" < ? ORDER BY "{time}" LIMIT ?)'
    for table, time in (("signals", "moment_wall"), ("audit", "at"), ("buttons", "kept_at"))
)
_OLD_EVENT_ROWS = (
    '"events" WHERE "moment_wall" < ? AND "number" NOT IN (SELECT "number" FROM "pending") ORDER BY "number" LIMIT ?'
)
# Two statements of one transaction, about the same events.
OLD_DELIVERIES = f'DELETE FROM "deliveries" WHERE "event_id" IN (SELECT "event_id" FROM {_OLD_EVENT_ROWS})'  # noqa: S608
OLD_EVENTS = f'DELETE FROM "events" WHERE "number" IN (SELECT "number" FROM {_OLD_EVENT_ROWS})'  # noqa: S608
DELETE_GROUPS = ((OLD_SIGNALS,), (OLD_AUDIT,), (OLD_BUTTONS,), (OLD_DELIVERIES, OLD_EVENTS))


class StoredRetention:
    """Implements `Retention`."""

    def __init__(self, writer: GroupWriter) -> None:
        self._writer = writer

    async def delete_expired_rows(self, before: datetime) -> int:
        values = (format_time(before), ROWS_PER_TRANSACTION)
        deleted = 0
        for group in DELETE_GROUPS:
            chore: MaintenanceStatements = tuple((sql, values) for sql in group)
            while changed := await self._writer.run_maintenance(chore):
                deleted += changed
        return deleted
