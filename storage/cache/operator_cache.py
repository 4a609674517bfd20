"""Operators, identities and accounts in memory: whoever sends a command is looked up before anything else."""

from collections.abc import Sequence

from bot.domain.facts import AccountSaved, Fact, IdentityRemoved, IdentitySaved, OperatorSaved, UnitOfWork
from bot.domain.ids import AccountId, OperatorId
from bot.domain.people import Account, Identity, Operator
from storage.cache.cached_table import Mirror
from storage.schema.query import Fetcher
from storage.schema.tables import ACCOUNTS, IDENTITIES, OPERATORS

Operators = dict[OperatorId, Operator]
Identities = dict[tuple[str, str], Identity]
Accounts = dict[AccountId, Account]


class PeopleInMemory:
    """The people of a desk: read once, then changed by every commit."""

    def __init__(self, fetch: Fetcher) -> None:
        self._fetch = fetch
        self._operators = Mirror(self._read_operators, _keep_operator)
        self._identities = Mirror(self._read_identities, _keep_identity)
        self._accounts = Mirror(self._read_accounts, _keep_account)

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Take over what was stored."""
        for mirror in (self._operators, self._identities, self._accounts):
            mirror.on_commit(units)

    async def operators(self) -> Operators:
        """Return the operators by id; whoever is given them changes nothing."""
        return await self._operators.rows()

    async def identities(self) -> Identities:
        """Return the identities by platform and the person's id there; whoever is given them changes nothing."""
        return await self._identities.rows()

    async def accounts(self) -> Accounts:
        """Return the accounts by id; whoever is given them changes nothing."""
        return await self._accounts.rows()

    async def _read_operators(self) -> Operators:
        rows = await self._fetch.records(OPERATORS, self._fetch.query(OPERATORS).order_by("sequence"))
        return {row.operator_id: row for row in rows}

    async def _read_identities(self) -> Identities:
        rows = await self._fetch.records(IDENTITIES, self._fetch.query(IDENTITIES).order_by("sequence"))
        return {(row.platform, row.platform_id): row for row in rows}

    async def _read_accounts(self) -> Accounts:
        rows = await self._fetch.records(ACCOUNTS, self._fetch.query(ACCOUNTS).order_by("sequence"))
        return {row.account_id: row for row in rows}


def _keep_operator(operators: Operators, fact: Fact) -> None:
    if isinstance(fact, OperatorSaved):
        operators[fact.operator.operator_id] = fact.operator


def _keep_identity(identities: Identities, fact: Fact) -> None:
    if isinstance(fact, IdentitySaved):
        identities[fact.identity.platform, fact.identity.platform_id] = fact.identity
    elif isinstance(fact, IdentityRemoved):
        identities.pop((fact.platform, fact.platform_id), None)


def _keep_account(accounts: Accounts, fact: Fact) -> None:
    if isinstance(fact, AccountSaved):
        accounts[fact.account.account_id] = fact.account
