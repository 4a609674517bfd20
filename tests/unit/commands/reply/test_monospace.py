import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.catalog.bots import strategy_reply
from bot.commands.reply.blocks import Align, Column, KeyValues, Table
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import cell_width, pad_text, wrap_text
from strategies.builtin import builtin_strategies

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
    assert all(cell_width(line) <= width for line in lines)
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
    assert cell_width("比特") == 4
    assert pad_text("比特", 6, Align.LEFT) == "比特  "


@given(text=st.text(max_size=300), width=st.integers(min_value=10, max_value=100))
def test_wrapping_loses_no_word(text: str, width: int) -> None:
    assert "".join(" ".join(wrap_text(text, width)).split()) == "".join(text.split())


FLEET = (
    Column("bot"),
    Column("mode", priority=1),
    Column("market", line=2),
    Column("state"),
    Column("position", priority=3, line=2),
    Column("total", Align.RIGHT, line=2),
    Column("%", Align.RIGHT, priority=2, line=2),
)


def a_row(*cells_of_it: str) -> tuple[str, ...]:
    return cells_of_it


def test_a_row_that_does_not_fit_takes_two_lines_with_the_figure_flush_right() -> None:
    rows = (
        a_row("eth-grid", "LIVE", "ETH/USDT 1h", "running", "long", "+5.22", "+1.04%"),
        a_row("alpha", "PAPER", "BTC/USDT 1h", "running", "long", "+61.81", "+6.18%"),
    )
    assert table_lines(Table(FLEET, rows), 32) == [
        "eth-grid LIVE            running",
        "  ETH/USDT 1h long  +5.22 +1.04%",
        "alpha PAPER              running",
        "  BTC/USDT 1h long +61.81 +6.18%",
    ]


def test_columns_come_back_on_two_lines_only_where_every_row_has_room() -> None:
    rows = (a_row("avax-breakout-4h-bigcap1", "PRACTICE", "AVAX/USDT 4h", "failed", "flat", "-31.07", "-3.11%"),)
    assert table_lines(Table(FLEET, rows), 32) == [
        "avax-breakout-4h-bigcap1 failed",
        "  AVAX/USDT 4h -31.07    -3.11%",
    ]


def test_a_row_of_the_widest_cells_takes_more_lines_but_none_is_cut() -> None:
    rows = (a_row("avax-breakout-4h-bigcap1", "PRACTICE", "1000PEPE/USDT 15m", "running", "flat", "-123456789.01", ""),)
    assert table_lines(Table(FLEET, rows), 32) == [
        "avax-breakout-4h-bigcap1 running",
        "1000PEPE/USDT 15m -123456789.01",
    ]


def test_sentences_alone_are_broken_at_their_blanks() -> None:
    columns = (Column("when"), Column("who"), Column("result", line=2, is_prose=True))
    table = Table(columns, (("15:00:05", "mia", "Refused: alpha (PAPER) is running. First /stop alpha"),))
    assert table_lines(table, 32) == ["15:00:05 mia", "  Refused: alpha (PAPER) is", "  running. First /stop alpha"]


def test_pairs_that_do_not_fit_side_by_side_go_below_their_label() -> None:
    rows = (("Position", "short 123456789.01636 BTC"), ("Open PnL", "-123456789.01", "-12.35%"), ("Won", "n/a"))
    assert pair_lines(KeyValues(rows), 32) == [
        "Position",
        "       short 123456789.01636 BTC",
        "Open PnL  -123456789.01  -12.35%",
        "Won                          n/a",
    ]


def test_sentences_of_pairs_go_below_their_label_where_there_is_no_room_beside_it() -> None:
    block = KeyValues((("max drawdown", "deepest fall of the equity from its peak"), ("Calmar", "CAGR / max drawdown")))
    assert pair_lines(block, 32) == [
        "max drawdown",
        "  deepest fall of the equity",
        "  from its peak",
        "Calmar  CAGR / max drawdown",
    ]


fitting = st.text(alphabet="abc019.,+-% /中", max_size=32).map(str.strip).filter(lambda text: cell_width(text) <= 32)


@st.composite
def tables_of_fitting_cells(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 9))
    columns = tuple(
        Column(
            draw(fitting),
            draw(st.sampled_from(Align)),
            draw(st.integers(0, 3)),
            draw(st.integers(1, 3)),
            draw(st.booleans()),
        )
        for _ in range(width)
    )
    return Table(columns, tuple(draw(st.lists(st.tuples(*[fitting] * width), max_size=4))))


@given(table=tables_of_fitting_cells(), width=st.integers(min_value=32, max_value=100))
def test_no_line_is_wider_than_asked_for_when_no_cell_is(table: Table, width: int) -> None:
    assert all(cell_width(line) <= width for line in table_lines(table, width))


@given(table=tables_of_fitting_cells(), width=st.integers(min_value=32, max_value=100))
def test_what_never_goes_stands_whole_in_some_line(table: Table, width: int) -> None:
    text = "\n".join(table_lines(table, width))
    for row in table.cell_texts:
        for column, cell in zip(table.columns, row, strict=True):
            assert column.priority or column.is_prose or cell in text


@given(rows=st.lists(st.lists(fitting, min_size=2, max_size=3).map(tuple), min_size=1, max_size=5))
def test_no_pair_is_wider_than_asked_for_when_no_value_is(rows: list[tuple[str, ...]]) -> None:
    assert all(cell_width(line) <= 32 for line in pair_lines(KeyValues(tuple(rows)), 32))


@given(
    rows=st.lists(st.tuples(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30)), min_size=1, max_size=4),
    width=st.integers(min_value=20, max_value=100),
)
def test_any_cells_can_be_laid_out(rows: list[tuple[str, str, str]], width: int) -> None:
    table = Table((Column("a"), Column("b", priority=1), Column("c", Align.RIGHT)), tuple(rows))
    assert len(table_lines(table, width)) >= len(rows)


@pytest.mark.parametrize("width", [32, 60, 80, 100])
def test_explanations_are_wrapped_and_never_go(width: int) -> None:
    for strategy in builtin_strategies().all_strategies():
        table = next(block for block in strategy_reply(strategy).blocks if isinstance(block, Table))
        lines = table_lines(table, width)
        assert all(cell_width(line) <= width for line in lines)
        said = " ".join(lines).split()
        for row in table.cell_texts:
            assert set(" ".join(row).split()) <= set(said)
