"""Read events and how far they were told."""

from tortoise.models import Model
from tortoise.queryset import QuerySet

from bot.domain.facts import Delivery
from bot.domain.ids import BotId, EventId
from bot.ports.storage import NumberedEvent, Page, ToldEvent
from storage.schema.query import Cells, Fetcher, decoded
from storage.schema.tables import DELIVERIES, EVENTS

COLUMNS = ("number", *EVENTS.columns)
NAMES = ", ".join(f'e."{name}"' for name in COLUMNS)
# Reads what is pending and nothing else, however much was ever told.
UNDELIVERED = (
    f'SELECT {NAMES} FROM "pending" p JOIN "{EVENTS.name}" e ON e."number" = p."number" '  # noqa: S608 - our own names
    'WHERE p."destination" = ? ORDER BY p."number" LIMIT ?'
)

# The newest message of a thread at a destination: what the next one answers.
THREAD = (
    f'SELECT d."message_id", {NAMES} FROM "{EVENTS.name}" e JOIN "{DELIVERIES.name}" d '  # noqa: S608 - our own names
    'ON d."event_id" = e."event_id" AND d."destination" = ? '
    'WHERE e."thread" = ? AND d."status" = \'sent\' AND d."message_id" <> \'\' ORDER BY e."number" DESC LIMIT 1'
)


def _told(cells: Cells) -> ToldEvent:
    message_id, *rest = cells
    return ToldEvent(str(message_id), _numbered(rest))


def _numbered(cells: Cells) -> NumberedEvent:
    number, *rest = cells
    if not isinstance(number, int):
        raise TypeError(f"an event number was expected, found {number!r}")
    return NumberedEvent(number, EVENTS.decode(rest))


class StoredOutbox:
    """Implements bot.ports.storage.OutboxReader.

    What the relay reads by the hundred comes over `relay`, a connection of its own: nobody's command waits behind it.
    """

    def __init__(self, fetch: Fetcher, relay: Fetcher) -> None:
        self._fetch = fetch
        self._relay = relay

    async def events_after(self, number: int, limit: int) -> tuple[NumberedEvent, ...]:
        query = self._relay.query(EVENTS).filter(number__gt=number)
        cells = await self._relay.cells(query.order_by("number").limit(limit), COLUMNS)
        return await decoded(cells, _numbered)

    async def undelivered(self, destination: str, limit: int) -> tuple[NumberedEvent, ...]:
        return await decoded(await self._relay.raw(UNDELIVERED, (destination, limit)), _numbered)

    async def owed(self) -> dict[str, int]:
        rows = await self._fetch.raw('SELECT "destination", COUNT(*) FROM "pending" GROUP BY "destination"')
        return {str(destination): int(str(count)) for destination, count in rows}

    async def last_told(self, destination: str, thread: str) -> ToldEvent | None:
        found = await decoded(await self._fetch.raw(THREAD, (destination, thread)), _told)
        return found[0] if found else None

    async def delivery(self, event_id: EventId, destination: str) -> Delivery | None:
        query = self._fetch.query(DELIVERIES).filter(event_id=event_id, destination=destination)
        return await self._fetch.record(DELIVERIES, query)

    async def recent_events(self, bot_id: BotId | None, page: Page) -> tuple[NumberedEvent, ...]:
        query = self._fetch.query(EVENTS)
        chosen = query if bot_id is None else query.filter(bot_id=bot_id)
        return await self._events(chosen.order_by("-number").limit(page.limit).offset(page.offset))

    async def _events(self, query: QuerySet[Model]) -> tuple[NumberedEvent, ...]:
        return await decoded(await self._fetch.cells(query, COLUMNS), _numbered)
