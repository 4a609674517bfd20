"""A person whose platform name begins with a blank was called after their role."""

import pytest

from bot.engine.people.chat_user import unique_name


@pytest.mark.parametrize("name", [" Jonas Weber", "\tJonas", "\u00a0Jonas\u00a0Weber", "Jonas\nWeber"])
def test_blanks_before_a_name_are_no_name(name: str) -> None:
    assert unique_name(name) == "Jonas"
