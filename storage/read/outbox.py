"""Stored events and their deliveries."""

from bot.domain.facts import Delivery
from bot.domain.ids import BotId, EventId
from bot.ports.storage import DeliveredEvent, NumberedEvent, Page
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import DELIVERIES, EVENTS

COLUMNS = ("number", *EVENTS.columns)
NAMES = ", ".join(f'e."{name}"' for name in COLUMNS)
# Reads only pending rows, however many events were ever delivered.
UNDELIVERED_EVENTS = (
    f'SELECT {NAMES} FROM "pending" p JOIN "{EVENTS.name}" e ON e."number" = p."number" '  # noqa: S608 - our own names
    'WHERE p."destination" = ? ORDER BY p."number" LIMIT ?'
)

# The newest message of a thread at a destination, to which the next one replies.
LAST_OF_THREAD = (
    f'SELECT d."message_id", {NAMES} FROM "{EVENTS.name}" e JOIN "{DELIVERIES.name}" d '  # noqa: S608 - our own names
    'ON d."event_id" = e."event_id" AND d."destination" = ? '
    'WHERE e."thread" = ? AND d."status" = \'sent\' AND d."message_id" <> \'\' ORDER BY e."number" DESC LIMIT 1'
)


def _delivered_event(cells: Cells) -> DeliveredEvent:
    message_id, *rest = cells
    return DeliveredEvent(str(message_id), _numbered_event(rest))


def _numbered_event(cells: Cells) -> NumberedEvent:
    number, *rest = cells
    if not isinstance(number, int):
        raise TypeError(f"an event number was expected, found {number!r}")
    return NumberedEvent(number, EVENTS.decode(rest))


class StoredOutbox:
    """Implements `OutboxReader`.

    The relay's long lists come over `relay`, a connection of its own, so that no command waits behind them.
    """

    def __init__(self, database: QueryConnection, relay: QueryConnection) -> None:
        self._database = database
        self._relay = relay

    async def events_after(self, number: int, limit: int) -> tuple[NumberedEvent, ...]:
        page = Page(limit=limit)
        return await self._relay.fetch_rows(EVENTS, COLUMNS, _numbered_event, "number", page=page, number__gt=number)

    async def undelivered_events(self, destination: str, limit: int) -> tuple[NumberedEvent, ...]:
        return await self._relay.fetch_sql(UNDELIVERED_EVENTS, (destination, limit), _numbered_event)

    async def last_delivered_event(self, destination: str, thread: str) -> DeliveredEvent | None:
        found = await self._database.fetch_sql(LAST_OF_THREAD, (destination, thread), _delivered_event)
        return found[0] if found else None

    async def delivery(self, event_id: EventId, destination: str) -> Delivery | None:
        return await self._database.fetch_record(DELIVERIES, event_id=event_id, destination=destination)

    async def recent_events(self, bot_id: BotId | None, page: Page) -> tuple[NumberedEvent, ...]:
        return await self._database.fetch_rows(EVENTS, COLUMNS, _numbered_event, "-number", page=page, bot_id=bot_id)
