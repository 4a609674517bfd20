"""A bot that practises on the recorded market makes exactly the trades of a backtest from the same start.

Every figure of `/stats` is that of the backtest, too.
"""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.data.recording import Recording
from adapters.venue.recorded.market import RecordedMarketOptions
from bot.commands.text.metrics import METRICS
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import BotId
from bot.domain.order import OrderSide
from bot.domain.trade import ExitReason, Trade
from bot.engine.backtest.result import BacktestOptions
from bot.engine.backtest.run import run_backtest
from bot.engine.reports.curves import CurveReader
from bot.engine.reports.queries import Queries
from bot.engine.reports.statistics import StatisticsReader
from bot.ports.storage import Page
from strategies.builtin import builtin_strategies
from tests.builders.engine import PRACTICE, EngineHarness, an_engine
from tests.builders.stretches import a_stretch, whole
from tests.fakes.clock import FakeClock

ALL = Page(limit=100_000)

FillFacts = tuple[OrderSide, datetime, Decimal, Decimal, Decimal, str, Liquidity]
TradeFacts = tuple[
    int,
    datetime,
    Decimal,
    Decimal,
    datetime | None,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    Decimal,
    ExitReason | None,
]


@dataclass(frozen=True)
class Ask:
    """A bot to run."""

    strategy: str
    words: tuple[tuple[str, str], ...] = ()


EMA = Ask("ema-cross", (("fast", "5"), ("slow", "13")))
EMA_GUARDED = Ask("ema-cross", (("fast", "5"), ("slow", "13"), ("stop_loss", "0.6%"), ("take_profit", "0.9%")))
EMA_STOP = Ask("ema-cross", (("fast", "12"), ("slow", "26"), ("stop_loss", "1%")))
RSI = Ask("rsi-reversion", (("length", "7"),))
RSI_GUARDED = Ask("rsi-reversion", (("length", "7"), ("stop_loss", "0.8%"), ("take_profit", "1.2%")))
RSI_TARGET = Ask("rsi-reversion", (("length", "14"), ("take_profit", "1.5%")))
ASKS = {
    "ema": EMA,
    "ema guarded": EMA_GUARDED,
    "ema with stop": EMA_STOP,
    "rsi": RSI,
    "rsi guarded": RSI_GUARDED,
    "rsi with target": RSI_TARGET,
}


def trade_facts(trade: Trade) -> TradeFacts:
    return (
        trade.number,
        trade.opened_at.market,
        trade.entry_quantity,
        trade.entry_value,
        trade.closed_at.market if trade.closed_at else None,
        trade.exit_quantity,
        trade.exit_value,
        trade.exit_cost,
        trade.fees,
        trade.profit,
        trade.exit_reason,
    )


def fill_facts(fill: Fill) -> FillFacts:
    return fill.side, fill.moment.market, fill.price, fill.quantity, fill.fee, fill.fee_currency, fill.liquidity


@dataclass(frozen=True)
class Result:
    """What a run did."""

    trades: tuple[TradeFacts, ...]
    fills: tuple[FillFacts, ...]


async def result_of(engine: EngineHarness, bot_id: BotId) -> Result:
    trades = await engine.database.reader.trades(bot_id, ALL)
    fills = await engine.database.reader.fills(bot_id, ALL)
    return Result(tuple(map(trade_facts, reversed(trades))), tuple(map(fill_facts, reversed(fills))))


async def start(engine: EngineHarness, recording: Recording, ask: Ask) -> BotId:
    series = recording.series[0]
    bot_id = await engine.create(ask.strategy, series.symbol, series.timeframe, **dict(ask.words))
    await engine.run(bot_id)
    return bot_id


async def backtested(engine: EngineHarness, recording: Recording, bot_id: BotId) -> Result:
    bot = await engine.database.reader.bot(bot_id)
    assert bot is not None
    config = bot.config
    outcome = run_backtest(
        config,
        builtin_strategies().get_strategy(config.strategy),
        recording.candles(recording.series[0]),
        recording.markets[0],
        PRACTICE.deposit,
        BacktestOptions(trade_from=recording.starts_at),
    )
    return Result(tuple(map(trade_facts, outcome.trades)), tuple(map(fill_facts, outcome.fills)))


