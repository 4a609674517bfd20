"""Expecting a refusal by the words a person reads."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.commands.text.refusal import error_text
from bot.domain.errors import UserError


@contextmanager
def raises_refusal(kind: type[UserError], match: str) -> Iterator[None]:
    """Expect an error whose text matches a pattern."""
    with pytest.raises(kind) as caught:
        yield
    assert re.search(match, error_text(caught.value))
