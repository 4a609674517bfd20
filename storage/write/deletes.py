"""Facts that delete or move rows: each is one statement that keeps its place among the facts around it."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.access_facts import AccessCodeSpent, ShareRemoved
from bot.domain.facts import (
    ChatMoved,
    DestinationRemoved,
    DestinationSaved,
    Fact,
    IdentityRemoved,
    PanicCleared,
    PendingDeliveryMoved,
    SubscriptionRemoved,
)
from storage.codec.row_codec import Cell

StatementRows = list[list[Cell]]


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text with the rows it is executed for."""

    sql: str
    rows: StatementRows


# A chat that now belongs to somebody else must not be told what was meant for the one before.
DELETE_PENDING_OF_FORMER_OWNER = (
    'DELETE FROM "pending" WHERE "destination" = ? AND EXISTS '
    '(SELECT 1 FROM "destinations" d WHERE d."key" = ? AND d."operator_id" <> ?)'
)
INSERT_PENDING_AT_TARGET = 'INSERT OR IGNORE INTO "pending" ("destination", "number") VALUES (?, ?)'
DELETE_PENDING_AT_SOURCE = 'DELETE FROM "pending" WHERE "destination" = ? AND "number" = ?'
DELETE_CHAT = tuple(
    f'DELETE FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - names of our own tables
    for table, column in (("pending", "destination"), ("subscriptions", "destination"), ("destinations", "key"))
)


MOVE_CHAT = tuple(
    f'UPDATE OR IGNORE "{table}" SET "destination" = ? WHERE "destination" = ?'  # noqa: S608 - names of our own tables
    for table in ("pending", "subscriptions")
)


def delete_statements(fact: Fact) -> tuple[Statement, ...]:
    """Return the statements of a fact that deletes or moves rows; none for every other fact."""
    find = _DELETES.get(type(fact))
    return find(fact) if find else ()


def _panic(fact: Fact) -> tuple[Statement, ...]:
    match fact:
        case PanicCleared(scope):
            return (Statement('DELETE FROM "panics" WHERE "scope" = ?', [[scope]]),)
        case AccessCodeSpent(code_id):
            return (Statement('DELETE FROM "access_codes" WHERE "code_id" = ?', [[code_id]]),)
        case _:
            return ()


def _person(fact: Fact) -> tuple[Statement, ...]:
    match fact:
        case IdentityRemoved(platform, platform_id):
            sql = 'DELETE FROM "identities" WHERE "platform" = ? AND "platform_id" = ?'
            return (Statement(sql, [[platform, platform_id]]),)
        case ShareRemoved(bot_id, operator_id):
            sql = 'DELETE FROM "shares" WHERE "bot_id" = ? AND "operator_id" = ?'
            return (Statement(sql, [[bot_id, operator_id]]),)
        case _:
            return ()


def _chat(fact: Fact) -> tuple[Statement, ...]:
    match fact:
        case DestinationSaved(destination):
            return (
                Statement(
                    DELETE_PENDING_OF_FORMER_OWNER, [[destination.key, destination.key, destination.operator_id]]
                ),
            )
        case DestinationRemoved(key):
            return tuple(Statement(sql, [[key]]) for sql in DELETE_CHAT)
        case ChatMoved(source, target):
            return tuple(Statement(sql, [[target, source]]) for sql in MOVE_CHAT)
        case SubscriptionRemoved(destination, bot_id):
            sql = 'DELETE FROM "subscriptions" WHERE "destination" = ? AND "bot_id" = ?'
            return (Statement(sql, [[destination, bot_id]]),)
        case PendingDeliveryMoved(number, source, target):
            return (
                Statement(INSERT_PENDING_AT_TARGET, [[target, number]]),
                Statement(DELETE_PENDING_AT_SOURCE, [[source, number]]),
            )
        case _:
            return ()


_DELETES: dict[type[Fact], Callable[[Fact], tuple[Statement, ...]]] = {
    PanicCleared: _panic,
    AccessCodeSpent: _panic,
    IdentityRemoved: _person,
    ShareRemoved: _person,
    DestinationSaved: _chat,
    DestinationRemoved: _chat,
    ChatMoved: _chat,
    SubscriptionRemoved: _chat,
    PendingDeliveryMoved: _chat,
}
