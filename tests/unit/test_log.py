"""Log lines: what they carry and what they never show."""

import io
import json
import logging
import sys
import threading

import pytest

from bot.log import QUIET_LOGGERS, REDACTED_TEXT, JsonFormatter, Redactor, TextFormatter, configure_logging

TELEGRAM_TOKEN = "123456789:AAF" + "x" * 32
LONG_KEY = "0123456789abcdef" * 4
logger = logging.getLogger("tests.log")


def written(*, is_json: bool = False, redactor: Redactor | None = None, level: int = logging.INFO) -> "Written":
    return Written(redactor or Redactor(), is_json=is_json, level=level)


class Written:
    """Collects what is logged inside its block."""

    def __init__(self, redactor: Redactor, *, is_json: bool, level: int) -> None:
        self._stream = io.StringIO()
        self._block = configure_logging(level, redactor, is_json=is_json, stream=self._stream)

    def __enter__(self) -> "Written":
        self._block.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        self._block.__exit__(None, None, None)

    @property
    def text(self) -> str:
        return self._stream.getvalue()


def fail(text: str) -> None:
    raise ValueError(text)


def log_failure(text: str) -> None:
    try:
        fail(text)
    except ValueError:
        logger.exception("failed")


def test_a_line_carries_level_logger_message_and_extra_fields() -> None:
    with written() as log:
        logger.info("order accepted", extra={"venue_order_id": "v-1"})
    assert "INFO tests.log order accepted venue_order_id='v-1'" in log.text
    assert log.text.count("\n") == 1


def test_a_json_line_carries_the_same() -> None:
    with written(is_json=True) as log:
        logger.warning("feed %s", "stale", extra={"series": ("BTC/USDT", "1h")})
    record = json.loads(log.text)
    assert (record["level"], record["logger"], record["message"]) == ("WARNING", "tests.log", "feed stale")
    assert record["series"] == ["BTC/USDT", "1h"]
    assert record["time"].endswith("+00:00")


def test_an_error_carries_its_traceback() -> None:
    with written() as log:
        log_failure("odd")
    assert "ValueError: odd" in log.text


def test_a_message_cannot_forge_another_line() -> None:
    with written() as log:
        logger.info("name %s", "x\n2024-01-01 ERROR forged\r\x1b[2K")
    assert log.text.count("\n") == 1
    assert "\r" not in log.text
    assert "\x1b" not in log.text


@pytest.mark.parametrize("is_json", [False, True])
@pytest.mark.parametrize("secret", ["correct-horse", 'with"quote\\and\\slash', "größer-als-geheim"])
def test_a_registered_secret_is_never_written(secret: str, *, is_json: bool) -> None:
    redactor = Redactor()
    redactor.add_secret(secret)
    with written(is_json=is_json, redactor=redactor) as log:
        logger.info("got %s", secret, extra={"code": f"<{secret}>"})
        log_failure(secret)
    assert secret not in log.text
    assert json.dumps(secret)[1:-1] not in log.text
    assert repr(secret)[1:-1] not in log.text


@pytest.mark.parametrize("is_json", [False, True])
@pytest.mark.parametrize(
    "secret",
    [
        f"https://api.telegram.org/bot{TELEGRAM_TOKEN}/getMe",
        f"TELEGRAM_TOKEN={TELEGRAM_TOKEN}",
        f"https://discord.com/api/v10/webhooks/1456074443980800061/{LONG_KEY}/messages/@original",
        f"PATCH /interactions/1456074443980800061/{LONG_KEY}/callback",
        f"key={LONG_KEY}",
        f"secret={LONG_KEY}",
        f"X-MBX-APIKEY: {LONG_KEY}",
        f'{{"apiKey": "{LONG_KEY}"}}',
        "SETUP_CODE=hunter2-hunter2",
    ],
)
def test_what_looks_like_a_secret_is_never_written(secret: str, *, is_json: bool) -> None:
    with written(is_json=is_json) as log:
        logger.info("sent %s", secret)
    assert TELEGRAM_TOKEN not in log.text
    assert LONG_KEY not in log.text
    assert "hunter2" not in log.text


@pytest.mark.parametrize("is_json", [False, True])
def test_extra_fields_named_like_secrets_are_hidden(*, is_json: bool) -> None:
    with written(is_json=is_json) as log:
        logger.info("connect", extra={"api_key": "abcdefgh", "setup_code": "hunter2-hunter2"})
    assert "abcdefgh" not in log.text
    assert "hunter2" not in log.text


def test_ids_are_not_taken_for_secrets() -> None:
    with written() as log:
        logger.info("sent", extra={"client_order_id": "0123456789abcdef" * 2, "decision_key": "3:1724659200:entry"})
    assert "0123456789abcdef" * 2 in log.text
    assert "3:1724659200:entry" in log.text


def test_levels_below_the_chosen_one_and_chatter_of_libraries_are_left_out() -> None:
    with written(level=logging.INFO) as log:
        logger.debug("detail")
        for name in QUIET_LOGGERS:
            logging.getLogger(name).info("chatter")
        logging.getLogger("httpx").warning("trouble")
    assert "detail" not in log.text
    assert "chatter" not in log.text
    assert "trouble" in log.text


def test_the_end_stops_the_listener_and_puts_the_old_handlers_back() -> None:
    root = logging.getLogger()
    handlers, level, threads = list(root.handlers), root.level, threading.active_count()
    with written(level=logging.DEBUG):
        assert threading.active_count() == threads + 1
    assert threading.active_count() == threads
    assert (root.handlers, root.level) == (handlers, level)


def test_formatting_happens_in_the_listener_not_where_it_is_logged() -> None:
    seen: list[str] = []

    class Late:
        def __str__(self) -> str:
            seen.append(threading.current_thread().name)
            return "late"

    with written():
        logger.info("value %s", Late())
    assert seen
    assert threading.main_thread().name not in seen


@pytest.mark.parametrize("formatter", [TextFormatter, JsonFormatter])
def test_a_formatter_writes_one_line_without_traceback(formatter: type[TextFormatter | JsonFormatter]) -> None:
    record = logging.LogRecord("tests", logging.INFO, __file__, 1, "hello", None, None)
    assert "hello" in formatter(Redactor()).format(record)
    assert sys.exc_info() == (None, None, None)


@pytest.mark.parametrize(
    "text", ["Discord does not accept the token in DISCORD_TOKEN: set a new one there", "the token: renew it"]
)
def test_a_word_after_the_name_of_a_secret_is_no_secret(text: str) -> None:
    assert Redactor().redact_text(text) == text


@pytest.mark.parametrize("text", ["token: 8f3kz91", "DISCORD_TOKEN:abcdef", "password = hunter", "api_key: 'abcd'"])
def test_what_stands_as_a_value_is_hidden_all_the_same(text: str) -> None:
    assert REDACTED_TEXT in Redactor().redact_text(text)
