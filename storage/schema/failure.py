"""Storage failure that must stop the process, whoever met it and whatever became of the error there."""

import asyncio

from bot.domain.errors import Corruption


class StorageFailure:
    """Keeps the first Corruption, so that a guard that answers an error and goes on does not swallow it."""

    def __init__(self) -> None:
        self._found = asyncio.Event()
        self._error: Corruption | None = None

    def report(self, error: Corruption) -> Corruption:
        """Keep an error; return it, to be raised."""
        self._error = self._error or error
        self._found.set()
        return error

    async def raise_when_found(self) -> None:
        """Wait until an error is reported, and raise it."""
        await self._found.wait()
        if self._error is not None:
            raise Corruption(*self._error.args)
