"""The fleet's table: every row adds up, and so do all rows."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.text import numbers
from bot.commands.views.fleet_table import fleet_table
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.engine.reports.queries import BotFigures
from tests.builders import story
from tests.builders.replies import shown, visible_block

OPENED, CLOSED, TOTAL = 5, 6, 7
profits = st.decimals("-9999", "9999", places=5).filter(lambda value: not value or abs(value) > Decimal("0.005"))


@st.composite
def rows(draw: st.DrawFn) -> BotFigures:
    mode = draw(st.sampled_from((Mode.PRACTICE, Mode.LIVE)))
    row = story.figures(story.a_bot(draw(st.sampled_from(["a", "b", "c"])), mode=mode), story.BTC)
    return replace(row, open_profit=draw(profits), closed_profit=draw(profits))


@given(st.lists(rows(), min_size=1, max_size=8))
def test_rows_add_up_to_the_totals_of_their_mode_as_both_are_printed(found: list[BotFigures]) -> None:
    table = visible_block(fleet_table(found, is_numbered=False))
    sums: dict[Mode, Decimal] = defaultdict(Decimal)
    exact: dict[Mode, Decimal] = defaultdict(Decimal)
    for row, cells in zip(found, table.cell_texts, strict=True):
        assert Decimal(cells[OPENED]) + Decimal(cells[CLOSED]) == Decimal(cells[TOTAL])
        sums[row.bot.mode] += Decimal(cells[TOTAL])
        exact[row.bot.mode] += row.total
    for mode, total in exact.items():
        assert abs(sums[mode] - Decimal(shown(numbers.signed_amount(total, "USDT")))) < Decimal("0.01")


def test_the_digit_that_is_lost_in_a_sum_goes_to_one_row() -> None:
    thirds = [
        replace(story.figures(story.a_bot(name), story.BTC), closed_profit=Decimal("0.335"), open_profit=ZERO)
        for name in ("a", "b", "c")
    ]
    totals = [cells[TOTAL] for cells in visible_block(fleet_table(thirds, is_numbered=False)).cell_texts]
    assert sorted(totals) == ["+0.33", "+0.33", "+0.34"]
    assert shown(numbers.signed_amount(Decimal("1.005"), "USDT")) == "+1.00"
