from datetime import UTC, datetime

from adapters.chat.telegram.render.markup import (
    LineKind,
    TelegramLine,
    TelegramSpan,
    TelegramText,
    TelegramTextStyle,
    cut_line,
    html_text,
    is_visible,
    split_line,
    utf16_length,
)
from adapters.chat.telegram.render.message import fit_text, split_into_pages, text_length
from bot.commands.reply.inline_time import InlineTime, TimeStyle

AT = InlineTime(datetime(2024, 8, 23, 1, tzinfo=UTC), "23 Aug 03:00", TimeStyle.DAY_AND_TIME)
TIME = TelegramSpan(AT.text, time=AT)
MARKED = '<tg-time unix="1724374800" format="dt">23 Aug 03:00</tg-time>'


def words(*lines: str, shape: LineKind = LineKind.PROSE) -> TelegramText:
    return tuple(TelegramLine((TelegramSpan(line),), shape) for line in lines)


def a_line(*spans: TelegramSpan) -> TelegramLine:
    return TelegramLine(spans)


def test_length_is_counted_in_utf_16_units() -> None:
    assert utf16_length("a€😀") == 4


def test_a_cut_never_divides_a_letter_from_its_accents_or_a_pair_in_two() -> None:
    assert cut_line(a_line(TelegramSpan("ab" + "e\u0301" * 9)), 7).text == "abe\u0301…"
    assert cut_line(a_line(TelegramSpan("😀" * 9)), 7).text == "😀😀…"


def test_a_cut_ends_what_it_turned_to_the_right() -> None:
    words = "\u2068\u05e9\u05dc\u05d5\u05dd \u05e9\u05dc\u05d5\u05dd\u2069"
    assert cut_line(a_line(TelegramSpan(words)), 7).text.endswith("…\u2069")


def test_accents_without_end_are_divided_somewhere() -> None:
    first, rest = split_line(a_line(TelegramSpan("e" + "\u0301" * 50)), 10)
    assert len(first.text) == 10
    assert len(rest.text) == 41


def test_styles_live_on_in_both_parts() -> None:
    first, rest = split_line(a_line(TelegramSpan("ab"), TelegramSpan("cdef", TelegramTextStyle.BOLD)), 4)
    assert html_text((first, rest)) == "ab<b>cd</b>\n<b>ef</b>"


def test_a_code_block_that_is_divided_stays_one_in_each_message() -> None:
    first, second = split_into_pages(words("aaaa", "bbbb", shape=LineKind.CODE), 6)
    assert (html_text(first), html_text(second)) == ("<pre>aaaa</pre>", "<pre>bbbb</pre>")


def test_a_line_longer_than_a_message_goes_on_in_the_next() -> None:
    assert [html_text(page) for page in split_into_pages(words("abcdefghij"), 4)] == ["abcd", "efgh", "ij"]


def test_every_page_is_full_and_none_is_too_long() -> None:
    divided = split_into_pages(words(*("x" * 30 for _ in range(100))), 100)
    assert max(map(text_length, divided)) == 92
    assert len(divided) == 34


def test_what_has_no_room_is_counted() -> None:
    lines = words("one", "two", "three", "four" * 4)
    assert html_text(fit_text(lines, 27)) == "one\ntwo\n… 2 more"
    assert html_text(fit_text(words("one", "two"), 7)) == "one\ntwo"


def test_blanks_and_marks_alone_cannot_be_seen() -> None:
    assert not is_visible(" \u00a0\u2800\u0301\u200b")
    assert is_visible(".")


def test_a_time_is_marked_and_counts_as_the_text_it_stands_on() -> None:
    line = a_line(TelegramSpan("since "), TIME, TelegramSpan("."))
    assert html_text((line,)) == f"since {MARKED}."
    assert text_length((line,)) == len("since 23 Aug 03:00.")
    assert html_text((line.without_times(),)) == "since 23 Aug 03:00."


def test_a_time_is_never_cut_in_two() -> None:
    line = a_line(TelegramSpan("since "), TIME, TelegramSpan("; sells later"))
    assert html_text((cut_line(line, 15),)) == "since …"
    assert html_text((cut_line(line, 22),)) == f"since {MARKED}; …"
    first, rest = split_line(line, 10)
    assert (first.text, rest.text) == ("since ", "23 Aug 03:00; sells later")
    assert rest.spans[0] == TIME


def test_what_is_left_of_a_time_with_no_room_for_it_is_mere_text() -> None:
    assert html_text((cut_line(a_line(TIME), 6),)) == "23 A…"


def test_so_many_times_that_no_room_for_other_marks_is_left_become_text() -> None:
    (page,) = split_into_pages(tuple(a_line(TIME, TelegramSpan(" x")) for _ in range(150)), 4096)
    assert html_text(page).count("<tg-time") == 60
