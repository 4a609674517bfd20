"""The booking of fills: from flat to flat again, to the last digit."""

from dataclasses import dataclass, field
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.booking import BookingResult, book_fill, book_round_trip, close_as_dust
from bot.domain.errors import Corruption
from bot.domain.fill import Fill
from bot.domain.money import ZERO
from bot.domain.order import OrderSide
from bot.domain.position import FLAT, Position
from bot.domain.trade import ExitReason, Ledger, Trade
from tests.builders.facts import at
from tests.builders.fills import a_plain_fill, bought, sold
from tests.builders.recordings import ABC

SIGNAL, STOP = ExitReason.SIGNAL, ExitReason.STOP_LOSS
D = Decimal


def booked(first: Fill, *others: Fill, reason: ExitReason = SIGNAL) -> BookingResult:
    """Book fills one after the other."""
    result = book_fill(Ledger(), first, ABC, reason)
    for fill in others:
        result = book_fill(result.ledger, fill, ABC, reason)
    return result


def test_the_first_fill_opens_a_trade() -> None:
    result = booked(bought("2", "100", fee="0.2"))
    assert not result.is_closed
    assert result.ledger.position == Position(Decimal(2), Decimal(200))
    assert (result.trade.number, result.trade.trade_id, result.trade.sign) == (1, "bot-1", 1)
    assert (result.trade.entry_price, result.trade.exit_price, result.trade.fees) == (D(100), None, D("0.2"))
    assert (result.ledger.realised_profit, result.trade.profit) == (Decimal("-0.2"), Decimal("-0.2"))


def test_a_further_fill_adds_to_the_trade_at_its_average() -> None:
    result = booked(bought("1", "100"), bought("3", "200", number=2))
    assert (result.trade.entry_price, result.trade.entry_quantity, result.trade.opened_at) == (D(175), D(4), at(1))


def test_leaving_closes_the_trade_with_reason_time_and_profit() -> None:
    result = booked(bought("2", "100", fee="0.2"), sold("2", "110", fee="0.22"), reason=STOP)
    trade, totals = result.trade, result.ledger.totals
    assert result.is_closed
    assert result.ledger.trade is None
    assert result.ledger.position == FLAT
    assert (trade.exit_reason, trade.closed_at, trade.exit_price) == (STOP, at(2), D(110))
    assert trade.profit == Decimal("19.58")
    assert (totals.closed_profit, totals.trades, totals.won, totals.wins_value) == (trade.profit, 1, 1, trade.profit)
    assert (totals.fees, totals.notional, totals.fills, totals.losses_value) == (D("0.42"), D(420), 2, D(0))


def test_a_partial_exit_belongs_to_the_same_trade() -> None:
    result = booked(bought("2", "100"), sold("1", "110"), sold("1", "90", number=3))
    assert (result.trade.number, result.trade.profit, result.ledger.totals.trades) == (1, D(0), 1)
    assert (result.trade.exit_price, result.ledger.totals.won) == (D(100), 0)
    open_part = booked(bought("2", "100"), sold("1", "110"))
    assert open_part.ledger.trade is open_part.trade
    assert (open_part.trade.profit, open_part.trade.closed_at, open_part.trade.exit_reason) == (D(10), None, None)


def test_open_profit_is_that_of_the_open_position_alone() -> None:
    # Bought 2 at 100 (fee 0.2), sold 1 at 110 (fee 0.11): half of the entry's fee is still open.
    ledger = booked(bought("2", "100", fee="0.2"), sold("1", "110", fee="0.11")).ledger
    assert ledger.open_profit(D(90)) == (90 - 100) * 1 - D("0.1")
    assert ledger.closed_profit == 10 - D("0.11") - D("0.1")
    assert ledger.total_profit(D(90)) == D("-0.31")
    assert ledger.open_profit(None) == D("-0.1")


def test_a_fee_in_base_lowers_what_is_held_and_is_valued_at_the_fills_price() -> None:
    result = booked(bought("2", "100", fee="0.002", of="ABC"))
    assert result.ledger.position == Position(Decimal("1.998"), Decimal("199.800"))
    assert (result.trade.fees, result.ledger.totals.notional) == (D("0.2"), D(200))


