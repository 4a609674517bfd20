"""Logging: records pass through a queue to one listener thread, which formats and redacts them."""

import json
import logging
import logging.handlers
import os
import queue
import re
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context, ContextVar, copy_context
from datetime import UTC, datetime
from typing import TextIO

from typing_extensions import override

TRACE_ID: ContextVar[str] = ContextVar("trace_id", default="")
"""The trace id of the command that a line belongs to."""
BOT_ID: ContextVar[str] = ContextVar("bot_id", default="")

REDACTED_TEXT = "[hidden]"
MIN_SECRET_LENGTH = 6
STDERR = 2
MAX_QUEUED_RECORDS = 10_000
"""Records that wait while nobody reads the log; beyond that new ones are dropped and counted."""
FLUSH_TIMEOUT_SECONDS = 0.5
"""Time for the last lines at the end; what nobody has read by then is lost with the process."""
QUIET_LOGGERS = ("httpx", "httpcore", "apscheduler", "asyncio", "tortoise", "aiosqlite", "matplotlib", "PIL", "discord")
# A Telegram bot token: the bot's number, a colon, 35 characters. In its URLs `bot` stands directly before it.
_TELEGRAM_TOKEN = re.compile(r"(?<!\d)\d{6,12}:[A-Za-z0-9_-]{30,}")
_SECRET_PATTERNS = (
    # Values whose name says they are secret, also as `'api_key': '...'` and `"SETUP_CODE": "..."`.
    # A colon and a blank in a sentence ("TOKEN: set a new one") stand before a word, not before a value.
    re.compile(
        r"(?i)((?:api[_-]?key|secret|token|password|setup[_-]?code)(?:[\"']?\s*=\s*[\"']?|[\"']\s*:\s*[\"']?|:\s*[\"']|:))"
        r"[^\s,;&\"']{4,}"
    ),
    re.compile(r"(?i)((?:api[_-]?key|secret|token|password|setup[_-]?code):\s+)(?=[^\s,;&\"']*[0-9])[^\s,;&\"']{4,}"),
    # The token of a Discord interaction lets anybody answer in the bot's name for a quarter of an hour.
    re.compile(r"(/(?:webhooks|interactions)/\d{5,}/)[A-Za-z0-9_.-]{16,}"),
    # Most other keys are harmless (a decision key), unless they look like a credential.
    re.compile(r"(?i)(key[\"']?\s*[=:]\s*[\"']?)[a-z0-9+/]{24,}={0,2}"),
)
_LINE_BREAKS = str.maketrans({"\n": "\\n", "\r": "\\r", "\x1b": "\\x1b"})
_OWN_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Redactor:
    """Removes known secrets, and texts that look like one, from texts."""

    def __init__(self) -> None:
        self._secrets: list[str] = []

    def add_secret(self, secret: str) -> None:
        """Redact a secret from now on; a very short one is ignored, it would hide ordinary words."""
        if len(secret) < MIN_SECRET_LENGTH:
            return
        # Quoted inside another text it may be written with escapes.
        spellings = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1]}
        self._secrets = sorted(spellings.union(self._secrets), key=len, reverse=True)

    def redact_text(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, REDACTED_TEXT)
        text = _TELEGRAM_TOKEN.sub(REDACTED_TEXT, text)
        for pattern in _SECRET_PATTERNS:
            text = pattern.sub(rf"\1{REDACTED_TEXT}", text)
        return text


@contextmanager
def log_id(variable: ContextVar[str], value: str) -> Iterator[None]:
    """Add an id to the lines logged inside the block, and in the callbacks that are registered there."""
    token = variable.set(value)
    try:
        yield
    finally:
        variable.reset(token)


def context_without_ids() -> Context:
    """Return a copy of the present context for work that outlives what the ids stand for."""
    context = copy_context()
    for variable in (TRACE_ID, BOT_ID):
        context.run(variable.set, "")
    return context


class _ContextFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        for variable in (TRACE_ID, BOT_ID):
            value = variable.get()
            if value and not hasattr(record, variable.name):
                setattr(record, variable.name, value)
        return True


