"""The gateway half of a Discord on the loopback: hello, identify, resume, events, and closes with any code."""

import asyncio
import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count

from aiohttp import WSMsgType, web

from tests.fakes.discord_rules import Json

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, INVALID_SESSION, HELLO, ACK = 0, 1, 2, 6, 9, 10, 11
QUIET_MILLISECONDS = 3_600_000


@dataclass
class FakeGatewayConnection:
    """Takes one client at a time; `refusals` are codes with which the next connections are closed at once."""

    user: Json
    application_id: str
    refusals: deque[int] = field(default_factory=deque)
    is_resumable: bool = True
    identified: list[Json] = field(default_factory=list)
    resumed: int = 0
    connections: int = 0
    _sockets: set[web.WebSocketResponse] = field(default_factory=set)
    _address: str = ""
    _ready: asyncio.Event = field(default_factory=asyncio.Event)
    _sequence: "count[int]" = field(default_factory=lambda: count(1))

    async def connect(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        self._address = f"ws://{request.host}/gateway"
        self._sockets.add(socket)
        try:
            await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": QUIET_MILLISECONDS}})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._take(socket, json.loads(message.data))
        finally:
            self._sockets.discard(socket)
        return socket

    async def ready(self) -> None:
        """Wait until a client has identified or resumed since the last close."""
        async with asyncio.timeout(10):
            await self._ready.wait()

    async def emit(self, event: str, data: Mapping[str, object]) -> None:
        """Send an event to the client."""
        for socket in tuple(self._sockets):
            await socket.send_json({"op": DISPATCH, "t": event, "s": next(self._sequence), "d": data})

    async def close(self, code: int) -> None:
        """Close every connection."""
        self._ready.clear()
        for socket in tuple(self._sockets):
            await socket.close(code=code)

    async def invalidate(self) -> None:
        """Say that the session is over and cannot be resumed."""
        self._ready.clear()
        for socket in tuple(self._sockets):
            await socket.send_json({"op": INVALID_SESSION, "d": False})

    async def _take(self, socket: web.WebSocketResponse, message: Json) -> None:
        match message.get("op"):
            case 1:
                await socket.send_json({"op": ACK})
            case 2:
                data = message.get("d")
                self.identified.append(data if isinstance(data, Mapping) else {})
                await self._let_in(socket, "READY")
            case 6 if self.is_resumable:
                self.resumed += 1
                await self._let_in(socket, "RESUMED")
            case 6:
                await socket.send_json({"op": INVALID_SESSION, "d": False})
            case _:
                return

    async def _let_in(self, socket: web.WebSocketResponse, event: str) -> None:
        if self.refusals:
            await socket.close(code=self.refusals.popleft())
            return
        ready = {
            "v": 10,
            "user": self.user,
            "guilds": [],
            "session_id": "session",
            "resume_gateway_url": self._address,
            "application": {"id": self.application_id, "flags": 0},
        }
        await socket.send_json(
            {"op": DISPATCH, "t": event, "s": next(self._sequence), "d": ready if event == "READY" else {}}
        )
        self._ready.set()