def test_dust_is_carried_into_the_next_trade_with_its_cost() -> None:
    first = booked(bought("1", "100", fee="0.0005", of="ABC"), sold("0.999", "100"))
    assert first.is_closed
    assert first.ledger.position == Position(Decimal("0.0005"), Decimal("0.05"))
    second = book_fill(first.ledger, bought("1", "200", number=3), ABC, SIGNAL)
    assert second.trade.number == 2
    assert second.trade.entry_quantity == Decimal("1.0005")
    assert second.trade.entry_value == Decimal("200.05")


def test_a_value_below_the_venues_minimum_is_dust_too() -> None:
    assert booked(bought("1", "100"), sold("0.951", "100")).is_closed
    assert not booked(bought("1", "100"), sold("0.95", "100")).is_closed


def test_a_trade_stays_open_while_its_order_goes_on_selling() -> None:
    book = booked(bought("1", "100")).ledger
    part = book_fill(book, sold("0.96", "100"), ABC, SIGNAL, rest=Decimal("0.04"))
    assert not part.is_closed
    whole = book_fill(part.ledger, sold("0.04", "100", number=3), ABC, SIGNAL)
    assert whole.is_closed
    assert (whole.trade.number, whole.trade.exit_quantity, whole.ledger.totals.trades) == (1, D(1), 1)


def test_nothing_left_is_flat_whatever_its_order_still_wants() -> None:
    book = booked(bought("1", "100")).ledger
    assert book_fill(book, sold("1", "100"), ABC, SIGNAL, rest=Decimal("0.5")).is_closed


@pytest.mark.parametrize("held", ["0", "0.0005", "0.9"])
def test_more_than_held_is_never_sold(held: str) -> None:
    book = Ledger(Position(Decimal(held), Decimal(held) * 100))
    with pytest.raises(Corruption, match=f"sells 1, held {held}"):
        book_fill(book, sold("1", "100"), ABC, SIGNAL)


def test_what_cannot_be_sold_any_more_closes_its_trade_as_dust() -> None:
    open_book = booked(bought("1", "100", fee="0.1"), sold("0.95", "110", fee="0.1")).ledger
    result = close_as_dust(open_book, at(9), STOP, Decimal(20))
    assert result.is_closed
    assert (result.trade.exit_reason, result.trade.closed_at) == (STOP, at(9))
    assert result.ledger.position == Position(Decimal("0.05"), Decimal(1))
    assert result.ledger.trade is None
    # 0.95 x (110 - 100) - 0.2 of fees, and 0.05 x (20 - 100) of the rest.
    assert result.ledger.realised_profit == Decimal("5.3")
    assert (result.ledger.totals.trades, result.ledger.totals.won, result.ledger.totals.fills) == (1, 1, 2)
    assert result.ledger.totals.wins_value == Decimal("5.3")
    assert (result.trade.exit_quantity, result.trade.exit_value) == (D(1), Decimal("105.5"))


def test_booking_dust_changes_no_total() -> None:
    open_book = booked(bought("1", "100", fee="0.1"), sold("0.95", "110", fee="0.1")).ledger
    dust = close_as_dust(open_book, at(9), STOP, Decimal(20)).ledger
    assert dust.total_profit(Decimal(20)) == open_book.total_profit(Decimal(20))
    assert dust.total_profit(Decimal(30)) == open_book.total_profit(Decimal(30))
    assert (dust.open_profit(Decimal(30)), dust.dust_value) == (Decimal("0.5"), D(1))
    assert dust.usable_profit == dust.realised_profit - 1


def test_a_book_without_a_trade_has_nothing_to_close() -> None:
    with pytest.raises(Corruption):
        close_as_dust(Ledger(), at(9), STOP, Decimal(1))


PRICES = st.decimals("0.01", 100_000, places=2)


@given(st.lists(st.tuples(st.decimals("0.001", 1000, places=3), PRICES, PRICES), min_size=1, max_size=5))
def test_a_round_trip_is_a_buy_and_the_sale_of_all_of_it(trips: list[tuple[Decimal, Decimal, Decimal]]) -> None:
    with localcontext(prec=60):
        at_once = one_by_one = Ledger()
        for quantity, price, later in trips:
            buy = a_plain_fill(OrderSide.BUY, quantity, price, fee=quantity * price * ABC.fee_rate)
            sale = a_plain_fill(OrderSide.SELL, quantity, later, number=2, fee=quantity * later * ABC.fee_rate)
            expected = book_fill(book_fill(one_by_one, buy, ABC, SIGNAL).ledger, sale, ABC, STOP)
            assert book_round_trip(at_once, buy, sale, STOP) == expected
            at_once = one_by_one = expected.ledger


