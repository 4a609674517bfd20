"""Small named values of the installation, for parts that keep one or two."""

from bot.domain.facts import KeyValueSaved
from bot.ports.storage import PeopleReader, Writer


class KeyValueStore:
    """Reads and keeps notes under a prefix of their owner."""

    def __init__(self, reader: PeopleReader, writer: Writer, prefix: str) -> None:
        self._reader = reader
        self._writer = writer
        self._prefix = prefix

    async def read_value(self, name: str) -> str:
        """Return a note, an empty text if it was never kept."""
        return await self._reader.key_value(f"{self._prefix}:{name}") or ""

    async def save_value(self, name: str, value: str) -> None:
        """Keep a note durably."""
        await self._writer.commit((KeyValueSaved(f"{self._prefix}:{name}", value),))
