"""Many answers in one line: written and read again as they were given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.sheet import FormSheet, key_value_line, parse_key_values

NAMES = st.from_regex(r"[a-z][a-z_]{0,12}", fullmatch=True)
VALUES = st.text(st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), max_size=30)


@given(st.dictionaries(NAMES, VALUES, min_size=1))
def test_what_is_written_is_read_again_but_for_one_kind_of_quotes(values: dict[str, str]) -> None:
    expected = {name: value.replace("'", "") if '"' in value else value for name, value in values.items()}
    assert dict(parse_key_values(key_value_line(values))) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("fast=10", (("fast", "10"),)),
        ("fast=10 slow=30", (("fast", "10"), ("slow", "30"))),
        ('name="a b" Fast=10', (("name", "a b"), ("fast", "10"))),
        ("capital='' fast=1", (("capital", ""), ("fast", "1"))),
        ("symbol = BTC USDT", (("symbol", "BTC USDT"),)),
        ("1000", ()),
        ("create and run", ()),
        ("", ()),
    ],
)
def test_words_with_names_are_told_from_plain_answers(text: str, words: tuple[tuple[str, str], ...]) -> None:
    assert parse_key_values(text) == words


def test_a_sheet_is_sent_like_an_answer_to_its_form() -> None:
    sheet = FormSheet(form_id="b7k2m", title="New bot", fields=())
    assert sheet.command_line({"name": "alpha", "fast": "10"}) == '/form b7k2m name="alpha" fast="10"'
