"""Every figure that a chat shows is what an independent script computes from the fills and candles."""

import csv
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from adapters.data.recording import bundled_path, bundled_recording
from bot.domain.ids import Symbol
from bot.domain.market import Timeframe
from tests.builders.chat_harness import ScriptedPerson
from tests.truth.booking import FillRow, Rules
from tests.truth.pages import (
    Comparison,
    check_balance,
    check_card,
    check_fleet,
    check_positions,
    check_profit,
    check_statement,
    check_statistics,
    check_trades,
)
from tests.truth.prices import Prices
from tests.truth.recompute import BotBooks, read_fills
from tests.truth.story import Desk, a_desk

START = datetime(2024, 7, 8, tzinfo=UTC)
DEPOSIT = Decimal(10_000)
ZONES = ("UTC", "Pacific/Auckland", "America/Los_Angeles")
LENGTHS = {"5m": timedelta(minutes=5), "1h": timedelta(hours=1)}
STEPS = {"BTC": "0.00001", "ETH": "0.0001", "SOL": "0.001", "XRP": "1", "DOGE": "1"}
FEE, MINIMUM = Decimal("0.001"), Decimal(5)
BOTS = """
e1 ema-cross BTC/USDT 1h capital=1000
e2 ema-cross ETH/USDT 5m capital=500 fast=8 slow=34 stop_loss=2%
e3 ema-cross SOL/USDT 1h capital=400 fast=5 slow=20 kind=sma
e4 ema-cross XRP/USDT 1h capital=300 fast=8 slow=21 take_profit=3%
e5 ema-cross DOGE/USDT 1h capital=300 fast=5 slow=13 stake=100
e6 ema-cross BTC/USDT 5m capital=300 fast=20 slow=80 confirm=1
e7 ema-cross ETH/USDT 1h capital=300 fast=5 slow=13 stop_loss=3% take_profit=6%
r1 rsi-reversion BTC/USDT 1h capital=400 length=7
r2 rsi-reversion ETH/USDT 1h capital=400 length=10 stop_loss=4%
r3 rsi-reversion SOL/USDT 1h capital=400 stop_loss=5% take_profit=4%
r4 rsi-reversion DOGE/USDT 1h capital=400 length=7
r5 rsi-reversion XRP/USDT 5m capital=300
r6 rsi-reversion DOGE/USDT 1h capital=250 oversold=40
d1 rsi-reversion DOGE/USDT 1h capital=6 stake=5.5
g1 grid SOL/USDT 5m capital=1000 lower=120 upper=160 levels=21
g2 grid BTC/USDT 1h capital=800 lower=54000 upper=62000 levels=17
g3 grid ETH/USDT 1h capital=600 lower=2200 upper=3500 levels=14 stop_loss=6%
g4 grid XRP/USDT 1h capital=400 lower=0.42 upper=0.62 levels=11 take_profit=3%
g5 grid DOGE/USDT 1h capital=300 lower=0.09 upper=0.13 levels=9
g6 grid ETH/USDT 5m capital=500 lower=2300 upper=3200 levels=19
""".strip().split("\n")


