"""Times within sentences: typed parts that stay what they are, and that nobody's words can become."""

from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.amount_visibility import make_visible
from bot.commands.reply.blocks import Headline, Text, WarningText, build_reply
from bot.commands.reply.inline_time import (
    InlineTime,
    RichText,
    TimeStyle,
    join_lines,
    join_text,
    plain_text,
    safe_text_line,
    safe_text_lines,
    split_first_line,
)
from bot.commands.reply.safe_text import safe_lines
from bot.commands.text import numbers
from bot.commands.text.times import TimeFormatter
from bot.domain.market import Mode

NOW = datetime(2024, 8, 26, 14, 0, 2, tzinfo=UTC)
BERLIN = TimeFormatter(NOW, "Europe/Berlin")
AT = BERLIN.state_time(NOW)
MONEY = numbers.money(Decimal("12.5"), "USDT")


def times_of(words: RichText) -> list[InlineTime]:
    return [part for part in words if isinstance(part, InlineTime)] if isinstance(words, tuple) else []


def test_a_text_without_a_time_is_plain_text() -> None:
    assert join_text("paused ", "by mia") == "paused by mia"
    assert join_text("paused by mia ", AT, ", ", "flat") == ("paused by mia ", AT, ", flat")
    assert plain_text(join_text("paused by mia ", AT)) == "paused by mia 16:00"


def test_a_time_shows_as_much_as_it_says() -> None:
    assert InlineTime(NOW, "16:00", TimeStyle.TIME) == AT
    assert BERLIN.inline_time(NOW) == InlineTime(NOW, "16:00:02", TimeStyle.SECONDS)
    assert BERLIN.inline_time(NOW.replace(day=23)) == InlineTime(
        NOW.replace(day=23), "23 Aug 16:00", TimeStyle.DAY_AND_TIME
    )
    assert BERLIN.inline_time(NOW.replace(year=2023)) == InlineTime(
        NOW.replace(year=2023), "26 Aug 2023", TimeStyle.DAY
    )
    assert BERLIN.state_time(NOW.replace(day=23)).style is TimeStyle.DAY_AND_TIME


def test_the_clock_of_a_recording_is_nobodys_own() -> None:
    assert BERLIN.market_time(NOW, Mode.PRACTICE) == "26 Aug 2024 16:00"
    assert BERLIN.time_of_day(NOW, Mode.PRACTICE) == "16:00"
    assert BERLIN.market_time(NOW, Mode.LIVE) == BERLIN.inline_time(NOW)
    assert BERLIN.time_of_day(NOW, Mode.PAPER) == AT


def test_line_1_keeps_its_times() -> None:
    line = Headline(("paused by mia ", AT), "⏸️", "alpha", Mode.PAPER)
    assert line.line == ("⏸️ alpha · PAPER · paused by mia ", AT)
    assert line.with_suffix(", flat").plain_text == "⏸️ alpha · PAPER · paused by mia 16:00, flat"


def test_lines_are_divided_between_words_and_never_in_a_time() -> None:
    words = join_text("since ", AT, " \nuntil ", AT, "\n\nend")
    assert safe_text_lines(words) == [("since ", AT), ("until ", AT), (), ("end",)]
    assert safe_text_line(words) == ("since ", AT, " until ", AT, " end")
    assert split_first_line(words) == (("since ", AT, " "), ("until ", AT, "\n\nend"))
    assert split_first_line(join_text("since ", AT)) == (("since ", AT), "")
    assert join_lines((join_text(AT, "  a"), "b")) == (AT, "  a\nb")


def test_a_blank_before_a_time_stays_whatever_stands_before_it() -> None:
    assert safe_text_lines(join_text("paused by José ", AT, " ")) == [("paused by José ", AT)]


def test_amounts_go_and_times_stay() -> None:
    words = join_text(
        "long 0.5, cost ", MONEY, " · opened ", AT, ", closed ", BERLIN.inline_time(NOW), "; in hand ", MONEY
    )
    reply = build_reply(Headline(words), Text(words), WarningText(words))
    shown = make_visible(reply, is_hiding_amounts=True)
    for block in shown.blocks:
        assert isinstance(block, Headline | Text | WarningText)
        assert block.content == ("long 0.5 · opened ", AT, ", closed ", BERLIN.inline_time(NOW))


@given(st.text(alphabet="\ue000\ue001\ue100\ue101\uf8ff<t:1>a \n"))
def test_nobodys_words_become_a_time(text: str) -> None:
    assert len([part for line in safe_text_lines(join_text(text, AT, text)) for part in line if part is AT]) == 1


@given(st.text())
def test_words_without_times_are_as_safe_as_ever(text: str) -> None:
    assert ["".join(map(str, line)) for line in safe_text_lines(text)] == safe_lines(text)
    beside = safe_text_lines(join_text(text, AT, text))
    shown = "\n".join(plain_text(line) for line in beside).replace("16:00", "")
    assert not set(shown) & set("\u202e\u200b\x07\ue100")
