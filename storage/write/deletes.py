"""Statements of facts that delete or move rows; each keeps its place among the facts around it."""

from bot.domain.facts import ChatMoved, Deleted, DestinationRemoved, DestinationSaved, Fact, PendingDeliveryMoved
from bot.durable.statement import Statement
from storage.schema.tables import PENDING, TABLES

# A chat that now belongs to another operator must not receive what was meant for the former one.
DELETE_PENDING_OF_FORMER_OWNER = (
    'DELETE FROM "pending" WHERE "destination" = ? AND EXISTS '
    '(SELECT 1 FROM "destinations" d WHERE d."key" = ? AND d."operator_id" <> ?)'
)
DELETE_CHAT = tuple(
    f'DELETE FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - names of our own tables
    for table, column in (("pending", "destination"), ("subscriptions", "destination"), ("destinations", "key"))
)
MOVE_CHAT = tuple(
    f'UPDATE OR IGNORE "{table}" SET "destination" = ? WHERE "destination" = ?'  # noqa: S608 - names of our own tables
    for table in ("pending", "subscriptions")
)


def delete_statements(fact: Fact) -> tuple[Statement, ...]:
    """Return the statements of a fact that deletes or moves rows, none for other facts."""
    match fact:
        case Deleted(kind, key):
            return tuple(Statement(table.delete_sql(), [list(key)]) for table in TABLES[kind])
        case DestinationSaved(chat):
            return (Statement(DELETE_PENDING_OF_FORMER_OWNER, [[chat.key, chat.key, chat.operator_id]]),)
        case DestinationRemoved(key):
            return tuple(Statement(sql, [[key]]) for sql in DELETE_CHAT)
        case ChatMoved(source, target):
            return tuple(Statement(sql, [[target, source]]) for sql in MOVE_CHAT)
        case PendingDeliveryMoved(number, source, target):
            return (
                Statement(PENDING.insert_sql(), [[target, number]]),
                Statement(PENDING.delete_sql(), [[source, number]]),
            )
        case _:
            return ()