async def assert_equal_figures(engine: EngineHarness, recording: Recording, bot_id: BotId) -> None:
    """Compare every metric of a bot with that of the backtest of the same trades."""
    bot = await engine.database.reader.bot(bot_id)
    assert bot is not None
    tested = run_backtest(
        bot.config,
        builtin_strategies().get_strategy(bot.config.strategy),
        recording.candles(recording.series[0]),
        recording.markets[0],
        bot.config.capital,
        BacktestOptions(trade_from=recording.starts_at),
    )
    queries = Queries(
        engine.database.reader,
        engine.engine.supervisor,
        {engine.market.venue.venue_id: engine.market.venue},
        {engine.market.venue.venue_id: engine.market.feed},
    )
    curves = CurveReader(engine.database.reader, queries)
    statistics = await StatisticsReader(engine.database.reader, queries, curves).read_statistics(bot)
    assert len(tested.fills) == statistics.figures.view.ledger.totals.fills
    for metric in METRICS:
        practised, expected = metric.read(statistics.metrics), metric.read(tested.metrics)
        if isinstance(expected, float | Decimal):
            assert float(str(practised)) == pytest.approx(float(expected), rel=1e-9, abs=1e-9), metric.key
        else:
            assert practised == expected, metric.key


async def assert_equal_at_full_speed(folder: Path, recording: Recording, ask: Ask, *, least: int) -> None:
    async with an_engine(folder, recording, clock=FakeClock()) as engine:
        bot_id = await start(engine, recording, ask)
        await engine.play_to_end()
        practised, expected = await result_of(engine, bot_id), await backtested(engine, recording, bot_id)
        await assert_equal_figures(engine, recording, bot_id)
    assert len(expected.trades) >= least
    assert practised == expected


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS)
@pytest.mark.parametrize(("symbol", "timeframe", "first"), [("BTC/USDT", "5m", 2016), ("DOGE/USDT", "1h", 4000)])
async def test_a_bot_makes_the_trades_of_the_backtest(
    tmp_path: Path, ask: Ask, symbol: str, timeframe: str, first: int
) -> None:
    recording = a_stretch(symbol, timeframe, first=first, warm_up=330, length=300)
    await assert_equal_at_full_speed(tmp_path, recording, ask, least=2)


SERIES = [
    (symbol, timeframe)
    for symbol in ("BTC/USDT", "DOGE/USDT", "ETH/USDT", "SOL/USDT", "XRP/USDT")
    for timeframe in ("5m", "1h")
]


GRID_WORDS = (("levels", "8"), ("spacing", "geometric"))


def a_grid(recording: Recording, *barriers: tuple[str, str], stop_low: bool = False) -> Ask:
    """A grid around the price at the start, so narrow that the stretch crosses it again and again."""
    candles, market = recording.candles(recording.series[0]), recording.markets[0]
    row = next(i for i in range(len(candles)) if candles.row(i).open_time >= recording.starts_at)
    price = Decimal(repr(float(candles.open[row])))
    lower, upper = market.floor_price(price * Decimal("0.97")), market.ceil_price(price * Decimal("1.02"))
    words = [*GRID_WORDS, *barriers, ("lower", str(lower)), ("upper", str(upper))]
    if stop_low:
        words.append(("stop_low", str(market.floor_price(price * Decimal("0.96")))))
    return Ask("grid", tuple(words))


@pytest.mark.parametrize("stop_low", [False, True], ids=["", "with stop_low"])
@pytest.mark.parametrize(("symbol", "timeframe", "first"), [("ETH/USDT", "5m", 2016), ("SOL/USDT", "1h", 4500)])
async def test_a_grid_makes_the_fills_of_the_backtest(
    tmp_path: Path, symbol: str, timeframe: str, first: int, stop_low: bool
) -> None:
    recording = a_stretch(symbol, timeframe, first=first, warm_up=20, length=300)
    await assert_equal_at_full_speed(tmp_path, recording, a_grid(recording, stop_low=stop_low), least=1)


