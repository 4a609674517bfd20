"""What a start must not wait for, and what it leaves on."""

import gc
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from bot.assembly import engine as engine_module
from bot.assembly.engine import open_engine
from bot.settings import Settings
from tests.builders.stretches import a_stretch
from tests.fakes.scheduler import FakeScheduler

HEAVY = ("matplotlib", "ccxt", "telegram", "discord")


@pytest.fixture
def resting_collector() -> Iterator[None]:
    """Have the garbage collector as `quarterdeck run` has it while it starts."""
    thresholds = gc.get_threshold()
    gc.disable()
    yield
    gc.enable()
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_the_process_is_put_together_without_what_draws_or_talks_to_others() -> None:
    code = f"import sys, bot.app; print([name for name in {HEAVY} if name in sys.modules])"
    root = Path(__file__).parents[2]
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


async def test_an_open_desk_collects_garbage_again(tmp_path: Path, resting_collector: None) -> None:
    recording = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=200)
    async with open_engine(Settings(_env_file=None, data_dir=tmp_path), recording):
        assert gc.isenabled()


async def test_an_open_desk_has_its_jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scheduler = FakeScheduler()
    monkeypatch.setattr(engine_module, "open_scheduler", lambda: nullcontext(scheduler))
    recording = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=200)
    async with open_engine(Settings(_env_file=None, data_dir=tmp_path), recording):
        assert set(scheduler.planned) == {"alive", "market times", "retention"}
