"""Reader of everything stored, over query-only connections: one for commands, one for the relay."""

from collections.abc import Sequence

from tortoise.backends.base.client import BaseDBAsyncClient

from bot.domain.facts import UnitOfWork
from storage.read.bots import StoredBots
from storage.read.ledger import StoredLedger
from storage.read.orders import StoredOrders
from storage.read.outbox import StoredOutbox
from storage.read.people import StoredPeople
from storage.schema.failure import StorageFailure
from storage.schema.query import QueryConnection


class StoredReader(StoredBots, StoredLedger, StoredOrders, StoredPeople, StoredOutbox):
    """Implements `Reader`; sees every unit whose commit has returned."""

    def __init__(self, connection: BaseDBAsyncClient, relay: BaseDBAsyncClient, failure: StorageFailure) -> None:
        fetch = QueryConnection(connection, failure)
        StoredBots.__init__(self, fetch)
        StoredLedger.__init__(self, fetch)
        StoredPeople.__init__(self, fetch)
        StoredOutbox.__init__(self, fetch, QueryConnection(relay, failure))

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Update the caches; must be called for every commit."""
        for cached in (self._cached_operators, self._cached_identities, self._cached_accounts):
            cached.on_commit(units)
        self._cached_bots.on_commit(units)
        self._cached_deleted_bots.on_commit(units)
        self._cached_ledgers.on_commit(units)
        self._closings.on_commit(units)