@pytest.mark.parametrize(
    "barriers",
    [(("stop_loss", "0.5%"),), (("take_profit", "0.4%"),), (("stop_loss", "0.7%"), ("take_profit", "0.6%"))],
    ids=["stop", "target", "both"],
)
@pytest.mark.parametrize(
    ("symbol", "timeframe", "first"),
    [("ETH/USDT", "5m", 2016), pytest.param("SOL/USDT", "1h", 4500, marks=pytest.mark.slow)],
)
async def test_a_guarded_grid_makes_the_fills_of_the_backtest(
    tmp_path: Path, symbol: str, timeframe: str, first: int, barriers: tuple[tuple[str, str], ...]
) -> None:
    recording = a_stretch(symbol, timeframe, first=first, warm_up=20, length=300)
    await assert_equal_at_full_speed(tmp_path, recording, a_grid(recording, *barriers), least=2)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize(("symbol", "timeframe"), SERIES, ids=str)
async def test_bots_make_the_trades_of_the_backtest_on_every_bundled_series(
    tmp_path: Path, symbol: str, timeframe: str
) -> None:
    # Two months of hours, or twelve days of five minutes.
    recording = (
        whole(symbol, timeframe)
        if timeframe == "1h"
        else a_stretch(symbol, timeframe, first=2016, warm_up=330, length=3500)
    )
    async with an_engine(tmp_path, recording, clock=FakeClock()) as engine:
        bots = [await start(engine, recording, ask) for ask in (*ASKS.values(), a_grid(recording))]
        await engine.play_to_end()
        for bot_id in bots:
            expected = await backtested(engine, recording, bot_id)
            assert expected.trades
            assert await result_of(engine, bot_id) == expected
            await assert_equal_figures(engine, recording, bot_id)


@pytest.mark.slow
@pytest.mark.parametrize("speed", [Decimal(600), Decimal(1_000_000)], ids=str)
async def test_the_speed_changes_no_trade(tmp_path: Path, speed: Decimal) -> None:
    recording, clock = a_stretch("BTC/USDT", "5m", first=2016, warm_up=330, length=120), FakeClock()
    async with an_engine(tmp_path, recording, RecordedMarketOptions(speed=speed), clock=clock) as engine:
        bots = [await start(engine, recording, ask) for ask in (EMA_GUARDED, RSI_GUARDED, a_grid(recording))]
        playing = asyncio.create_task(engine.play_to_end())
        while not playing.done():
            clock.advance(timedelta(milliseconds=100))
            await asyncio.sleep(0)
        await playing
        for bot_id in bots:
            expected = await backtested(engine, recording, bot_id)
            assert expected.fills
            assert await result_of(engine, bot_id) == expected


@pytest.mark.slow
async def test_stopping_the_engine_in_the_middle_changes_no_trade(tmp_path: Path) -> None:
    recording = a_stretch("BTC/USDT", "5m", first=2016, warm_up=330, length=300)
    asks = (EMA_GUARDED, RSI_GUARDED, a_grid(recording))
    async with an_engine(tmp_path, recording, clock=FakeClock()) as engine:
        bots = [await start(engine, recording, ask) for ask in asks]
    restarts = 0
    for stop_after in (40, 100, 150, 151, 152, 220, 10_000):
        restarts += 1
        async with an_engine(tmp_path, recording, clock=FakeClock()) as engine:
            await play_until(engine, recording.starts_at + stop_after * recording.series[0].timeframe.duration)
            if stop_after < 10_000:
                continue
            for bot_id in bots:
                expected = await backtested(engine, recording, bot_id)
                assert len(expected.fills) > 3
                assert await result_of(engine, bot_id) == expected
    assert restarts == 7


async def play_until(engine: EngineHarness, market_time: datetime) -> None:
    engine.play()
    ended = asyncio.create_task(engine.market.feed.wait_until_ended())
    while engine.market.venue.clock.now() < market_time and not ended.done():  # noqa: ASYNC110 - the market clock has no event for a time of day
        await asyncio.sleep(0)
    ended.cancel()
    if engine.market.feed.has_ended:
        await engine.engine.supervisor.wait_until_idle()
