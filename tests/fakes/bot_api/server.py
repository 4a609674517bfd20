"""A Bot API on the loopback for the real library: long polling, uploads, limits, and whatever a test lets go wrong."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ports.clock import Clock
from tests.fakes.bot_api import asking, writing
from tests.fakes.bot_api.calls import Call
from tests.fakes.bot_api.faults import Fault, FaultScript, revoked
from tests.fakes.bot_api.messages import Upload
from tests.fakes.bot_api.refusals import Breach, Json, Refusal
from tests.fakes.bot_api.schema import Schema
from tests.fakes.bot_api.world import World

TOKEN = "123456789:AAE-fake_token-of_the_tests"
MAX_BYTES = 52 * 1024 * 1024

Handler = Callable[[World, Call], object]
HANDLERS: Mapping[str, Handler] = {
    "getMe": asking.get_me,
    "sendMessage": writing.send,
    "sendPhoto": writing.send,
    "sendDocument": writing.send,
    "editMessageText": writing.edit,
    "editMessageCaption": writing.edit,
    "editMessageMedia": writing.edit,
    "editMessageReplyMarkup": writing.edit,
    "deleteMessage": writing.delete,
    "deleteMessages": writing.delete_many,
    "pinChatMessage": writing.pin,
    "unpinChatMessage": writing.pin,
    "setMessageReaction": writing.react,
    "answerCallbackQuery": asking.answer_press,
    "setMyCommands": asking.set_commands,
    "getMyCommands": asking.get_commands,
    "deleteMyCommands": asking.delete_commands,
    "getChat": asking.get_chat,
    "getChatMember": asking.get_member,
    "sendChatAction": asking.act,
    "getWebhookInfo": asking.webhook_info,
    "deleteWebhook": asking.delete_webhook,
    "getFile": asking.get_file,
    "leaveChat": asking.leave,
    "createForumTopic": asking.create_topic,
    "editForumTopic": asking.edit_topic,
    "setChatMenuButton": asking.set_menu,
}


@dataclass
class FakeTelegram:
    """The server; `breaches` are calls that no well-behaved program makes, and must be empty after every test."""

    clock: Clock
    token: str = TOKEN
    is_down: bool = False
    breaches: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    faults: FaultScript = field(default_factory=FaultScript)
    schema: Schema = field(default_factory=Schema)

    def __post_init__(self) -> None:
        self.world = World(self.clock)

    def fail(self, method: str, *faults: Fault | None) -> None:
        """Let the next calls of a method fail."""
        self.faults.add(method, faults)

    def called(self, method: str) -> list[Call]:
        """Return the calls of a method that arrived."""
        return [call for call in self.calls if call.method == method]

    def forgive(self) -> list[str]:
        """Return what was breached and forget it."""
        found, self.breaches = self.breaches, []
        return found

    def go_down(self) -> None:
        """Drop every line from now on, also those of polls that wait."""
        self.is_down = True
        self.world.updates.release()

    def come_back(self) -> None:
        """Serve again."""
        self.is_down = False

    def application(self) -> web.Application:
        """Return what is served."""
        app = web.Application(client_max_size=MAX_BYTES)
        app.router.add_route("*", "/bot{token}/{method}", self._serve)
        app.router.add_get("/file/bot{token}/documents/{file_id}", self._download)
        return app

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        outage = self._outage()
        if outage is not None:
            return outage.response(request)
        if request.match_info["token"] != self.token:
            return revoked().response(request)
        method = request.match_info["method"]
        fault = self.faults.next(method)
        if fault is not None and not fault.is_done:
            await request.read()
            return fault.response(request)
        try:
            body = await self._answer(method, request)
        except Refusal as refusal:
            fault = fault or Fault(refusal)
        else:
            fault = fault or self._outage()
            if fault is None:
                return web.json_response({"ok": True, "result": body})
        return fault.response(request)

    def _outage(self) -> Fault | None:
        return Fault() if self.is_down else None

    async def _answer(self, method: str, request: web.Request) -> object:
        if method not in self.schema.methods:
            self.breaches.append(f"{method} is not known to the fake")
            raise Refusal(404, "Not Found")
        call = await self._read(method, request)
        self.calls.append(call)
        self.breaches += self.schema.call_problems(method, _with_files(call))
        await self.faults.passed(method)
        try:
            answer = await self._carried_out(call)
        except Breach as breach:
            self.breaches.append(f"{method}: {breach.description}")
            raise
        self.breaches += self.schema.answer_problems(method, answer)
        return answer

    async def _carried_out(self, call: Call) -> object:
        if call.method == "getUpdates":
            return await self.world.updates.poll(call.values)
        return HANDLERS[call.method](self.world, call)

    async def _read(self, method: str, request: web.Request) -> Call:
        if request.content_type == "application/json":
            return Call(method, await request.json(), {})
        texts: dict[str, object] = dict(request.query)
        files: dict[str, Upload] = {}
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                files[name] = Upload(value.filename, value.file.read())
            else:
                texts[name] = str(value)
        return Call(method, self.schema.read(method, texts), files)

    async def _download(self, request: web.Request) -> web.StreamResponse:
        upload = self.world.files.get(request.match_info["file_id"])
        if upload is None or request.match_info["token"] != self.token:
            return Fault(Refusal(404, "Not Found")).response(request)
        return web.Response(body=upload.content)


def _with_files(call: Call) -> Json:
    attached = {name: name for name in call.files if name in {"photo", "document", "thumbnail"}}
    return {**attached, **call.values}


@asynccontextmanager
async def serving(telegram: FakeTelegram) -> AsyncIterator[str]:
    """Serve on a free port of the loopback and return the address for TELEGRAM_API_URL."""
    server = TestServer(telegram.application(), host="127.0.0.1")
    await server.start_server()
    try:
        yield str(server.make_url("")).rstrip("/")
    finally:
        telegram.world.updates.close()
        telegram.faults.release()
        await server.close()