class _DroppingQueueHandler(logging.handlers.QueueHandler):
    def __init__(self, waiting: "queue.SimpleQueue[logging.LogRecord]") -> None:
        super().__init__(waiting)
        self._waiting = waiting
        self._dropped = 0

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        return record

    def enqueue(self, record: logging.LogRecord) -> None:
        # Nobody reads the log; the queue must not fill the memory.
        if self._waiting.qsize() >= MAX_QUEUED_RECORDS:
            self._dropped += 1
            return
        if self._dropped:
            fields = {"name": __name__, "levelno": logging.WARNING, "levelname": "WARNING", "count": self._dropped}
            text = "log lines were dropped, as nobody reads them"
            self._waiting.put(logging.makeLogRecord({**fields, "msg": text}))
            self._dropped = 0
        self._waiting.put(record)


class LogSink(logging.Handler):
    """Writes each record as a line to a descriptor, bypassing the standard stream's buffers and locks."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    @override
    def createLock(self) -> None:
        # Only one thread writes. At exit `logging` takes every handler's lock, and would wait for a stalled reader.
        self.lock = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        left = memoryview(f"{self.format(record)}\n".encode(errors="replace"))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            # The descriptor is closed or the disk is full; there is no other place to report it.
            return


class LogListener(logging.handlers.QueueListener):
    """Passes queued records to a handler, in a thread that never keeps the process alive."""

    @override
    def stop(self) -> None:
        """Write the queued records, for at most `FLUSH_TIMEOUT_SECONDS`."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(FLUSH_TIMEOUT_SECONDS)
            self._thread = None


class _RedactingFormatter(logging.Formatter):
    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor


class TextFormatter(_RedactingFormatter):
    """Formats a record as one line: time, level, logger, message, extra fields; then a traceback if there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record redacted, and without line breaks that could forge another one."""
        time = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
        fields = "".join(f" {name}={value!r}" for name, value in _extra_fields(record).items())
        message = record.getMessage().translate(_LINE_BREAKS)
        line = f"{time} {record.levelname} {record.name} {message}{fields}"
        return self._redactor.redact_text(line + _traceback_text(record))


class JsonFormatter(_RedactingFormatter):
    """Formats a record as one JSON object per line."""

    def format(self, record: logging.LogRecord) -> str:
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **_extra_fields(record),
        }
        trace = _traceback_text(record)
        if trace:
            fields["traceback"] = trace.lstrip("\n")
        # Redacted before, as JSON escapes the quotes that patterns look for, and after, for values that are no texts.
        clean = {
            name: self._redactor.redact_text(value) if isinstance(value, str) else value
            for name, value in fields.items()
        }
        return self._redactor.redact_text(json.dumps(clean, default=str))


@contextmanager
def configure_logging(
    level: int,
    redactor: Redactor,
    *,
    is_json: bool = False,
    stream: TextIO | None = None,
    descriptor: int = STDERR,
) -> Iterator[None]:
    """Send the root logger's records to `stream` (standard error) until the block ends, then restore logging.

    At the end a standard error that nobody reads is waited for only for a moment.
    """
    root = logging.getLogger()
    waiting: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    handler = _DroppingQueueHandler(waiting)
    handler.addFilter(_ContextFilter())
    target = LogSink(descriptor) if stream is None else logging.StreamHandler(stream)
    target.setFormatter(JsonFormatter(redactor) if is_json else TextFormatter(redactor))
    listener = LogListener(waiting, target)
    before = (root.level, list(root.handlers), {name: logging.getLogger(name).level for name in QUIET_LOGGERS})
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in QUIET_LOGGERS:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    listener.start()
    try:
        yield
    finally:
        listener.stop()
        root.setLevel(before[0])
        root.handlers[:] = before[1]
        for name, old in before[2].items():
            logging.getLogger(name).setLevel(old)


def _extra_fields(record: logging.LogRecord) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if name not in _OWN_FIELDS}


def _traceback_text(record: logging.LogRecord) -> str:
    if record.exc_info is None or record.exc_info[1] is None:
        return ""
    return "\n" + "".join(traceback.format_exception(record.exc_info[1])).rstrip()
