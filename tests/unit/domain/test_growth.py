"""Growth is time-weighted: what capital is added or taken away changes nothing that was earned before."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal, localcontext

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.growth import (
    CapitalChange,
    ProfitAt,
    average_capital,
    capital_at,
    capital_spans,
    growth_between,
    total_growth,
)

D = Decimal
START = datetime(2024, 7, 8, tzinfo=UTC)
DAY = timedelta(days=1)


def edited(day: float, before: str, profit: str) -> CapitalChange:
    return CapitalChange(at=START + day * DAY, before=D(before), profit=D(profit))


def test_without_an_edit_growth_is_profit_by_capital() -> None:
    spans = capital_spans((), D(1000))
    assert total_growth(spans, D("25.3")) == D("0.0253")
    assert total_growth(capital_spans((), D(0)), D(1)) is None


def test_editing_the_capital_changes_nothing_of_the_past() -> None:
    # +25.3 with 1,000 is +2.53 %; 1,500 from then on and nothing traded is +2.53 % still.
    spans = capital_spans((edited(2, "1000", "25.3"),), D(1500))
    assert total_growth(spans, D("25.3")) == D("0.0253")
    # +15.253 on an equity of 1,525.3 is 1 % more: 1.0253 x 1.01 - 1.
    assert total_growth(spans, D("40.553")) == D("1.0253") * D("1.01") - 1


def test_a_day_is_measured_with_what_it_was_earned_with() -> None:
    spans = capital_spans((edited(2.5, "1000", "100"),), D(2000))
    start, noon, end = (START + days * DAY for days in (2, 2.5, 3))
    assert growth_between(spans, ProfitAt(start, D(0)), ProfitAt(noon, D(100))) == D("0.1")
    # 10 % with 1,000 in the morning, then 10 % with 2,100.
    assert growth_between(spans, ProfitAt(start, D(0)), ProfitAt(end, D(310))) == D("0.21")
    assert growth_between(spans, ProfitAt(noon, D(100)), ProfitAt(end, D(310))) == D("0.1")


def test_the_capital_at_work_is_weighted_by_its_time() -> None:
    spans = capital_spans((edited(1, "1000", "0"), edited(3, "400", "0")), D(2000))
    # 1,000 for one day, 400 for two, 2,000 for one.
    assert average_capital(spans, START, START + 4 * DAY) == D(3800) / 4
    assert average_capital(spans, START + DAY, START + 2 * DAY) == 400
    assert average_capital(spans, START, START) == 1000
    assert [capital_at(spans, START + days * DAY) for days in (0, 0.99, 1, 2, 3, 9)] == [
        1000,
        1000,
        400,
        400,
        2000,
        2000,
    ]


def test_what_has_no_equity_left_grows_no_more() -> None:
    spans = capital_spans((edited(1, "1000", "-1000"),), D(500))
    assert total_growth(spans, D(-900)) == -1
    assert growth_between(spans, ProfitAt(START + DAY, D(-1000)), ProfitAt(START + 2 * DAY, D(-900))) is None


MONEY = st.integers(100, 5000).map(Decimal)


@given(st.lists(st.tuples(MONEY, st.integers(-50, 50).map(Decimal)), min_size=1, max_size=6), st.integers(-50, 50))
def test_growth_is_the_product_over_the_times_of_one_capital(edits: list[tuple[Decimal, Decimal]], more: int) -> None:
    with localcontext(prec=60):
        changes, profit = [], D(0)
        for day, (before, gain) in enumerate(edits, start=1):
            profit += gain
            changes.append(CapitalChange(at=START + day * DAY, before=before, profit=profit))
        capitals = [*(before for before, _ in edits), D(700)]
        gains = [*(gain for _, gain in edits), D(more)]
        product, earned = D(1), D(0)
        for capital, gain in zip(capitals, gains, strict=True):
            if capital + earned > 0:
                product *= 1 + gain / (capital + earned)
            earned += gain
        found = total_growth(capital_spans(changes, D(700)), profit + more)
        assert found is not None
        assert abs(found - (product - 1)) < D("1e-40")
