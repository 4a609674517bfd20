import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.layout import cells, pad, pair_lines, table_lines, wrap
from bot.commands.reply import Align, Column, KeyValues, Table

NAME = "avax-breakout-4h-bigcap1"
PRICE = "123456.789012"
TABLE = Table(
    (
        Column("bot"),
        Column("mode", priority=1),
        Column("entry", Align.RIGHT, priority=2),
        Column("last", Align.RIGHT, priority=3),
        Column("PnL", Align.RIGHT),
    ),
    ((NAME, "PRACTICE", PRICE, PRICE, "-123456789.01"), ("alpha", "LIVE", "1.0", "2.0", "+0.10")),
)


@pytest.mark.parametrize("width", [32, 80, 100])
def test_tables_fit_and_never_cut_names_or_amounts(width: int) -> None:
    lines = table_lines(TABLE, width)
    assert all(cells(line) <= width for line in lines)
    text = "\n".join(lines)
    assert NAME in text
    assert "-123456789.01" in text


def test_the_least_important_column_goes_first() -> None:
    assert "last" not in table_lines(TABLE, 70)[0]
    assert "entry" in table_lines(TABLE, 70)[0]
    assert "last" in table_lines(TABLE, 100)[0]


def test_numbers_stand_at_the_right() -> None:
    first, second = table_lines(Table((Column(""), Column("", Align.RIGHT)), (("a", "1.00"), ("bb", "100.00"))), 32)
    assert first == "a     1.00"
    assert second == "bb  100.00"


def test_pairs_with_two_values_keep_three_columns() -> None:
    lines = pair_lines(
        KeyValues(
            (("Position", "long 0.01636 BTC"), ("Open PnL", "+51.32", "+5.17%"), ("Total PnL", "+61.81", "+6.18%"))
        ),
        32,
    )
    assert lines == [
        "Position   long 0.01636 BTC",
        "Open PnL     +51.32  +5.17%",
        "Total PnL    +61.81  +6.18%",
    ]


def test_wide_characters_count_twice() -> None:
    assert cells("比特") == 4
    assert pad("比特", 6, Align.LEFT) == "比特  "


@given(text=st.text(max_size=300), width=st.integers(min_value=10, max_value=100))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    assert "".join(" ".join(wrap(text, width)).split()) == "".join(text.split())


@given(
    rows=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=4),
    width=st.integers(min_value=20, max_value=100),
)
def test_any_cells_can_be_laid_out(rows: list[tuple[str, str, str]], width: int) -> None:
    table = Table((Column("a"), Column("b", priority=1), Column("c", Align.RIGHT)), tuple(rows))
    assert len(table_lines(table, width)) >= len(rows)
