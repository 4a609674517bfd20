"""Expecting a refusal by the words a person reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.commands.reply.amount_visibility import show_amounts
from bot.commands.reply.inline_time import plain_text
from bot.commands.text.refusal import error_text
from bot.domain.errors import UserError


def refusal_text(error: UserError) -> str:
    """Return a refusal as somebody reads it who may see amounts."""
    return plain_text(show_amounts(error_text(error)))


@contextmanager
def raises_refusal(kind: type[UserError], match: str) -> Iterator[None]:
    """Expect an error whose text matches a pattern."""
    with pytest.raises(kind) as caught:
        yield
    assert re.search(match, refusal_text(caught.value))
