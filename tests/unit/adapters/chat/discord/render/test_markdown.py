import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.render.markdown import (
    cut_atoms,
    escape_code_line,
    escape_line,
    escape_lines,
    escape_text,
    shorten_text,
    unescape_text,
)
from bot.commands.reply.inline_time import InlineTime, TimeStyle
from bot.commands.reply.safe_text import safe_lines

AT = InlineTime(datetime(2024, 8, 23, 12, 12, tzinfo=UTC), "14:12", TimeStyle.TIME)
LONG_AGO = InlineTime(datetime(2023, 8, 23, 12, 40, tzinfo=UTC), "23 Aug 2023", TimeStyle.DAY)
MARKS = "\\*_~|`<>[]()#-+@:1. \nab"
hostile = st.text() | st.text(alphabet=MARKS, max_size=80)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("**loud** _it_ ~~gone~~ ||hidden||", r"\*\*loud\*\* \_it\_ \~\~gone\~\~ \|\|hidden\|\|"),
        ("`code` ```block```", r"\`code\` \`\`\`block\`\`\`"),
        ("<@1> <@&2> <#3> <t:4:f> <:a:5> </run:6>", r"\<@1> \<@&2> \<#3> \<t:4:f> \<\:a:5> \</run:6>"),
        ("[x](https://y.example)", r"\[x\](https://y.example)"),
        ("# big", r"\# big"),
        ("-# small", r"\-# small"),
        ("> said", r"\> said"),
        ("- item\n  * item\n1. item", "\\- item\n  \\* item\n1\\. item"),
        (":smile: at 15:00:05", r"\:smile: at 15:00:05"),
        ("-5.2 and 3 > 2 and -> 4", "-5.2 and 3 > 2 and -> 4"),
        ("https://t.me/Desk_bot?start=join_9TQ4 _x_", r"https://t.me/Desk_bot?start=join_9TQ4 \_x\_"),
    ],
)
def test_markup_arrives_as_text(text: str, shown: str) -> None:
    assert escape_text(text) == shown


@pytest.mark.parametrize("text", ["@everyone", "@here", "@EveryOne", "a@everyone!", "https://a.example/@here"])
def test_nobody_calls_everybody(text: str) -> None:
    assert not re.search("@(everyone|here)", escape_text(text), re.IGNORECASE)


def test_a_time_is_one_that_each_client_writes_on_its_own_clock() -> None:
    assert ["".join(line) for line in escape_lines(("- at ", AT, "\n", LONG_AGO, " - *"))] == [
        "\\- at <t:1724415120:t>",
        "<t:1692794400:D> - \\*",
    ]
    assert "".join(escape_line(("since\n", AT))) == "since <t:1724415120:t>"


def test_a_time_is_never_cut_and_counts_as_it_is_sent() -> None:
    line = escape_line(("since ", AT, "."))
    assert cut_atoms(line, 23) == "since <t:1724415120:t>."
    assert cut_atoms(line, 22) == "since…"
    assert cut_atoms((*escape_line(("since ", AT)), *"; more"), 23) == "since <t:1724415120:t>…"


@given(hostile)
def test_nobodys_words_become_a_time(text: str) -> None:
    shown = "".join(escape_line((text, AT, text)))
    assert re.sub(r"\\.", "", shown).count("<t:") == 1


@given(hostile)
def test_a_reader_sees_the_words_and_nothing_else(text: str) -> None:
    assert unescape_text(escape_text(text)) == "\n".join(safe_lines(text))


@given(hostile)
def test_no_mark_is_left_that_means_something(text: str) -> None:
    for line in escape_text(text).split("\n"):
        bare = re.sub(r"https?://\S+", "", re.sub(r"\\.", "\x00", line))
        assert not set(bare) & set("*~|`<[]\\")
        assert not re.match(r"\s*(>|#{1,3}\s|-#\s|[-+*]\s|\d+\.\s)", line)
        assert not re.search(r":[A-Za-z_]+:", bare)


@given(hostile, st.integers(1, 60))
def test_a_text_is_never_cut_inside_an_escape_and_never_too_long(text: str, room: int) -> None:
    shown = cut_atoms(escape_line(text), room)
    assert len(shown) <= room
    assert len(re.findall(r"\\", shown)) % 2 == 0 or re.search(r"\\[^\\]", shown)
    assert not re.search(r"(?<!\\)(\\\\)*\\…?$", shown)


def test_a_cut_says_so_and_keeps_what_belongs_together() -> None:
    assert cut_atoms(escape_line("ema-cross-btc"), 8) == "ema-cro…"
    assert cut_atoms(escape_line("abcd\u0335e f"), 5) == "abc…", "a stroke through a letter stays with it, or both go"
    assert cut_atoms(escape_line("*****"), 6) == r"\*\*…"


def test_a_cut_right_to_left_text_is_still_closed() -> None:
    shown = cut_atoms(escape_line("\u2068\u05e9\u05dc\u05de \u05e2\u05dc\u05dd\u05e9\u2069 x"), 7)
    assert len(shown) <= 7
    assert shown.count("\u2068") == shown.count("\u2069")


def test_a_label_is_one_line_without_markup() -> None:
    assert shorten_text(" a\n*b* ", 80) == "a *b*"
    assert shorten_text("x" * 90, 80) == "x" * 79 + "…"


@given(hostile | st.text(alphabet="`a", max_size=12))
def test_nothing_ends_a_code_block_from_within(text: str) -> None:
    assert all("```" not in escape_code_line(line) for line in text.split("\n"))


def test_lines_stay_lines() -> None:
    assert [len(line) for line in escape_lines("ab\n\nc")] == [2, 0, 1]
