"""Everything that can be read, by subject, over one query-only connection."""

from tortoise.backends.base.client import BaseDBAsyncClient

from storage.fetching import Fetcher
from storage.reader_bots import StoredBots
from storage.reader_ledger import StoredLedger
from storage.reader_orders import StoredOrders
from storage.reader_outbox import StoredOutbox
from storage.reader_people import StoredPeople


class StoredReader(StoredBots, StoredLedger, StoredOrders, StoredPeople, StoredOutbox):
    """Implements bot.ports.storage.Reader; sees every unit whose commit has returned."""

    def __init__(self, connection: BaseDBAsyncClient) -> None:
        super().__init__(Fetcher(connection))