@dataclass
class Books:
    """What the story knows of itself: capital changes, deletions and passes, beside the exported fills."""

    folder: Path
    pass_start: datetime = START
    first_fill: int = 0
    first_trade: int = 0
    earlier_trades: dict[str, int] = field(default_factory=dict)
    capital: dict[str, list[tuple[datetime, Decimal]]] = field(default_factory=dict)
    series: dict[str, tuple[str, str]] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    prices: dict[tuple[str, str], Prices] = field(default_factory=dict)

    def add_bot(self, line: str) -> None:
        name, _, symbol, timeframe, *settings = line.split()
        capital = next(word.removeprefix("capital=") for word in settings if word.startswith("capital="))
        self.series[name] = (symbol, timeframe)
        self.capital[name] = [(START, Decimal(capital))]

    def begin_pass(self, start: datetime, end: datetime) -> None:
        """A market that begins again: nothing of before counts but the numbers of trades."""
        self.earlier_trades = {name: len(one.rounds(end)) for name, one in self.read().items()}
        self.first_fill = max((number for rows in self._exported().values() for number, _ in rows), default=0)
        with sqlite3.connect(self.folder / "quarterdeck.sqlite3") as database:
            (self.first_trade,) = database.execute("SELECT max(sequence) FROM trades").fetchone()
        self.pass_start = start
        self.capital = {name: [(start, changes[-1][1])] for name, changes in self.capital.items()}

    def read(self) -> dict[str, BotBooks]:
        """Read the present books of all bots, deleted ones too."""
        exported = self._exported()
        given_up = self._given_up()
        return {
            name: BotBooks(
                name=name,
                start=self.pass_start,
                capital=self.capital[name],
                fills=self._fills(exported.get(name, [])),
                prices=self._prices(*self.series[name]),
                finest=self._prices(self.series[name][0], "5m"),
                given_up=given_up.get(name, []),
                earlier_trades=self.earlier_trades.get(name, 0),
                rules=Rules(Decimal(STEPS[self.coin(name)]), MINIMUM, FEE),
            )
            for name in self.series
        }

    def everything(self) -> list[tuple[str, BotBooks]]:
        """All fills of all passes, by coin: what the venue holds follows from them."""
        before, self.first_fill = self.first_fill, 0
        found = [(self.coin(name), books) for name, books in self.read().items()]
        self.first_fill = before
        return found

    def coin(self, name: str) -> str:
        return self.series[name][0].partition("/")[0]

    def _fills(self, rows: Iterable[tuple[int, FillRow]]) -> list[FillRow]:
        return [fill for number, fill in rows if number > self.first_fill]

    def _prices(self, symbol: str, timeframe: str) -> Prices:
        key = (symbol, timeframe)
        if key not in self.prices:
            path = bundled_path(Symbol(symbol), Timeframe(timeframe))
            self.prices[key] = Prices(path, LENGTHS[timeframe])
        return self.prices[key]

    def _given_up(self) -> dict[str, list[datetime]]:
        """When a bot gave up what was too small to be sold: a decision of it, like a fill."""
        found: dict[str, list[datetime]] = {}
        with sqlite3.connect(self.folder / "quarterdeck.sqlite3") as database:
            rows = database.execute(
                "SELECT bots.name, closed_at_market, trades.sequence FROM trades JOIN bots USING (bot_id)"
                " WHERE closed_at_market IS NOT NULL AND NOT EXISTS (SELECT 1 FROM fills WHERE"
                " fills.bot_id = trades.bot_id AND side = 'sell' AND moment_market = closed_at_market)"
            )
            for name, at, number in rows:
                if number > self.first_trade:
                    found.setdefault(name, []).append(datetime.fromisoformat(at))
        return found

    def _exported(self) -> dict[str, list[tuple[int, FillRow]]]:
        """Export the fills to a file, as a person would, and read it."""
        path = self.folder / "fills.csv"
        with sqlite3.connect(self.folder / "quarterdeck.sqlite3") as database, path.open("w", newline="") as out:
            rows = database.execute(
                "SELECT fills.sequence, bots.name, side, price, quantity, fee, moment_market FROM fills"
                " JOIN bots ON bots.bot_id = fills.bot_id ORDER BY fills.sequence"
            )
            writer = csv.writer(out)
            writer.writerow(("number", "bot", "side", "price", "quantity", "fee", "market_time"))
            writer.writerows(rows)
        return read_fills(path)


