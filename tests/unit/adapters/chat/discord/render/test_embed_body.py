import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.discord.render.embed_body import DiscordLine, fit_text


def prose(*lines: str) -> tuple[DiscordLine, ...]:
    return tuple(DiscordLine(tuple(line)) for line in lines)


def code(*lines: str, number: int = 0) -> tuple[DiscordLine, ...]:
    return tuple(DiscordLine(tuple(line), number) for line in lines)


PROSE = prose("one", "two")
CODE = code("a  1", "b  2", "c  3")


def test_what_fits_stands_below_each_other() -> None:
    assert fit_text((*PROSE, *CODE), 4096) == "one\ntwo\n```\na  1\nb  2\nc  3\n```"


def test_what_does_not_fit_is_counted() -> None:
    text = fit_text(prose(*(f"line {number:04}" for number in range(100))), 200)
    assert text.startswith("line 0000\nline 0001")
    shown = text.count("line")
    assert text.endswith(f"\n… {100 - shown} more")


def test_a_code_block_that_is_cut_is_closed() -> None:
    rows = code(*(f"row {number:04}" for number in range(100)))
    text = fit_text((*PROSE, *rows, *PROSE), 200)
    assert text.count("```") == 2
    assert text.rsplit("\n", 2)[1] == "```"
    assert text.endswith(f"… {102 - text.count('row')} more")


def test_one_line_that_is_too_long_is_cut() -> None:
    assert fit_text(prose("x" * 500), 100) == "x" * 99 + "…"
    block = fit_text(code("x" * 500), 100)
    assert len(block) == 100
    assert block.startswith("```\nxxx")
    assert block.endswith("…\n```")


lines = st.builds(DiscordLine, st.text(max_size=300).map(tuple), st.none() | st.integers(0, 1))


@given(st.lists(lines, min_size=1, max_size=80).map(tuple), st.integers(60, 400))
def test_nothing_is_longer_than_its_room(parts: tuple[DiscordLine, ...], room: int) -> None:
    assert len(fit_text(parts, room)) <= room


def test_tables_that_follow_each_other_stay_two_blocks() -> None:
    assert fit_text((*CODE, *code("d  4", number=1)), 4096).count("```") == 4


@pytest.mark.parametrize("room", range(60, 140))
def test_fences_come_in_pairs(room: int) -> None:
    assert fit_text((*PROSE, *CODE) * 3, room).count("```") % 2 == 0
