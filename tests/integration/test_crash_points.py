"""Kill the desk at every commit: what a copy of database and book recovers to equals the undisturbed run."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.data.recording import Recording, bundled_recording
from adapters.venue.recorded import RecordedOptions
from bot.domain.facts import UnitOfWork
from bot.domain.ids import BotId
from bot.ports.storage import Page
from tests.builders.engine import PRACTICE, Engine, an_engine

FILES = ("market.sqlite3", "market.sqlite3-wal", "quarterdeck.sqlite3", "quarterdeck.sqlite3-wal")
EVERYTHING = Page(limit=10_000)
CHUNKS = 4
POINTS_PER_CHUNK = 55

Ledger = tuple[object, ...]


def a_recording() -> Recording:
    return replace(bundled_recording(), ends_at=datetime(2024, 7, 8, 20, tzinfo=UTC))


@dataclass(slots=True)
class Camera:
    """Copies the files of a running desk as a kill at this moment would leave them."""

    folder: Path
    target: Path
    points: list[Path] = field(default_factory=list)
    is_on: bool = False

    def shoot(self) -> None:
        if not self.is_on:
            return
        point = self.target / f"{len(self.points):04d}"
        for _ in range(20):
            before = self._sizes()
            shutil.rmtree(point, ignore_errors=True)
            point.mkdir(parents=True)
            for name in FILES:
                if (self.folder / name).exists():
                    shutil.copy(self.folder / name, point / name)
            if self._sizes() == before:
                self.points.append(point)
                return

    def _sizes(self) -> tuple[tuple[int, int], ...]:
        states = [(self.folder / name).stat() for name in FILES if (self.folder / name).exists()]
        return tuple((state.st_size, state.st_mtime_ns) for state in states)

    def on_units(self, units: Sequence[UnitOfWork]) -> None:
        del units
        self.shoot()


async def ledger_of(engine: Engine) -> Ledger:
    """Everything that must be equal: without wall times, and without decision keys, which name recovery as a cause."""
    reader = engine.database.reader
    orders = await reader.orders(None, EVERYTHING)
    trades = await reader.trades(None, EVERYTHING)
    reports = await engine.market.venue.fills(PRACTICE.account_id, 0)
    bots = sorted(await reader.bots(), key=lambda bot: bot.name)
    books = await reader.books()
    fills = [fill for bot in bots for fill in await reader.fills(bot.bot_id, EVERYTHING)]
    assert len(fills) == len(reports)
    for order in orders:
        report = await engine.market.venue.find_order(PRACTICE.account_id, order.intent.client_order_id)
        assert report is not None
        assert report.filled_quantity == order.filled_quantity
    assert len({(o.intent.bot_id, o.intent.decision_key) for o in orders}) == len(orders)
    events = await reader.events_after(0, EVERYTHING.limit)
    ids = [item.event.event_id for item in events if not item.event.event_id.startswith("recovered-")]
    assert len(ids) == len(set(ids))
    return (
        sorted((o.intent.client_order_id, o.intent.tag, o.status, o.filled_quantity) for o in orders),
        sorted((t.trade_id, t.opened_at.market, t.profit, str(t.exit_reason)) for t in trades),
        sorted((f.trade_id, f.client_order_id, f.price, f.quantity, f.moment.market) for f in fills),
        [(bot.name, bot.status, bot.intent_counter, bot.run_number) for bot in bots],
        {bot_id: (book.position, book.totals) for bot_id, book in books.items()},
        sorted(ids),
    )


async def trade(engine: Engine) -> tuple[BotId, ...]:
    made = (
        await engine.create("ema-cross", "BTC/USDT", "5m", name="alpha", stop_loss="1%", take_profit="1.5%"),
        await engine.create("rsi-reversion", "ETH/USDT", "5m", name="beta", length="7", stop_loss="1%"),
        await engine.create("grid", "SOL/USDT", "5m", name="gamma", lower="125", upper="155", levels="31"),
    )
    for bot_id in made:
        await engine.run(bot_id)
    return made


async def undisturbed(folder: Path, camera: Camera, recording: Recording) -> Ledger:
    async with an_engine(folder, recording, RecordedOptions(speed=None)) as engine:
        observers = engine.database.writer.observers
        observers.before_commit.append(camera.on_units)
        observers.after_commit.append(camera.on_units)
        await trade(engine)
        camera.is_on = True
        await engine.play_to_end()
        camera.is_on = False
        return await ledger_of(engine)


async def recovered(folder: Path, recording: Recording) -> Ledger:
    async with an_engine(folder, recording) as engine:
        await engine.play_to_end()
        return await ledger_of(engine)


async def test_a_few_crash_points_recover_to_the_undisturbed_ledger(tmp_path: Path) -> None:
    recording = a_recording()
    camera = Camera(tmp_path / "run", tmp_path / "points")
    expected = await undisturbed(_made(tmp_path / "run"), camera, recording)
    for point in camera.points[:: max(len(camera.points) // 8, 1)]:
        assert await recovered(point, recording) == expected, point.name


@pytest.mark.fault
@pytest.mark.timeout(400)
@pytest.mark.parametrize("chunk", range(CHUNKS))
async def test_every_crash_point_recovers_to_the_undisturbed_ledger(tmp_path: Path, chunk: int) -> None:
    recording = a_recording()
    camera = Camera(tmp_path / "run", tmp_path / "points")
    expected = await undisturbed(_made(tmp_path / "run"), camera, recording)
    assert len(camera.points) >= CHUNKS * 50
    step = max(len(camera.points) // (CHUNKS * POINTS_PER_CHUNK), 1)
    for point in camera.points[::step][chunk::CHUNKS]:
        assert await recovered(point, recording) == expected, point.name
        shutil.rmtree(point)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
