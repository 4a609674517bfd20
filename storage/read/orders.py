"""Stored orders, each with its intent."""

from tortoise.models import Model
from tortoise.queryset import QuerySet

from bot.domain.ids import BotId, ClientOrderId
from bot.domain.order import Order
from bot.ports.storage import Page
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import INTENTS, ORDERS

COLUMNS = ORDERS.columns + tuple(f"intent__{name}" for name in INTENTS.columns)
MAX_BY_REFERENCE = 20


def _order(cells: Cells) -> Order:
    state, intent = cells[: len(ORDERS.columns)], cells[len(ORDERS.columns) :]
    return ORDERS.codec.decode(state, intent=INTENTS.decode(intent))


class StoredOrders:
    """Implements the part of `LedgerReader` that is about orders."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database

    async def working_orders(self, bot_id: BotId | None = None) -> tuple[Order, ...]:
        query = self._database.table_query(ORDERS).filter(is_working=True)
        chosen = query if bot_id is None else query.filter(bot_id=bot_id)
        return await self._orders(chosen.order_by("intent__sequence"))

    async def orders(self, bot_id: BotId | None, page: Page) -> tuple[Order, ...]:
        query = self._database.table_query(ORDERS)
        chosen = query if bot_id is None else query.filter(intent__bot_id=bot_id)
        return await self._orders(chosen.order_by("-intent__sequence").limit(page.limit).offset(page.offset))

    async def order(self, client_order_id: ClientOrderId) -> Order | None:
        found = await self._orders(self._database.table_query(ORDERS).filter(intent__client_order_id=client_order_id))
        return found[0] if found else None

    async def orders_by_reference(self, prefix: str) -> tuple[Order, ...]:
        # References are upper-case letters and digits, so all that share a prefix sort before "~".
        start = prefix.upper()
        query = self._database.table_query(ORDERS).filter(
            intent__reference__gte=start, intent__reference__lt=f"{start}~"
        )
        return await self._orders(query.order_by("-intent__sequence").limit(MAX_BY_REFERENCE))

    async def _orders(self, query: QuerySet[Model]) -> tuple[Order, ...]:
        return await self._database.decode_rows(await self._database.fetch_cells(query, COLUMNS), _order)
