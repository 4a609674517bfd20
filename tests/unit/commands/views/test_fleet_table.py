"""The fleet's table: every row adds up, and one amount is written alike wherever it is shown."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.commands.text import numbers
from bot.commands.views.card import figure_rows
from bot.commands.views.fleet_table import fleet_table
from bot.domain.market import Mode
from bot.domain.money import round_money
from bot.engine.reports.queries import BotFigures
from tests.builders import story
from tests.builders.replies import shown, visible_block

OPENED, CLOSED, TOTAL = 5, 6, 7
CENT = Decimal("0.01")
profits = st.decimals("-9999", "9999", places=5).filter(lambda value: not value or abs(value) > Decimal("0.02"))


@st.composite
def rows(draw: st.DrawFn) -> BotFigures:
    mode = draw(st.sampled_from((Mode.PRACTICE, Mode.LIVE)))
    row = story.figures(story.a_bot(draw(st.sampled_from(["a", "b", "c"])), mode=mode), story.BTC)
    return replace(row, open_profit=draw(profits), closed_profit=draw(profits))


@given(st.lists(rows(), min_size=1, max_size=8))
def test_rows_add_up_and_have_the_figures_of_their_cards(found: list[BotFigures]) -> None:
    table = visible_block(fleet_table(found, is_numbered=False))
    for row, cells in zip(found, table.cell_texts, strict=True):
        # What would be written as nothing keeps two digits, and counts as nothing in the sum.
        opened, closed, total = (round_money(Decimal(cells[place]), "USDT") for place in (OPENED, CLOSED, TOTAL))
        is_whole = all(Decimal(cells[place]).same_quantum(CENT) for place in (OPENED, CLOSED, TOTAL))
        assert abs(opened + closed - total) <= (0 if is_whole else CENT)
        assert cells[TOTAL] == shown(numbers.signed_amount(row.total, "USDT"))
        on_card = [shown(value) for _, value, _ in figure_rows(row)[-3:-1]]
        assert [cells[CLOSED], cells[TOTAL]] == on_card
