from hypothesis import given
from hypothesis import strategies as st

from bot.commands.reply.text_width import cell_width, wrap_text

text = st.text(alphabet="ab c 比특 é👩", max_size=200)


@given(text, st.integers(10, 100))
def test_lines_fit_unless_a_word_alone_does_not(line: str, width: int) -> None:
    assert all(cell_width(part) <= width or " " not in part.strip() for part in wrap_text(line, width))


@given(text, st.integers(10, 100))
def test_nothing_is_lost_but_blanks(line: str, width: int) -> None:
    assert "".join(wrap_text(line, width)).replace(" ", "") == line.replace(" ", "")


@given(text, st.integers(10, 100))
def test_wrapping_what_was_wrapped_changes_nothing(line: str, width: int) -> None:
    once = wrap_text(line, width)
    assert [part for piece in once for part in wrap_text(piece, width)] == once


def test_what_fits_stays_with_all_its_blanks() -> None:
    assert wrap_text("totals  LIVE  +5.22", 40) == ["totals  LIVE  +5.22"]


def test_followers_are_indented_like_their_line_and_more() -> None:
    assert wrap_text("  one two three", 9, indent="> ") == ["  one two", "  > three"]


def test_no_line_begins_with_a_blank_of_its_own() -> None:
    assert wrap_text("alpha beta gamma", 10) == ["alpha beta", "gamma"]


def test_a_name_an_amount_and_an_address_are_never_broken() -> None:
    for word in ("avax-breakout-4h-bigcap1", "-123456789.123456", "t.me/YourDeskBot?start=join_9TQ4ZK7M"):
        assert wrap_text(f"see {word} now", 12)[1] == word
