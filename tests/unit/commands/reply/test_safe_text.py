import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from bot.commands.reply.input_text import echo_text
from bot.commands.reply.safe_text import safe_line, safe_lines

FSI, PDI = "\u2068", "\u2069"
hostile = st.text() | st.text(alphabet=f"ab \t\n\x1b\x07\x9b\u202e\u2066{FSI}{PDI}\u200b\ufeffשא比e\u0301", max_size=60)


@given(hostile)
def test_nothing_that_steers_a_terminal_is_left(text: str) -> None:
    for line in safe_lines(text):
        kinds = {unicodedata.category(char) for char in line.replace(FSI, "").replace(PDI, "")}
        assert not kinds & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(hostile)
def test_every_isolate_is_closed_on_its_own_line(text: str) -> None:
    for line in safe_lines(text):
        depth = 0
        for char in line:
            depth += (char == FSI) - (char == PDI)
            assert depth in (0, 1)
        assert depth == 0


@given(hostile)
@example(f"A{FSI}\u0300")
def test_safe_text_is_not_changed_by_making_it_safe_again(text: str) -> None:
    assert safe_lines("\n".join(safe_lines(text))) == safe_lines(text)


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=80))
def test_plain_words_stay_as_they_are(text: str) -> None:
    assert safe_lines(text) == [text]


def test_what_was_isolated_for_a_sentence_stays_isolated() -> None:
    shown = echo_text("\u202eתאגר 12")
    assert safe_line(f"no bot {shown}.") == f"no bot {FSI}תאגר 12{PDI}."


def test_marks_that_belong_together_are_put_together() -> None:
    assert safe_line("e\u0301") == "\u00e9"


def test_blanks_at_the_beginning_of_lines_stay() -> None:
    assert safe_lines("  a\n\tb") == ["  a", "  b"]
    assert safe_line("  a  ") == "a"
