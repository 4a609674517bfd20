"""Nobody woke the relay when a panic was engaged or lifted: people were told with the next event of a bot, or never."""

from pathlib import Path

from typing_extensions import override

from bot.engine.notifications.relay import Relay
from tests.builders.engine import MIA, an_engine
from tests.builders.stretches import a_stretch

RECORDING = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=5)


class CountingRelay(Relay):
    """Counts how often it is woken, and tells nobody."""

    def __init__(self) -> None:
        self.woken = 0

    @override
    def schedule_delivery(self) -> None:
        self.woken += 1


async def test_who_tells_is_woken_by_a_panic_and_by_its_end(tmp_path: Path) -> None:
    async with an_engine(tmp_path, RECORDING) as engine:
        relay = CountingRelay()
        engine.database.writer.add_commit_listener(relay.on_stored)
        await engine.panic.engage_panic("all", "cancel", MIA, "panic-1")
        assert relay.woken == 1
        await engine.panic.lift_panic("all", MIA)
        assert relay.woken == 2
