"""Nobody woke the relay when a panic was engaged or lifted: people were told with the next event of a bot, or never."""

from pathlib import Path

from tests.builders.engine import MIA, an_engine
from tests.builders.stretches import a_stretch

RECORDING = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=5)


async def test_who_tells_is_woken_by_a_panic_and_by_its_end(tmp_path: Path) -> None:
    async with an_engine(tmp_path, RECORDING) as engine:
        woken: list[str] = []
        engine.relay_trigger.listener = lambda: woken.append("woken")
        await engine.panic.engage_panic("all", "cancel", MIA, "panic-1")
        assert len(woken) == 1
        await engine.panic.lift_panic("all", MIA)
        assert len(woken) == 2