async def compare(desk: Desk, books: Books, found: Comparison) -> None:
    """Ask for every page, in two time zones and UTC, and compare."""
    mia, now = desk.harness.mia, desk.now
    every = books.read()
    alive = {name: one for name, one in every.items() if name not in books.deleted}
    check_fleet(found, await _pages(mia, "/bots"), alive, every, now)
    for page in await _pages(mia, "/positions"):
        check_positions(found, page, alive, now)
    for name, one in alive.items():
        check_card(found, await mia.say(f"/bot {name}"), one, now)
        check_statistics(found, await mia.say(f"/stats {name}"), one, now)
        check_trades(found, await mia.say(f"/trades {name}"), one, now)
    for zone in ZONES:
        await mia.say(f"/settings timezone={zone}")
        for period in ("day", "week", "month", "all"):
            page = await mia.say(f"/pnl period={period}")
            check_profit(found, page, list(every.values()), now, period, ZoneInfo(zone))
            for name in ("e1", "g1"):
                page = await mia.say(f"/pnl {name} period={period}")
                check_profit(found, page, [every[name]], now, period, ZoneInfo(zone))
    await mia.say("/settings timezone=UTC")
    check_balance(found, await mia.say("/balance"), DEPOSIT, books.everything())
    check_statement(found, await mia.say("/statement"), DEPOSIT, books.everything(), now)


async def _pages(mia: ScriptedPerson, command: str) -> list[str]:
    pages = [await mia.say(command)]
    while f"(page {len(pages)} of {len(pages)}" not in pages[-1] and "(page " in pages[-1]:
        pages.append(await mia.say(f"{command} page={len(pages) + 1}"))
    return pages


def at(day: int, hour: int = 0, month: int = 7) -> datetime:
    return datetime(2024, month, day, hour, tzinfo=UTC)


async def edit_capital(desk: Desk, books: Books, name: str, amount: int) -> None:
    answer = await desk.harness.mia.say(f"/edit {name} capital={amount}")
    assert "Applied" in answer, answer
    books.capital[name].append((desk.now, Decimal(amount)))


async def confirm(desk: Desk, line: str) -> str:
    """Say a line and the `yes CODE` that its answer asks for."""
    mia = desk.harness.mia
    answer = await mia.say(line)
    code = re.search(r"yes [A-Z0-9]{4}", answer)
    return answer if code is None else await mia.say(code.group())


async def delete(desk: Desk, books: Books, name: str) -> None:
    await confirm(desk, f"/stop {name} policy=flatten")
    await desk.play_until(desk.now + timedelta(hours=2))
    answer = await confirm(desk, f"/delete {name}")
    assert "deleted" in answer, answer
    books.deleted.add(name)


async def begin_again(desk: Desk, books: Books) -> None:
    """Sell everything, set the market back to its start, and run all bots again."""
    mia, end = desk.harness.mia, desk.now
    await confirm(desk, "/stop all policy=flatten")
    await desk.harness.engine.supervisor.wait_until_idle()
    await mia.say("/market action=pause")
    answer = await confirm(desk, "/market action=restart")
    assert "8 Jul 2024 00:00" in answer, answer
    books.begin_pass(START, end)
    await mia.say("/market speed=max")
    answer = await mia.say("/run all")
    assert "running" in answer, answer
    desk.stops.until = START
    await mia.say("/market action=resume")


@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_every_figure_of_twenty_bots_over_the_whole_recording_is_true(tmp_path: Path) -> None:
    books, found = Books(tmp_path), Comparison()
    for line in BOTS:
        books.add_bot(line)
    async with a_desk(tmp_path, bundled_recording()) as desk:
        for line in BOTS:
            answer = await desk.harness.made(f"/new {line}")
            assert "created" in answer, answer
        await desk.harness.mia.say("/run all")
        await desk.play_until(at(12, 6))
        await compare(desk, books, found)
        await edit_capital(desk, books, "e1", 1400)
        await edit_capital(desk, books, "r2", 300)
        await desk.play_until(at(20, 7))
        await delete(desk, books, "r6")
        await compare(desk, books, found)
    async with a_desk(tmp_path, bundled_recording()) as desk:
        await desk.play_until(at(5, 13, month=8))
        await compare(desk, books, found)
        await edit_capital(desk, books, "e1", 900)
        await delete(desk, books, "g5")
        await desk.play_to_end()
        await compare(desk, books, found)
        await begin_again(desk, books)
        await desk.play_until(at(13, 5))
        await compare(desk, books, found)
    assert not found.differences, "\n".join([f"{len(found.differences)} of {found.compared}", *found.differences])
    assert found.compared > 3000
