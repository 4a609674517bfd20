"""What goes wrong on the way to Telegram and back, as a script of a test."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import web

from tests.fakes.bot_api.refusals import Refusal, bad_request, moved, too_many_requests

BAD_GATEWAY = "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>nginx</body>\r\n</html>\r\n"


@dataclass(frozen=True, slots=True)
class Fault:
    """What a call answers instead, nothing and a closed line without `refusal` and `page`; `is_done` after its work."""

    refusal: Refusal | None = None
    page: str = ""
    is_done: bool = False

    def response(self, request: web.Request) -> web.StreamResponse:
        """Answer a call with what goes wrong."""
        if self.refusal is not None:
            return web.json_response(self.refusal.body, status=self.refusal.status)
        if self.page:
            return web.Response(text=self.page, status=502, content_type="text/html")
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)


def too_fast(seconds: int) -> Fault:
    """Ask to wait."""
    return Fault(too_many_requests(seconds))


def bad_gateway(*, is_done: bool = False) -> Fault:
    """Answer with a page of a proxy."""
    return Fault(page=BAD_GATEWAY, is_done=is_done)


def dropped() -> Fault:
    """Close the line before anything is done."""
    return Fault()


def lost_answer() -> Fault:
    """Do what is asked and close the line instead of answering."""
    return Fault(is_done=True)


def revoked() -> Fault:
    """Do not know the token."""
    return Fault(Refusal(401, "Unauthorized"))


def conflict() -> Fault:
    """Say that another program polls with the token."""
    description = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    return Fault(Refusal(409, description))


def refused(reason: str) -> Fault:
    """Refuse with a reason."""
    return Fault(bad_request(reason))


def migrated(chat_id: int) -> Fault:
    """Say that the group has another id now."""
    return Fault(moved(chat_id))


@dataclass
class FaultScript:
    """Faults by method, each for one call, in order; and calls that wait until a test lets them go on."""

    _waiting: dict[str, deque[Fault | None]] = field(default_factory=dict)
    _held: dict[str, asyncio.Event] = field(default_factory=dict)
    _arrived: dict[str, asyncio.Event] = field(default_factory=dict)

    def add(self, method: str, faults: Iterable[Fault | None]) -> None:
        """Let the next calls of a method fail so; None for one that works."""
        self._waiting.setdefault(method, deque()).extend(faults)

    def next(self, method: str) -> Fault | None:
        """Return what the next call of a method has to suffer."""
        queue = self._waiting.get(method)
        return queue.popleft() if queue else None

    @property
    def left(self) -> dict[str, int]:
        """Return how many faults wait for calls that have not come."""
        return {method: len(queue) for method, queue in self._waiting.items() if queue}

    def hold(self, method: str) -> asyncio.Event:
        """Keep the calls of a method waiting; return the event that lets them go on."""
        self._arrived[method] = asyncio.Event()
        self._held[method] = asyncio.Event()
        return self._held[method]

    async def arrived(self, method: str) -> None:
        """Wait until a call of a held method waits."""
        async with asyncio.timeout(10):
            await self._arrived[method].wait()

    async def passed(self, method: str) -> None:
        """Go on as soon as a call of this method may."""
        if method in self._held:
            self._arrived[method].set()
            await self._held[method].wait()

    def release(self) -> None:
        """Let everything go on that is held."""
        for event in self._held.values():
            event.set()
