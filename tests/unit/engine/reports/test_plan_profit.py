"""The profit of a plan, split: what its rounds earned, and what the coins it holds gain or lose."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.booking import book_fill
from bot.domain.fill import Fill
from bot.domain.guard import NO_GUARDS
from bot.domain.trade import ExitReason, Ledger
from bot.engine.reports.plan_profit import PlanProfit, plan_profit
from bot.engine.reports.queries import BotFigures
from bot.ports.host import BotView
from strategies.grid import Grid
from tests.builders.facts import a_bot
from tests.builders.fills import bought, sold
from tests.builders.recordings import ABC

D = Decimal
Tagged = tuple[str, Fill]


def split(last: str, *fills: Tagged) -> tuple[BotFigures, PlanProfit]:
    """Book fills by the tags of a grid's orders; return the bot's figures and how they are split."""
    book = Ledger()
    by_tag: dict[str, tuple[Fill, ...]] = {}
    for tag, fill in fills:
        booked = book_fill(book, fill, ABC, ExitReason.SIGNAL)
        by_tag = {} if booked.is_closed else {**by_tag, tag: (*by_tag.get(tag, ()), fill)}
        book = booked.ledger
    view = BotView(
        bot=a_bot(),
        ledger=book,
        working_orders=(),
        guards=NO_GUARDS,
        last_price=D(last),
        last_row=None,
        last_row_close=None,
        next_close=None,
        remark="",
        plan_rounds=Grid().group_rounds(by_tag),
    )
    row = BotFigures(
        view=view,
        market=ABC,
        last_price=D(last),
        open_profit=book.open_profit(D(last)),
        closed_profit=book.closed_profit,
        capital_at_work=D(1000),
    )
    parts = plan_profit(row)
    assert parts is not None
    return row, parts


def test_a_finished_round_beside_coins_that_lost() -> None:
    row, parts = split(
        "80",
        ("buy-2", bought("1", "95", fee="0.1")),
        ("buy-1", bought("1", "90", number=2, fee="0.1")),
        ("sell-1", sold("1", "95", number=3, fee="0.1")),
    )
    assert parts.rounds == D("4.8")
    assert parts.holding == D("-15.1")
    assert row.total == D("-10.3")


def test_half_a_round_counts_with_half_of_what_it_cost() -> None:
    _, parts = split("90", ("buy-1", bought("2", "90", fee="0.4")), ("sell-1", sold("1", "100", fee="0.1")))
    assert parts == PlanProfit("grid", D("9.7"), D("-0.2"))


def test_what_was_sold_without_a_level_is_no_round() -> None:
    _, parts = split("100", ("buy-1", bought("2", "100")), ("exit", sold("1", "90")))
    assert parts == PlanProfit("grid", D(0), D(-10))


def test_fees_in_coins_are_counted_at_their_price() -> None:
    row, parts = split(
        "90",
        ("buy-1", bought("1", "90", fee="0.01", of="ABC")),
        ("buy-2", bought("1", "90", number=2)),
        ("sell-1", sold("1", "100", number=3)),
    )
    assert parts.rounds == D("9.1")
    assert parts.rounds + parts.holding == row.total


def test_flat_everything_is_in_the_rounds() -> None:
    row, parts = split("100", ("buy-1", bought("1", "90", fee="0.1")), ("sell-1", sold("1", "95", fee="0.1")))
    assert parts == PlanProfit("grid", D("4.8"), D(0))
    assert row.closed_profit == D("4.8")


def test_a_bot_without_a_trade_has_earned_nothing() -> None:
    assert split("100")[1] == PlanProfit("grid", D(0), D(0))


@given(
    st.lists(st.tuples(st.integers(1, 5), st.integers(80, 120), st.integers(80, 120)), min_size=1, max_size=8),
    st.integers(50, 150),
)
def test_rounds_earn_what_they_sold_for_and_the_rest_is_held(rounds: list[tuple[int, int, int]], last: int) -> None:
    held: Tagged = ("buy-held", bought("3", "100", number=1000, fee="0.3"))
    fills = [held]
    for number, (quantity, entry, leave) in enumerate(rounds, start=1):
        fills.append((f"buy-{number}", bought(str(quantity), str(entry), number=2 * number, fee="0.5")))
        fills.append((f"sell-{number}", sold(str(quantity), str(leave), number=2 * number + 1, fee="0.25")))
    row, parts = split(str(last), *fills)
    assert parts.rounds == sum(quantity * (leave - entry) - D("0.75") for quantity, entry, leave in rounds)
    assert parts.holding == 3 * (last - 100) - D("0.3")
    assert parts.rounds + parts.holding == row.total
