from datetime import timedelta

import httpx
import pytest
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError, TimedOut

from adapters.chat.telegram.transport.errors import delivery_error, edit_error
from bot.domain.errors import DestinationGone, MessageGone

TOKEN = "123456789:AAE-secret"


def unsent() -> NetworkError:
    error = NetworkError("httpx.ConnectError: all attempts failed")
    error.__cause__ = httpx.ConnectError("refused")
    return error


def test_a_request_to_wait_says_how_long() -> None:
    error = delivery_error(RetryAfter(7))
    assert error.retry_after == timedelta(seconds=7)
    assert not error.is_doubtful


@pytest.mark.parametrize(
    "error",
    [
        Forbidden("Forbidden: bot was blocked by the user"),
        BadRequest("Chat not found"),
        BadRequest("Not enough rights to send text messages to the chat"),
        BadRequest("message thread not found"),
    ],
)
def test_a_chat_that_takes_nothing_is_gone(error: TelegramError) -> None:
    assert isinstance(delivery_error(error), DestinationGone)
    assert not isinstance(edit_error(error), DestinationGone)
    assert edit_error(error).is_permanent


def test_a_message_that_is_refused_is_refused_for_good() -> None:
    assert delivery_error(BadRequest("Message is too long")).is_permanent


@pytest.mark.parametrize("text", ["Message to edit not found", "Message can't be edited", "MESSAGE_ID_INVALID"])
def test_a_message_that_cannot_be_changed_any_more_is_gone(text: str) -> None:
    assert isinstance(edit_error(BadRequest(text)), MessageGone)


def test_a_message_may_have_arrived_unless_it_never_left() -> None:
    assert delivery_error(TimedOut()).is_doubtful
    assert delivery_error(NetworkError("Bad Gateway")).is_doubtful
    assert delivery_error(TimeoutError()).is_doubtful
    assert not delivery_error(unsent()).is_doubtful


def test_no_text_holds_the_token() -> None:
    found = [
        InvalidToken(f"The token `{TOKEN}` was rejected by the server."),
        NetworkError(f"httpx.InvalidURL: https://api.telegram.org/bot{TOKEN}/getMe"),
        TelegramError(TOKEN),
    ]
    assert not any("secret" in str(delivery_error(error)) for error in found)
