"""Small named values of the installation, for parts that keep one or two."""

from bot.domain.facts import NoteSaved
from bot.ports.storage import PeopleReader, Writer


class Notes:
    """Reads and keeps notes under a prefix of their owner."""

    def __init__(self, reader: PeopleReader, writer: Writer, prefix: str) -> None:
        self._reader = reader
        self._writer = writer
        self._prefix = prefix

    async def read(self, name: str) -> str:
        """Return a note, an empty text if it was never kept."""
        return await self._reader.note(f"{self._prefix}:{name}") or ""

    async def keep(self, name: str, value: str) -> None:
        """Keep a note durably."""
        await self._writer.commit((NoteSaved(f"{self._prefix}:{name}", value),))
