"""Marks: every fill of the time drawn, each with the number of its trade."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.fill import Fill
from bot.domain.ids import BotId, TradeId, VenueTradeId
from bot.domain.moment import Moment
from bot.domain.trade import Trade
from bot.engine.charts.fill_marks import fill_marks, fills_between
from bot.engine.charts.unfinished_bar import bar_open, unfinished_bar
from bot.ports.storage import Page
from tests.builders.facts import WALL, a_trade
from tests.builders.fills import bought, sold
from tests.builders.recordings import START


def moment(minutes: int) -> Moment:
    return Moment(START + timedelta(minutes=minutes), WALL)


def a_fill_at(minutes: int, number: int, *, is_buy: bool) -> Fill:
    made = bought("1", "100", number=number) if is_buy else sold("1", "101", number=number)
    return replace(made, moment=moment(minutes), trade_id=VenueTradeId(f"t-{number}"))


class ManyFills:
    """Pages of fills, newest first."""

    def __init__(self, fills: list[Fill]) -> None:
        self._newest = list(reversed(fills))

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        del bot_id
        return tuple(self._newest[page.offset : page.offset + page.limit])


@pytest.mark.parametrize("count", [0, 1, 200, 330, 500, 1234])
async def test_no_fill_of_the_time_drawn_is_left_out(count: int) -> None:
    fills = [a_fill_at(row, row, is_buy=row % 2 == 0) for row in range(count)]
    reader = ManyFills(fills)
    first, last = START + timedelta(minutes=count // 3), START + timedelta(minutes=count - 2)
    found = await fills_between(reader, BotId("bot"), first, last)  # type: ignore[arg-type]  # only fills are read
    assert list(found) == [fill for fill in fills if first <= fill.moment.market <= last]


def test_a_sale_at_the_moment_of_the_next_purchase_has_the_number_of_its_own_trade() -> None:
    trades: tuple[Trade, ...] = (
        replace(a_trade(), trade_id=TradeId("a"), number=1, opened_at=moment(0), closed_at=moment(10)),
        replace(a_trade(), trade_id=TradeId("b"), number=2, opened_at=moment(10), closed_at=None),
    )
    fills = [
        a_fill_at(0, 1, is_buy=True),
        a_fill_at(10, 2, is_buy=False),
        a_fill_at(10, 3, is_buy=True),
        a_fill_at(20, 4, is_buy=True),
    ]
    assert [mark.label for mark in fill_marks(fills, trades)] == ["1", "1", "2", "2"]
    assert [mark.label for mark in fill_marks(fills, ())] == ["", "", "", ""]


def test_a_bar_of_which_only_a_fill_is_known_is_drawn_of_it() -> None:
    bar = unfinished_bar(None, START, [101.5, 99.0])
    assert bar is not None
    assert (bar.open_time, bar.open, bar.high, bar.low, bar.close) == (START, 101.5, 101.5, 99.0, 99.0)
    assert unfinished_bar(None, START, [], 100.0) is None
    assert bar_open(START + timedelta(minutes=7), timedelta(minutes=5)) == START + timedelta(minutes=5)


def test_prices_of_fills_widen_what_a_feed_knows_and_the_newest_price_ends_it() -> None:
    known = unfinished_bar(None, START, [float(Decimal(100))])
    bar = unfinished_bar(known, START, [97.0], 98.0)
    assert bar is not None
    assert (bar.open, bar.high, bar.low, bar.close) == (100.0, 100.0, 97.0, 98.0)
