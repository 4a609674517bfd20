"""Deduplication of platform updates: each is answered once, also when the process died in between."""

from collections import OrderedDict

from bot.commands.spec.request import Request
from bot.domain.ids import derive_id, new_id
from bot.ports.storage import PeopleReader

MAX_REMEMBERED = 10_000
TRACE_LENGTH = 16


class RequestDeduplicator:
    """Remembers updates while the process runs, and finds those of earlier runs in the audit."""

    def __init__(self, reader: PeopleReader) -> None:
        self._reader = reader
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def is_duplicate(self, request: Request, trace_id: str) -> bool:
        """Return whether this update was received before, and remember it."""
        if request.update_id is None:
            return False
        key = (request.platform, request.update_id)
        if key in self._seen:
            return True
        self._seen[key] = None
        while len(self._seen) > MAX_REMEMBERED:
            self._seen.popitem(last=False)
        return await self._reader.has_audit_entry(trace_id)


def request_trace_id(request: Request) -> str:
    """Return the trace id of a request; a repeated delivery of one update gets the same."""
    if request.update_id is None:
        return new_id(length=TRACE_LENGTH)
    return derive_id(f"{request.platform}:{request.update_id}", TRACE_LENGTH)
