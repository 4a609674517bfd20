"""Stored orders, each with its intent."""

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
        return await self._orders("intent__sequence", is_working=True, bot_id=bot_id)

    async def orders(self, bot_id: BotId | None, page: Page) -> tuple[Order, ...]:
        return await self._orders("-intent__sequence", page=page, intent__bot_id=bot_id)

    async def order(self, client_order_id: ClientOrderId) -> Order | None:
        found = await self._orders(intent__client_order_id=client_order_id)
        return found[0] if found else None

    async def orders_by_reference(self, prefix: str) -> tuple[Order, ...]:
        # References are upper-case letters and digits, so all that share a prefix sort before "~".
        start = prefix.upper()
        page = Page(limit=MAX_BY_REFERENCE)
        return await self._orders(
            "-intent__sequence", page=page, intent__reference__gte=start, intent__reference__lt=f"{start}~"
        )

    async def _orders(self, *order: str, page: Page | None = None, **conditions: object) -> tuple[Order, ...]:
        return await self._database.fetch_rows(ORDERS, COLUMNS, _order, *order, page=page, **conditions)
