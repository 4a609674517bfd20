"""Small named values of the installation, for modules that store one or two."""

from bot.domain.facts import KeyValue, Saved
from bot.ports.storage import PeopleReader, Writer


class KeyValueStore:
    """Reads and stores values by name, under a prefix."""

    def __init__(self, reader: PeopleReader, writer: Writer, prefix: str) -> None:
        self._reader = reader
        self._writer = writer
        self._prefix = prefix

    async def read_value(self, name: str) -> str:
        """Return a value, an empty text if it was never stored."""
        return await self._reader.key_value(f"{self._prefix}:{name}") or ""

    async def save_value(self, name: str, value: str) -> None:
        await self._writer.commit((Saved(KeyValue(f"{self._prefix}:{name}", value)),))
