"""Profit by period: parts sum to the whole, and days are the reader's in every zone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.fill import FillAmounts, FillStep, fill_step
from bot.domain.growth import CapitalChange
from bot.domain.instance import Bot
from bot.domain.market import Mode, Timeframe
from bot.domain.money import to_decimal
from bot.domain.order import OrderSide
from bot.engine.people.permissions import Requester
from bot.engine.reports.curves import BotCurve, CurveReader
from bot.engine.reports.fleet import fleet_page
from bot.engine.reports.period_profit import PeriodProfitReader
from bot.engine.reports.periods import Period
from bot.engine.reports.queries import BotFigures
from bot.engine.reports.statistics import StatisticsReader
from bot.strategy.candles import Candles, to_milliseconds
from tests.builders import story
from tests.builders.engine import MIA
from tests.builders.small_engine import a_small_engine, queries_of
from tests.fakes.scripted_strategies import ENTER, LEAVE

D = Decimal
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONES = tuple(map(ZoneInfo, ("UTC", "Europe/Berlin", "Pacific/Auckland", "America/Los_Angeles", "Asia/Kolkata")))
SPRING, AUTUMN = datetime(2024, 3, 1, 7, tzinfo=UTC), datetime(2024, 9, 20, 7, tzinfo=UTC)
"""Begins of 45 days in which the clocks of Berlin, Auckland and Los Angeles change."""


class KnownCurves(CurveReader):
    """Curves made by the test."""

    def __init__(self, *curves: BotCurve) -> None:
        self._known = curves

    async def curves(self, rows: Sequence[BotFigures]) -> tuple[BotCurve, ...]:
        return tuple(curve for curve in self._known if any(curve.row is row for row in rows))


def a_fill(time: datetime, quantity: str, price: str) -> FillStep:
    """A fill of a signed quantity with a fee of 0.1 %."""
    side = OrderSide.SELL if quantity.startswith("-") else OrderSide.BUY
    size = abs(D(quantity))
    amounts = FillAmounts(D(price), size, size * D(price) / 1000)
    return fill_step(time, side, amounts, is_fee_in_base=False, reference=None)


def a_curve(
    begin: datetime,
    closes: Sequence[float],
    *steps: FillStep,
    capital: str = "1000",
    changes: tuple[CapitalChange, ...] = (),
    mode: Mode = Mode.PRACTICE,
) -> BotCurve:
    """A bot on hourly candles whose first opens at `begin`; now is the last close."""
    config = replace(story.a_bot("alpha").config, capital=D(capital), timeframe=Timeframe.H1)
    bot: Bot = replace(story.a_bot("alpha", mode=mode), config=config, capital_changes=changes)
    total = sum((step.cash for step in steps), D(0))
    total += sum((step.quantity for step in steps), D(0)) * to_decimal(closes[-1])
    figures = story.figures(bot, story.BTC, last=str(closes[-1]))
    prices = np.array(closes, dtype=np.float64)
    times = to_milliseconds(begin) + np.arange(len(closes), dtype=np.int64) * 3_600_000
    return BotCurve(
        row=replace(figures, open_profit=D(0), closed_profit=total, capital_at_work=D(capital)),
        begin=begin,
        now=begin + len(closes) * HOUR,
        steps=steps,
        candles=Candles(times, prices, prices, prices, prices, prices),
    )


def counted(curve: BotCurve, closes: Sequence[float], time: datetime) -> Decimal:
    """Count the profit at a time, candle by candle and fill by fill."""
    profit = sum((step.cash for step in curve.steps if step.time < time), D(0))
    held = sum((step.quantity for step in curve.steps if step.time < time), D(0))
    closed = [price for row, price in enumerate(closes, start=1) if curve.begin + row * HOUR <= time]
    return profit + held * to_decimal(closed[-1]) if held else profit


HOURS = st.lists(st.integers(0, 45 * 24 - 1), min_size=1, max_size=12, unique=True).map(sorted)


@settings(max_examples=8, deadline=None)
@pytest.mark.parametrize("begin", [SPRING, AUTUMN], ids=["spring", "autumn"])
@given(seed=st.integers(0, 10_000), hours=HOURS)
async def test_days_weeks_and_months_of_every_zone_sum_to_the_whole(
    begin: datetime, seed: int, hours: list[int]
) -> None:
    closes = np.random.default_rng(seed).integers(5000, 15000, 45 * 24).astype(float) / 100
    steps = [
        a_fill(begin + hour * HOUR, "0.5" if number % 2 == 0 else "-0.5", f"{closes[hour]:.2f}")
        for number, hour in enumerate(hours)
    ]
    curve = a_curve(begin, closes.tolist(), *steps)
    reader = PeriodProfitReader(KnownCurves(curve))
    for zone in ZONES:
        for period, count in ((Period.DAY, 60), (Period.WEEK, 12), (Period.MONTH, 4)):
            lines = await reader.period_lines([curve.row], period, zone, count)
            assert sum(line.profit for line in lines) == curve.row.total
            (present,) = await reader.profit_groups([curve.row], period, zone)
            assert (present.profit, present.start) == (lines[-1].profit, lines[-1].start)
        days = await reader.period_lines([curve.row], Period.DAY, zone, 3)
        for line in days:
            local = line.start.astimezone(zone)
            assert (local.hour, local.minute) == (0, 0)
            next_midnight = datetime.combine(local.date() + DAY, local.time(), zone).astimezone(UTC)
            end = min(next_midnight, curve.now)
            after = curve.row.total if end == curve.now else counted(curve, closes.tolist(), end)
            assert line.profit == after - counted(curve, closes.tolist(), line.start)


async def test_a_position_held_over_midnight_is_split_at_the_readers_midnight() -> None:
    # Bought at 10:00 UTC at 100; 110 at 18:00 UTC, 120 at 22:00, 130 at 24:00, 140 now.
    begin = datetime(2024, 8, 3, 10, tzinfo=UTC)
    closes = [*[100.0] * 7, 110.0, *[110.0] * 3, 120.0, 120.0, 130.0, *[140.0] * 10]
    curve = a_curve(begin, closes, a_fill(begin, "1", "100"))
    reader = PeriodProfitReader(KnownCurves(curve))
    # Midnight is at 00:00, 22:00, 12:00 (of the day before), 07:00 and 18:30 UTC.
    expected = {"UTC": "10", "Europe/Berlin": "20", "America/Los_Angeles": "0", "Asia/Kolkata": "30"}
    for zone in ZONES:
        (group,) = await reader.profit_groups([curve.row], Period.DAY, zone)
        if zone.key in expected:
            assert group.profit == D(expected[zone.key]), zone.key
        else:
            # Auckland's day began at 12:00 UTC on the 3rd, when the price was 100 and the fee was paid.
            assert group.profit == D(40)


async def test_a_fill_at_midnight_belongs_to_the_new_day() -> None:
    begin = datetime(2024, 7, 8, tzinfo=UTC)
    closes = [100.0] * 24 + [90.0] * 23
    curve = a_curve(begin, closes, a_fill(begin + HOUR, "1", "100"), a_fill(begin + DAY, "-1", "95"))
    first, second = await PeriodProfitReader(KnownCurves(curve)).period_lines(
        [curve.row], Period.DAY, ZoneInfo("UTC"), 2
    )
    assert (first.profit, second.profit) == (D("-0.1"), D("-5.095"))


async def test_a_day_is_a_share_of_its_opening_equity() -> None:
    begin = datetime(2024, 7, 8, tzinfo=UTC)
    curve = a_curve(begin, [100.0] * 23 + [200.0] * 23 + [211.0], a_fill(begin, "1", "100"))
    lines = await PeriodProfitReader(KnownCurves(curve)).period_lines([curve.row], Period.DAY, ZoneInfo("UTC"), 3)
    assert [line.base for line in lines] == [0, 1000, D("1099.9")]
    assert [line.share for line in lines] == [None, D("99.9") / 1000, 11 / D("1099.9")]


async def test_editing_the_capital_changes_no_day_before_it() -> None:
    begin = datetime(2024, 7, 8, tzinfo=UTC)
    closes = [100.0] * 23 + [200.0] * 23 + [211.0]
    zone = ZoneInfo("UTC")
    plain = a_curve(begin, closes, a_fill(begin, "1", "100"))
    change = CapitalChange(at=begin + DAY + HOUR, before=D(1000), profit=D("99.9"))
    edited = a_curve(begin, closes, a_fill(begin, "1", "100"), capital="3000", changes=(change,))
    before = (await PeriodProfitReader(KnownCurves(plain)).period_lines([plain.row], Period.DAY, zone, 3))[1]
    after = await PeriodProfitReader(KnownCurves(edited)).period_lines([edited.row], Period.DAY, zone, 3)
    assert (after[1].profit, after[1].share) == (before.profit, before.share)
    # All of the second day's 11 came with 3,000 of capital.
    assert after[2].share == D(1) * (1 + 11 / D("3099.9")) - 1
    (ever,) = await PeriodProfitReader(KnownCurves(edited)).profit_groups([edited.row], Period.ALL, zone)
    assert ever.share == D("1.0999") * (1 + 11 / D("3099.9")) - 1


async def test_modes_and_currencies_are_never_added_up() -> None:
    begin = datetime(2024, 7, 8, tzinfo=UTC)
    practice, live, more = (
        a_curve(begin, [100.0, closing], a_fill(begin, "1", "100"), mode=mode, capital=capital)
        for closing, mode, capital in (
            (110.1, Mode.PRACTICE, "1000"),
            (120.1, Mode.LIVE, "1000"),
            (105.1, Mode.PRACTICE, "500"),
        )
    )
    reader = PeriodProfitReader(KnownCurves(practice, live, more))
    groups = await reader.profit_groups([practice.row, live.row, more.row], Period.ALL, ZoneInfo("UTC"))
    assert [(group.mode, group.profit, group.base, group.share) for group in groups] == [
        (Mode.LIVE, D(20), D(1000), D("0.02")),
        (Mode.PRACTICE, D(15), D(1500), D("0.01")),
    ]


async def test_without_bots_or_periods_there_are_no_lines() -> None:
    curve = a_curve(datetime(2024, 7, 8, tzinfo=UTC), [100.0, 101.0])
    reader = PeriodProfitReader(KnownCurves(curve))
    assert await reader.period_lines([], Period.DAY, ZoneInfo("UTC"), 5) == ()
    assert await reader.period_lines([curve.row], Period.ALL, ZoneInfo("UTC"), 5) == ()


async def test_a_running_bots_curve_is_that_of_its_fills_and_candles() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        await engine.fill("100")
        await engine.candle(110)
        row = await queries_of(engine).figures(await engine.bot(bot_id))
        held = row.quantity
        assert held == D("9.94")
        assert row.total == row.open_profit + row.closed_profit == held * 10 - held * 100 * D("0.001")
        curve = await CurveReader(engine.world.storage, queries_of(engine)).curve(row)
        assert curve.profit_at(curve.now) == row.total
        assert curve.columns.points.profit.tolist()[-2:] == pytest.approx([float(row.total)] * 2)
        await engine.candle(120, LEAVE)
        await engine.fill("119")
        closed = await queries_of(engine).figures(await engine.bot(bot_id))
        curve = await CurveReader(engine.world.storage, queries_of(engine)).curve(closed)
        (cash,) = {sum((step.cash for step in curve.steps), D(0))}
        assert closed.total == cash == held * 19 - held * D("0.219")


async def test_an_edit_of_the_capital_leaves_what_was_earned_before() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        await engine.fill("100")
        await engine.candle(110)
        queries = queries_of(engine)
        before = await queries.figures(await engine.bot(bot_id))
        await engine.lifecycle.edit_bot(bot_id, {"capital": "1500"}, MIA, engine.command_id())
        bot = await engine.bot(bot_id)
        edited = await queries.figures(bot)
        # 9.94 coins gained 10 each, less the fee of 0.994: 9.8406 % of 1,000, and still so with 1,500.
        assert before.share_of(before.total) == edited.share_of(edited.total) == D("0.098406")
        assert bot.capital_changes == (
            CapitalChange(at=engine.world.venue.clock.now(), before=D(1000), profit=D("98.406")),
        )
        await engine.candle(120)
        # Another 99.4 on an equity of 1,598.406.
        later = await queries.figures(bot)
        share = later.share_of(later.total)
        assert share == D("1.098406") * (1 + D("99.4") / D("1598.406")) - 1
        curves = CurveReader(engine.world.storage, queries)
        metrics = (await StatisticsReader(engine.world.storage, queries, curves).read_statistics(bot)).metrics
        assert metrics.equity.total_return == pytest.approx(float(share))
        assert (await curves.curve(later)).columns.points.growth[-1] - 1 == pytest.approx(float(share))
        (page,) = (await fleet_page(queries, Requester(operator=MIA))).totals
        assert page.share == share
