"""Cache of operators, identities and accounts: every command looks its sender up first."""

from collections.abc import Sequence

from bot.domain.facts import Deleted, Fact, Saved, UnitOfWork
from bot.domain.ids import AccountId, OperatorId
from bot.domain.people import Account, Identity, Operator
from storage.cache.cached_table import CachedTable
from storage.schema.query import QueryConnection
from storage.schema.tables import ACCOUNTS, IDENTITIES, OPERATORS

OperatorsById = dict[OperatorId, Operator]
IdentitiesByPlatformId = dict[tuple[str, str], Identity]
AccountsById = dict[AccountId, Account]


class OperatorCache:
    """Operators, identities and accounts; callers must not change what they are given."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self._operators = CachedTable(self._read_operators, _apply_operator)
        self._identities = CachedTable(self._read_identities, _apply_identity)
        self._accounts = CachedTable(self._read_accounts, _apply_account)

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Apply the facts of a commit."""
        for table in (self._operators, self._identities, self._accounts):
            table.on_commit(units)

    async def operators(self) -> OperatorsById:
        return await self._operators.rows()

    async def identities(self) -> IdentitiesByPlatformId:
        """Return the identities by platform and id there."""
        return await self._identities.rows()

    async def accounts(self) -> AccountsById:
        return await self._accounts.rows()

    async def _read_operators(self) -> OperatorsById:
        rows = await self._database.fetch_records(OPERATORS, self._database.table_query(OPERATORS).order_by("sequence"))
        return {row.operator_id: row for row in rows}

    async def _read_identities(self) -> IdentitiesByPlatformId:
        rows = await self._database.fetch_records(
            IDENTITIES, self._database.table_query(IDENTITIES).order_by("sequence")
        )
        return {(row.platform, row.platform_id): row for row in rows}

    async def _read_accounts(self) -> AccountsById:
        rows = await self._database.fetch_records(ACCOUNTS, self._database.table_query(ACCOUNTS).order_by("sequence"))
        return {row.account_id: row for row in rows}


def _apply_operator(operators: OperatorsById, fact: Fact) -> None:
    if isinstance(fact, Saved) and isinstance(fact.record, Operator):
        operators[fact.record.operator_id] = fact.record


def _apply_identity(identities: IdentitiesByPlatformId, fact: Fact) -> None:
    match fact:
        case Saved(Identity() as identity):
            identities[identity.platform, identity.platform_id] = identity
        case Deleted(kind, (platform, platform_id)) if kind is Identity:
            identities.pop((platform, platform_id), None)
        case _:
            pass


def _apply_account(accounts: AccountsById, fact: Fact) -> None:
    if isinstance(fact, Saved) and isinstance(fact.record, Account):
        accounts[fact.record.account_id] = fact.record
