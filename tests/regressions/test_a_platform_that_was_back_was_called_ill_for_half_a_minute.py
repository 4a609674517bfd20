"""After trouble with polls `/health` called Telegram ill until the next long poll ended, and what was owed waited."""

from datetime import timedelta
from pathlib import Path

from tests.e2e.telegram_desk import Server, a_telegram_desk
from tests.fakes.bot_api.faults import conflict
from tests.fakes.bot_api.server import FakeTelegram, serving
from tests.fakes.time_lapse import TimeLapse


async def test_a_poll_that_works_after_one_that_did_not_is_reported_at_once(tmp_path: Path) -> None:
    clock = TimeLapse()
    telegram = FakeTelegram(clock)
    async with serving(telegram) as url, a_telegram_desk(tmp_path, Server(telegram, url, clock)) as engine:
        await telegram.world.updates.polled()
        telegram.fail("getUpdates", conflict())
        telegram.world.updates.release()
        await engine.reports("(409)")
        clock.leap(timedelta(seconds=11))
        await engine.reports("connected")
