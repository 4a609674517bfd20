"""The real process, killed with SIGKILL while people at Telegram are in the middle of something."""

import asyncio
import os
import re
import sqlite3
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.clock import SystemClock
from bot.assembly.engine import DATABASE_NAME
from bot.commands.notify.event_messages import SENT_AGAIN_MARK
from tests.builders.running_process import SETUP_CODE, STANDING
from tests.e2e.telegram_desk import NEW_ALPHA
from tests.fakes.bot_api.groups import open_group, promote
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

REPOSITORY = Path(__file__).parents[2]
CLOSED = re.compile(r"alpha · PRACTICE · trade (\d+) closed")


@dataclass(frozen=True, slots=True)
class Scene:
    """A Telegram on the system's time, its address, where the desk keeps its data, and mia."""

    telegram: FakeTelegram
    url: str
    folder: Path
    mia: TelegramUser

    @asynccontextmanager
    async def life(self) -> AsyncIterator[None]:
        """Run the process; it is killed at the end of the block, and then what it has sent arrives."""
        environment = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "SETUP_CODE": SETUP_CODE,
            "REPLAY_SPEED": STANDING,
            "TELEGRAM_TOKEN": TOKEN,
            "TELEGRAM_API_URL": self.url,
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"), cwd=REPOSITORY, env=environment, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            yield
        finally:
            process.kill()
            await process.wait()
            self.telegram.faults.release()


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    """Give a scene in which Telegram has nothing to complain about when the test is over."""
    telegram = FakeTelegram(SystemClock())
    async with serving(telegram) as url:
        yield Scene(telegram, url, tmp_path, TelegramUser(telegram.world, 1000, "Mia"))
    assert telegram.breaches == []


@pytest.mark.fault
async def test_forms_questions_and_buttons_outlive_a_kill(scene: Scene) -> None:
    mia = scene.mia
    async with scene.life():
        await mia.says(f"/claim {SETUP_CODE}")
        form = await mia.says("/new")
        await mia.taps(form, "ema-cross")
    async with scene.life():
        for label in ("BTC/USDT", "1h", "practice · PRACTICE", "1000", "Create"):
            await mia.taps(form, label)
        assert form.headline == "⏹️ ema-cross-btc · PRACTICE · created, never run"
        question = await mia.says("/delete ema-cross-btc")
    async with scene.life():
        popup = await mia.presses(question, "Delete")
        answer = popup.text or (await mia.chat.shows("ema-cross-btc · PRACTICE · deleted")).text
        assert "expired" in answer or "deleted" in answer


@pytest.mark.fault
async def test_a_command_that_was_done_is_not_done_again_and_one_that_waited_is_done(scene: Scene) -> None:
    mia = scene.mia
    async with scene.life():
        await mia.says(f"/claim {SETUP_CODE}")
        await mia.presses(await mia.says(NEW_ALPHA), "Create")
        await mia.chat.shows("created, never run")
        scene.telegram.faults.hold("sendMessage")
        mia.writes("/run alpha")
        mia.writes("/version")
        await scene.telegram.faults.arrived("sendMessage")
    async with scene.life():
        await mia.chat.shows("⚠️ Quarterdeck was down")
        await scene.telegram.world.updates.confirmed()
        await mia.chat.shows("Quarterdeck", "up ")
        log = (await mia.says("/logs alpha")).text
        assert log.count("🟢 alpha") == 1


@pytest.mark.fault
async def test_news_on_their_way_at_a_kill_are_marked_when_they_come_again(scene: Scene) -> None:
    mia = scene.mia
    async with scene.life():
        await mia.says(f"/claim {SETUP_CODE}")
        await mia.says("/notify orders on")
        await mia.presses(await mia.says(f"{NEW_ALPHA} fast=3 slow=8"), "Create and run")
        await mia.chat.shows("running")
        await mia.says("/market speed=3600x")
        scene.telegram.faults.hold("sendMessage")
        await scene.telegram.faults.arrived("sendMessage")
    async with scene.life():
        again = await mia.chat.shows(SENT_AGAIN_MARK)
        assert "alpha · PRACTICE" in again.text


@pytest.mark.fault
@pytest.mark.timeout(300)
async def test_a_burst_of_news_that_is_killed_twice_arrives_whole_and_once(scene: Scene) -> None:
    mia = scene.mia
    async with scene.life():
        await mia.says(f"/claim {SETUP_CODE}")
        await mia.presses(await mia.says(NEW_ALPHA), "Create and run")
        await mia.says("/market speed=100000x")
        await mia.chat.counts(6)
    async with scene.life():
        await mia.chat.counts(10)
    async with scene.life():
        await mia.says("/market speed=max")
        await mia.chat.shows("stopped: the recording has ended")
    told = [line for text in mia.chat.texts for line in text.split("\n") if CLOSED.search(line)]
    first = [int(found[1]) for line in told if SENT_AGAIN_MARK not in line and (found := CLOSED.search(line))]
    assert first == closed_trades(scene.folder), "each once, in order"
    again = Counter(line for line in told if SENT_AGAIN_MARK in line)
    assert set(again.values()) <= {1}


def closed_trades(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as connection:
        rows = connection.execute("SELECT number FROM trades WHERE closed_at_wall NOTNULL ORDER BY number")
        return [int(number) for (number,) in rows]


@pytest.mark.fault
async def test_a_kill_while_a_topic_is_made_loses_no_subscription(scene: Scene) -> None:
    mia = scene.mia
    room = open_group(scene.telegram.world, mia)
    room.is_forum = True
    promote(scene.telegram.world, room, mia)
    async with scene.life():
        await mia.says(f"/claim {SETUP_CODE}")
        await mia.taps(await mia.says(NEW_ALPHA), "Create")
        await mia.says("/subscribe alpha", room)
        scene.telegram.faults.hold("createForumTopic")
        mia.writes("/subscribe alpha topic=new", room)
        await scene.telegram.faults.arrived("createForumTopic")
    assert followed(scene.folder) == [f"telegram:{room.chat_id}"]
    async with scene.life():
        await room.shows("has a topic of its own")
        newest = max(room.names)
        await mia.says("/run alpha")
        await room.until(lambda: room.texts if "running" in room.texts[-1] else None, "news in the topic")
    assert followed(scene.folder) == [f"telegram:{room.chat_id}:{newest}"]
    assert room.last.topic == newest
    assert len(room.names) <= 2, "at most an empty topic is left"


def followed(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE_NAME)) as database:
        return [str(row[0]) for row in database.execute('SELECT "destination" FROM "subscriptions"')]
