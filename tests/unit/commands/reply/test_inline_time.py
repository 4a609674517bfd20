"""Times within sentences: typed parts that stay what they are, and that nobody's words can become."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.blocks import Headline, Text, Warn, reply
from bot.commands.reply.inline_time import (
    Instant,
    Shows,
    Words,
    changed,
    first_line,
    in_lines,
    plain_words,
    safe_line_of,
    safe_words,
    worded,
)
from bot.commands.reply.safe_text import safe_lines
from bot.commands.text.amount_masking import MONEY, discreet
from bot.commands.text.times import Times
from bot.domain.market import Mode
from bot.domain.moment import Moment

NOW = datetime(2024, 8, 26, 14, 0, 2, tzinfo=UTC)
BERLIN = Times(NOW, "Europe/Berlin")
AT = BERLIN.since(NOW)


def times_of(words: Words) -> list[Instant]:
    return [part for part in words if isinstance(part, Instant)] if isinstance(words, tuple) else []


def test_a_text_without_a_time_is_plain_text() -> None:
    assert worded("paused ", "by mia") == "paused by mia"
    assert worded("paused by mia ", AT, ", ", "flat") == ("paused by mia ", AT, ", flat")
    assert plain_words(worded("paused by mia ", AT)) == "paused by mia 16:00"


def test_a_time_shows_as_much_as_it_says() -> None:
    assert Instant(NOW, "16:00", Shows.TIME) == AT
    assert BERLIN.instant(NOW) == Instant(NOW, "16:00:02", Shows.SECONDS)
    assert BERLIN.instant(NOW.replace(day=23)) == Instant(NOW.replace(day=23), "23 Aug 16:00", Shows.DAY_AND_TIME)
    assert BERLIN.instant(NOW.replace(year=2023)) == Instant(NOW.replace(year=2023), "26 Aug 2023", Shows.DAY)
    assert BERLIN.since(NOW.replace(day=23)).shows is Shows.DAY_AND_TIME


def test_the_clock_of_a_recording_is_nobodys_own() -> None:
    assert BERLIN.seen(NOW, Mode.PRACTICE) == "26 Aug 2024 16:00"
    assert BERLIN.of(Moment(NOW, NOW.replace(year=2026)), Mode.PRACTICE) == "26 Aug 2024 16:00"
    assert BERLIN.time_of_day(NOW, Mode.PRACTICE) == "16:00"
    assert BERLIN.seen(NOW, Mode.LIVE) == BERLIN.instant(NOW)
    assert BERLIN.time_of_day(NOW, Mode.PAPER) == AT


def test_line_1_keeps_its_times() -> None:
    line = Headline(("paused by mia ", AT), "⏸️", "alpha", Mode.PAPER)
    assert line.line == ("⏸️ alpha · PAPER · paused by mia ", AT)
    assert line.with_more(", flat").plain == "⏸️ alpha · PAPER · paused by mia 16:00, flat"


def test_lines_are_divided_between_words_and_never_in_a_time() -> None:
    words = worded("since ", AT, " \nuntil ", AT, "\n\nend")
    assert safe_words(words) == [("since ", AT), ("until ", AT), (), ("end",)]
    assert safe_line_of(words) == ("since ", AT, " until ", AT, " end")
    assert first_line(words) == (("since ", AT, " "), ("until ", AT, "\n\nend"))
    assert first_line(worded("since ", AT)) == (("since ", AT), "")
    assert in_lines((worded(AT, "  a"), "b")) == (AT, "  a\nb")


def test_a_blank_before_a_time_stays_whatever_stands_before_it() -> None:
    assert safe_words(worded("paused by José ", AT, " ")) == [("paused by José ", AT)]


def test_amounts_go_and_times_stay() -> None:
    words = worded("long 0.5, cost ", MONEY, " · opened ", AT, ", closed ", BERLIN.instant(NOW), "; in hand ", MONEY)
    shown = discreet(reply(Headline(words), Text(words), Warn(words)), frozenset({"USDT"}))
    for block in shown.blocks:
        assert isinstance(block, Headline | Text | Warn)
        assert block.words == ("long 0.5 · opened ", AT, ", closed ", BERLIN.instant(NOW))


def test_a_part_that_goes_takes_its_time_along() -> None:
    assert changed(worded("a ", AT, "|b ", BERLIN.instant(NOW)), lambda text: text.split("|")[1]) == (
        "b ",
        BERLIN.instant(NOW),
    )


@given(st.text(alphabet="\ue000\ue001\ue100\ue101\uf8ff<t:1>a \n"))
def test_nobodys_words_become_a_time(text: str) -> None:
    assert not times_of(changed(text, lambda whole: whole))
    assert len(times_of(changed(worded(text, AT, text), lambda whole: whole))) == 1
    assert len([part for line in safe_words(worded(text, AT, text)) for part in line if part is AT]) == 1


@given(st.text())
def test_words_without_times_are_as_safe_as_ever(text: str) -> None:
    assert ["".join(map(str, line)) for line in safe_words(text)] == safe_lines(text)
    beside = safe_words(worded(text, AT, text))
    shown = "\n".join(plain_words(line) for line in beside).replace("16:00", "")
    assert not set(shown) & set("\u202e\u200b\x07\ue100")
