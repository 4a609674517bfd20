"""Profit by period: parts sum to the whole, days are the reader's."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.equity import EquityPoint
from bot.domain.facts import LedgerSaved, Saved
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Mode
from bot.domain.metrics import NOT_APPLICABLE, NotAvailable
from bot.domain.moment import Moment
from bot.domain.trade import Ledger, LedgerTotals
from bot.engine.reports.period_profit import PeriodProfitReader, profit_at
from bot.engine.reports.periods import Period
from bot.engine.reports.queries import BotFigures
from bot.engine.reports.statistics import StatisticsReader, daily_curve
from tests.builders.facts import a_bot, a_config, a_trade
from tests.builders.small_engine import ACCOUNT, FAKE, SmallEngine, a_small_engine, queries_of
from tests.fakes.scripted_strategies import ENTER

UTC_ZONE, BERLIN = ZoneInfo("UTC"), ZoneInfo("Europe/Berlin")
NOW = datetime(2024, 7, 10, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def a_point(bot: str, time: datetime, closed: str, opened: str = "0") -> EquityPoint:
    profit = Decimal(closed) + Decimal(opened)
    return EquityPoint(
        bot_id=BotId(bot),
        market_time=time,
        equity=1000 + profit,
        closed_profit=Decimal(closed),
        open_profit=Decimal(opened),
        exposure=Decimal(0),
    )


def a_stored_bot(name: str = "bot", capital: str = "1000") -> Bot:
    config = replace(a_config(capital=capital), account_id=ACCOUNT.account_id)
    bot = a_bot(name, name=name, status=BotStatus.STOPPED)
    return replace(bot, venue=FAKE, config=config, run_started_market=NOW - 4 * DAY)


async def with_bot(engine: SmallEngine, bot: Bot, closed: str, *points: EquityPoint) -> BotFigures:
    """Store a bot with what it earned and its equity points."""
    engine.world.venue.market_clock.time = NOW
    book = Ledger(totals=LedgerTotals(closed_profit=Decimal(closed)))
    await engine.world.storage.commit((Saved(bot), LedgerSaved(bot.bot_id, book), *(Saved(point) for point in points)))
    return await queries_of(engine).figures(bot)


def figures_of(engine: SmallEngine) -> PeriodProfitReader:
    return PeriodProfitReader(engine.world.storage, queries_of(engine))


async def test_the_profit_of_a_day_is_what_came_since_the_readers_midnight() -> None:
    async with a_small_engine() as engine:
        row = await with_bot(
            engine,
            a_stored_bot(),
            "60",
            a_point("bot", datetime(2024, 7, 9, 21, 59, tzinfo=UTC), "10"),
            a_point("bot", datetime(2024, 7, 9, 23, 0, tzinfo=UTC), "25"),
        )
        figures = figures_of(engine)
        (utc,) = await figures.profit_groups([row], Period.DAY, UTC_ZONE)
        (berlin,) = await figures.profit_groups([row], Period.DAY, BERLIN)
        (ever,) = await figures.profit_groups([row], Period.ALL, BERLIN)
        assert (utc.profit, utc.start) == (Decimal(35), datetime(2024, 7, 10, tzinfo=UTC))
        assert (berlin.profit, berlin.start) == (Decimal(50), datetime(2024, 7, 9, 22, tzinfo=UTC))
        assert (ever.profit, ever.start, ever.base) == (Decimal(60), None, Decimal(1000))
        assert (utc.base, berlin.base) == (Decimal(1025), Decimal(1010))


async def test_the_profits_of_the_periods_sum_to_the_whole() -> None:
    async with a_small_engine() as engine:
        times = [NOW - 3 * DAY, NOW - 2 * DAY, NOW - DAY, NOW - timedelta(hours=1)]
        points = [a_point("bot", time, str(value), "1.5") for time, value in zip(times, (5, -20, 40, 41), strict=True)]
        row = await with_bot(engine, a_stored_bot(), "33", *points)
        for period in (Period.DAY, Period.WEEK, Period.MONTH):
            lines = await figures_of(engine).period_lines([row], period, BERLIN, 10)
            assert len(lines) == 10
            assert sum(line.profit for line in lines) == row.total == 33
            for before, after in pairwise(lines):
                assert after.opening_equity == before.opening_equity + before.profit
            assert lines[0].opening_equity == 1000


async def test_modes_and_currencies_are_never_added_up() -> None:
    async with a_small_engine() as engine:
        practice = await with_bot(engine, a_stored_bot("a"), "10")
        live = await with_bot(engine, replace(a_stored_bot("b"), mode=Mode.LIVE), "20")
        more = await with_bot(engine, a_stored_bot("c", capital="500"), "5")
        groups = await figures_of(engine).profit_groups([practice, live, more], Period.ALL, UTC_ZONE)
        assert [(group.mode, group.profit, group.base) for group in groups] == [
            (Mode.LIVE, Decimal(20), Decimal(1000)),
            (Mode.PRACTICE, Decimal(15), Decimal(1500)),
        ]


async def test_without_bots_or_periods_there_are_no_lines() -> None:
    async with a_small_engine() as engine:
        row = await with_bot(engine, a_stored_bot(), "10")
        assert await figures_of(engine).period_lines([], Period.DAY, UTC_ZONE, 5) == ()
        assert await figures_of(engine).period_lines([row], Period.ALL, UTC_ZONE, 5) == ()


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(-50, 50)), max_size=20), st.integers(-5, 110))
def test_the_total_at_a_time_is_that_of_the_last_point_until_then(rows: list[tuple[int, int]], hours: int) -> None:
    ordered = sorted(rows, key=lambda row: row[0])
    points = [a_point("bot", NOW + timedelta(hours=hour), str(value), "0.5") for hour, value in ordered]
    known = [Decimal(value) + Decimal("0.5") for hour, value in ordered if hour <= hours]
    assert profit_at(points, NOW + timedelta(hours=hours)) == (known[-1] if known else 0)


async def test_the_curve_has_the_start_every_midnight_and_now() -> None:
    async with a_small_engine() as engine:
        begin = datetime(2024, 7, 7, 15, tzinfo=UTC)
        points = (a_point("bot", datetime(2024, 7, 9, tzinfo=UTC), "50", "-10"),)
        row = await with_bot(engine, a_stored_bot(), "70", *points)
        assert daily_curve(points, row, begin, NOW) == [
            (begin, 1000.0),
            (datetime(2024, 7, 8, tzinfo=UTC), 1000.0),
            (datetime(2024, 7, 9, tzinfo=UTC), 1040.0),
            (datetime(2024, 7, 10, tzinfo=UTC), 1040.0),
            (NOW, 1070.0),
        ]


async def test_statistics_withhold_what_needs_a_longer_history() -> None:
    async with a_small_engine() as engine:
        bot = a_stored_bot()
        opened, closed = NOW - 2 * DAY, NOW - DAY
        trade = replace(
            a_trade(closed_at=Moment(closed, closed)),
            opened_at=Moment(opened, opened),
            exit_quantity=Decimal("0.5"),
            exit_value=Decimal(60),
            exit_cost=Decimal(50),
        )
        await with_bot(engine, bot, "10", a_point("bot", opened, "-5"), a_point("bot", closed, "10"))
        await engine.world.storage.commit((Saved(trade),))
        queries = queries_of(engine)
        statistics = await StatisticsReader(engine.world.storage, queries).read_statistics(bot)
        assert statistics.length == 4 * DAY
        assert statistics.metrics.equity.sharpe == NotAvailable("not enough history yet (4 of 30 days)")
        assert statistics.metrics.equity.total_return == pytest.approx(0.01)
        assert statistics.metrics.equity.max_drawdown.absolute == 5
        assert statistics.metrics.time_in_market == 0.25
        assert (statistics.metrics.trades.trades, statistics.metrics.net_profit) == (1, Decimal(10))
        assert statistics.metrics.trades.profit_factor == NOT_APPLICABLE
        assert statistics.metrics.turnover == 0


async def test_a_bot_that_holds_counts_what_is_open() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        await engine.fill("100")
        await engine.candle(110)
        row = await queries_of(engine).figures(await engine.bot(bot_id))
        held = row.quantity
        assert held == Decimal("9.94")
        assert row.total == row.open_profit + row.closed_profit == held * 10 - held * 100 * Decimal("0.001")
