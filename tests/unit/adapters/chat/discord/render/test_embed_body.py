import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.render.embed_body import DiscordTextBlock, fit_text_blocks

PROSE = DiscordTextBlock((tuple("one"), tuple("two")))
CODE = DiscordTextBlock((tuple("a  1"), tuple("b  2"), tuple("c  3")), is_code=True)


def test_what_fits_stands_below_each_other() -> None:
    assert fit_text_blocks((PROSE, CODE), 4096) == "one\ntwo\n```\na  1\nb  2\nc  3\n```"


def test_what_does_not_fit_is_counted() -> None:
    lines = tuple(tuple(f"line {number:04}") for number in range(100))
    text = fit_text_blocks((DiscordTextBlock(lines),), 200)
    assert text.startswith("line 0000\nline 0001")
    shown = text.count("line")
    assert text.endswith(f"\n… {100 - shown} more")


def test_a_code_block_that_is_cut_is_closed() -> None:
    rows = tuple(tuple(f"row {number:04}") for number in range(100))
    text = fit_text_blocks((PROSE, DiscordTextBlock(rows, is_code=True), PROSE), 200)
    assert text.count("```") == 2
    assert text.rsplit("\n", 2)[1] == "```"
    assert text.endswith(f"… {102 - text.count('row')} more")


def test_one_line_that_is_too_long_is_cut() -> None:
    assert fit_text_blocks((DiscordTextBlock((tuple("x" * 500),)),), 100) == "x" * 99 + "…"
    code = fit_text_blocks((DiscordTextBlock((tuple("x" * 500),), is_code=True),), 100)
    assert len(code) == 100
    assert code.startswith("```\nxxx")
    assert code.endswith("…\n```")


pieces = st.builds(
    DiscordTextBlock,
    st.lists(st.text(max_size=300).map(tuple), min_size=1, max_size=30).map(tuple),
    is_code=st.booleans(),
)


@given(st.lists(pieces, min_size=1, max_size=6).map(tuple), st.integers(60, 400))
def test_nothing_is_longer_than_its_room(parts: tuple[DiscordTextBlock, ...], room: int) -> None:
    assert len(fit_text_blocks(parts, room)) <= room


@pytest.mark.parametrize("room", range(60, 140))
def test_fences_come_in_pairs(room: int) -> None:
    assert fit_text_blocks((PROSE, CODE, PROSE, CODE, PROSE, CODE), room).count("```") % 2 == 0
