"""A small Discord on the loopback: what the gateway calls of its HTTP API, checked for limits, failing when told to."""

import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import BodyPartReader, web
from aiohttp.test_utils import TestServer

from tests.fakes.discord_gateway import FakeGatewayConnection
from tests.fakes.discord_rules import Json, refusals

TOKEN = "good.discord.token"
BOT_ID = "900"
MESSAGE, MODAL = 4, 9
BAD = 400
BOT: Json = {
    "id": BOT_ID,
    "username": "desk",
    "discriminator": "0000",
    "avatar": None,
    "bot": True,
    "global_name": None,
}


def answer(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Answer as Discord does: its content type names no charset."""
    text = json.dumps(body).encode()
    return web.Response(body=text, status=status, headers=headers, content_type="application/json")


@dataclass(frozen=True)
class Fault:
    """What a call answers instead: a status, a code of Discord's, and perhaps how long to wait."""

    status: int
    code: int = 0
    retry_after: float | None = None
    is_done: bool = False
    """Whether the call did its work although its answer says otherwise."""

    def response(self) -> web.Response:
        body: dict[str, object] = {"message": "no", "code": self.code}
        headers = {"Via": "1.1 fake"}
        if self.retry_after is not None:
            body["retry_after"] = self.retry_after
            headers["Retry-After"] = str(self.retry_after)
        return answer(body, self.status, headers)


@dataclass(frozen=True)
class Received:
    """One call that was answered with success: its method and path, and the message or record it carried."""

    method: str
    path: str
    body: Json
    files: tuple[str, ...] = ()


@dataclass
class FakeDiscord:
    """`faults` holds, for the beginning of a method and path, what the next calls answer."""

    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    commands: list[Json] = field(default_factory=list)
    callbacks: list[Json] = field(default_factory=list)
    answers: list[Json] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    is_down: bool = False
    token: str = TOKEN
    connection: FakeGatewayConnection = field(default_factory=lambda: FakeGatewayConnection(BOT, BOT_ID))
    on_received: Callable[[Received], None] = lambda _: None
    _nonces: dict[tuple[str, str], Json] = field(default_factory=dict)
    _acknowledged: set[str] = field(default_factory=set)
    _last_id: int = 1000

    def fail(self, call: str, *faults: Fault) -> None:
        """Let the next calls that begin like this fail."""
        self.faults.setdefault(call, deque()).extend(faults)

    def messages(self, channel: str) -> list[Json]:
        """Return what was posted to a channel."""
        path = f"/channels/{channel}/messages"
        return [one.body for one in self.received if (one.method, one.path) == ("POST", path)]

    def contents(self, channel: str) -> list[str]:
        """Return the first lines of what was posted to a channel."""
        return [str(message.get("content")) for message in self.messages(channel)]

    @property
    def modals(self) -> list[Json]:
        """Return the modals that interactions were answered with."""
        return [_record(one, "data") for one in self.callbacks if one.get("type") == MODAL]

    @property
    def said(self) -> list[Json]:
        """Return what interactions were answered with at once."""
        return [_record(one, "data") for one in self.callbacks if one.get("type") == MESSAGE]

    def button(self, label: str) -> str:
        """Return the id of a button of the newest answer."""
        rows = self.answers[-1].get("components")
        assert isinstance(rows, list)
        return next(str(one["custom_id"]) for row in rows for one in row["components"] if one.get("label") == label)

    def list_ids(self) -> list[str]:
        """Return the ids of the lists of the newest answer."""
        rows = self.answers[-1].get("components")
        assert isinstance(rows, list)
        return [str(one["custom_id"]) for row in rows for one in row["components"] if "options" in one]

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/gateway", self.connection.connect)
        app.router.add_get("/gateway/", self.connection.connect)
        app.router.add_route("*", "/api/{path:.*}", self._call)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        path = "/" + request.match_info["path"]
        call = f"{request.method} {path}"
        self.calls.append(call)
        if self.is_down and request.transport is not None:
            request.transport.abort()
            return web.Response(status=503)
        if "Authorization" in request.headers and request.headers["Authorization"] != f"Bot {self.token}":
            return Fault(401).response()
        fault = self._fault(call)
        body, files = await _body(request)
        if fault is not None and not fault.is_done:
            return fault.response()
        response = self._answer(request.method, path, body, files)
        return response if fault is None else fault.response()

    def _fault(self, call: str) -> Fault | None:
        waiting = next((queue for begin, queue in self.faults.items() if call.startswith(begin) and queue), None)
        return waiting.popleft() if waiting else None

    def _answer(self, method: str, path: str, body: Json, files: tuple[str, ...]) -> web.Response:
        match (method, *path.strip("/").split("/")):
            case ("GET", "users", "@me"):
                return answer(BOT)
            case ("GET", "oauth2", "applications", "@me"):
                return answer(_application())
            case ("PUT", "applications", _, "commands"):
                return self._synced(body)
            case ("POST", "users", "@me", "channels"):
                return answer(_private_channel(str(body.get("recipient_id"))))
            case ("POST", "channels", channel, "messages"):
                return self._posted(path, channel, body, files)
            case ("PATCH", "channels", channel, "messages", message):
                return self._kept(Received(method, path, body, files), channel, message)
            case _:
                return self._interaction(Received(method, path, body, files))

    def _posted(self, path: str, channel: str, body: Json, files: tuple[str, ...]) -> web.Response:
        """Post a message; one with a mark that was posted before is that one."""
        known = self._nonces.get((channel, str(body.get("nonce"))))
        if known is not None:
            return answer(known)
        self._last_id += 1
        response = self._kept(Received("POST", path, body, files), channel, str(self._last_id))
        self._nonces[channel, str(body.get("nonce"))] = _message(channel, str(self._last_id), body)
        return response

    def _interaction(self, received: Received) -> web.Response:
        match (received.method, *received.path.strip("/").split("/")):
            case ("POST", "interactions", interaction, _, "callback"):
                if interaction in self._acknowledged:
                    return Fault(400, 40060).response()
                self._acknowledged.add(interaction)
                self.callbacks.append(received.body)
                return answer({"interaction": {"id": interaction, "type": 2}})
            case ("PATCH", "webhooks", _, _, "messages", "@original") | ("POST", "webhooks", _, _):
                return self._answered(received)
            case ("DELETE", "webhooks", _, _, "messages", "@original"):
                self.deleted.append(received.path)
                return web.Response(status=204)
            case _:
                return Fault(404).response()

    def _answered(self, received: Received) -> web.Response:
        response = self._kept(received, "7", str(self._last_id + 1))
        if response.status < BAD:
            self._last_id += 1
            self.answers.append(received.body)
        return response

    def _kept(self, received: Received, channel: str, message_id: str) -> web.Response:
        problems = refusals(received.body)
        if problems:
            self.refused += problems
            return Fault(400, 50035).response()
        self.received.append(received)
        self.on_received(received)
        return answer(_message(channel, message_id, received.body))

    def _synced(self, body: Json) -> web.Response:
        listed = body.get("list")
        self.commands = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        shown = [
            {"id": str(number), "application_id": BOT_ID, "version": "1", **command}
            for number, command in enumerate(self.commands, 1)
        ]
        return answer(shown)


def _record(body: Json, name: str) -> Json:
    found = body.get(name)
    return found if isinstance(found, Mapping) else {}


async def _body(request: web.Request) -> tuple[Json, tuple[str, ...]]:
    if not request.can_read_body:
        return {}, ()
    if request.content_type != "multipart/form-data":
        body = await request.json()
        return ({"list": body} if isinstance(body, list) else body), ()
    payload: dict[str, object] = {}
    files: list[str] = []
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        assert isinstance(part, BodyPartReader)
        if part.name == "payload_json":
            payload = json.loads(await part.text())
        else:
            await part.read()
            files.append(part.filename or "")
    return payload, tuple(files)


def _message(channel: str, message_id: str, body: Json) -> Json:
    return {
        "id": message_id,
        "channel_id": channel,
        "author": BOT,
        "content": body.get("content") or "",
        "timestamp": "2026-01-05T12:00:00.000000+00:00",
        "edited_timestamp": None,
        "tts": False,
        "mention_everyone": False,
        "mentions": [],
        "mention_roles": [],
        "attachments": [],
        "embeds": [],
        "components": [],
        "pinned": False,
        "type": 0,
        "flags": 0,
    }


def _application() -> Json:
    return {
        "id": BOT_ID,
        "name": "desk",
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": False,
        "bot_require_code_grant": False,
        "verify_key": "",
        "flags": 0,
        "owner": BOT,
        "team": None,
    }


def _private_channel(user_id: str) -> Json:
    user = {"id": user_id, "username": "somebody", "discriminator": "0", "avatar": None, "global_name": None}
    return {"id": f"7{user_id}", "type": 1, "last_message_id": None, "recipients": [user]}


@asynccontextmanager
async def serving(discord: FakeDiscord) -> AsyncIterator[TestServer]:
    """Serve on a free port of the loopback."""
    server = TestServer(discord.application(), host="127.0.0.1")
    await server.start_server()
    try:
        yield server
    finally:
        await server.close()