def test_what_is_no_round_trip_is_not_booked_as_one() -> None:
    for ledger, sale in ((Ledger(Position(D(1), D(100))), sold("1", "110")), (Ledger(), sold("0.5", "110"))):
        with pytest.raises(Corruption, match="no round trip"):
            book_round_trip(ledger, bought("1", "100"), sale, SIGNAL)


@dataclass
class Till:
    """The money and coins of one bot, counted by hand."""

    cash: Decimal = ZERO
    coins: Decimal = ZERO
    fees: Decimal = ZERO
    notional: Decimal = ZERO
    closed: list[Trade] = field(default_factory=list)

    def take(self, fill: Fill) -> None:
        value = fill.quantity * fill.price
        self.cash -= fill.side.sign * value
        self.coins += fill.side.sign * fill.quantity
        self.notional += value
        if fill.fee_currency == ABC.base:
            self.coins -= fill.fee
            self.fees += fill.fee * fill.price
        else:
            self.cash -= fill.fee
            self.fees += fill.fee


@dataclass(frozen=True)
class Deal:
    """A fill to try: sells take a share (in thousandths) of what is held."""

    side: OrderSide
    thousandths: int
    cents: int
    fee_in_base: bool


DEALS = st.lists(
    st.builds(
        Deal,
        st.sampled_from(OrderSide),
        st.integers(1, 1000),
        st.integers(1, 2_000_000),
        st.sampled_from([True, False]),
    ),
    min_size=1,
    max_size=30,
)


def the_fill(deal: Deal, number: int, held: Decimal) -> Fill | None:
    quantity = Decimal(deal.thousandths) / 100
    if deal.side is OrderSide.SELL:
        quantity = ABC.floor_quantity(held * deal.thousandths / 1000)
    if not quantity:
        return None
    price, in_base = Decimal(deal.cents) / 100, deal.fee_in_base and deal.side is OrderSide.BUY
    fee = quantity * ABC.fee_rate
    return a_plain_fill(
        deal.side,
        quantity,
        price,
        number=number,
        fee=fee if in_base else fee * price,
        fee_currency="ABC" if in_base else "USDT",
    )


@given(DEALS)
def test_whatever_is_traded_the_parts_sum_to_the_whole(deals: list[Deal]) -> None:
    with localcontext(prec=60):
        book, till = Ledger(), Till()
        for number, deal in enumerate(deals, start=1):
            fill = the_fill(deal, number, book.position.quantity)
            if fill is None:
                continue
            till.take(fill)
            result = book_fill(book, fill, ABC, SIGNAL)
            book = result.ledger
            if result.is_closed:
                till.closed.append(result.trade)
            assert book.position.quantity == till.coins >= 0
            # What came in less what is still tied up is what was earned, to the last digit.
            assert book.realised_profit == till.cash + book.position.cost
            if book.trade is not None:
                assert book.total_profit(fill.price) == till.cash + till.coins * fill.price
                assert 0 <= book.open_fees <= book.trade.fees
            assert (book.trade is None) is result.is_closed
            assert_totals(book, till)


def assert_totals(book: Ledger, till: Till) -> None:
    totals = book.totals
    profits = [trade.profit for trade in till.closed]
    assert totals.closed_profit == sum(profits)
    assert totals.wins_value + totals.losses_value == totals.closed_profit
    assert totals.wins_value == sum(profit for profit in profits if profit > 0)
    assert (totals.trades, totals.won) == (len(profits), sum(profit > 0 for profit in profits))
    assert [trade.number for trade in till.closed] == list(range(1, len(profits) + 1))
    assert (totals.fees, totals.notional) == (till.fees, till.notional)
    carried = book.position.cost
    for trade in till.closed:
        assert trade.exit_quantity <= trade.entry_quantity
        assert trade.exit_cost <= trade.entry_value
    if book.trade is not None:
        assert book.trade.entry_value - book.trade.exit_cost == carried
        assert book.trade.entry_quantity - book.trade.exit_quantity == book.position.quantity
