"""What alpha did in August 2024 on real candles, as mia is told: UX.md, sections 3, 3.3 and 3.8."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.builders.stretches import a_stretch
from tests.golden.page import Page

PAGE = Page("3.8-story")
FIRST = datetime(2024, 8, 5, 9, tzinfo=UTC)
HISTORY = 300
ROW_OF_FIRST = int((FIRST - datetime(2024, 1, 1, tzinfo=UTC)).total_seconds()) // 3600
"""The recording begins with the year."""
SALE = "o-9A1C"
_REFERENCE = re.compile(r"\bo-\w{4}\b")


@asynccontextmanager
async def alpha(folder: Path, until: datetime) -> AsyncIterator[ChatHarness]:
    """Let alpha trade from 5 August on; the market then stands still."""
    hours = int((until - FIRST).total_seconds()) // 3600
    recording = a_stretch("BTC/USDT", "1h", first=ROW_OF_FIRST, warm_up=HISTORY, length=hours)
    async with a_chat_harness(folder, recording) as bench:
        bench.mia.is_terminal = True
        await bench.mia.say("/settings timezone=Europe/Berlin")
        await bench.mia.say("/new alpha ema-cross BTC/USDT 1h capital=1000 stop_loss=3%")
        await bench.mia.say("create")
        await bench.mia.say("/run alpha")
        await bench.engine.play_to_end()
        yield bench


async def told(bench: ChatHarness, *lines: str) -> None:
    for line in lines:
        answer = await bench.mia.ask(line)
        await PAGE.holds(line, answer, dict.fromkeys(_REFERENCE.findall(answer.buttons[0].label), SALE))


async def test_on_the_25th_it_holds(tmp_path: Path) -> None:
    async with alpha(tmp_path, datetime(2024, 8, 25, 13, tzinfo=UTC)) as bench:
        await told(bench, "/bot alpha", "/bots", "/positions", "/orders alpha")
        await told(bench, "/delete alpha", "/close alpha", "/pause alpha", "/resume alpha", "/stop alpha")
        await told(bench, "/stop alpha policy=flatten")
        await bench.mia.press("Stop and flatten")
        await PAGE.holds("Stop and flatten", bench.mia.replies[-1])


async def test_a_panic_on_the_25th(tmp_path: Path) -> None:
    async with alpha(tmp_path, datetime(2024, 8, 25, 13, tzinfo=UTC)) as bench:
        await told(bench, "/naked", "/edit alpha stop_loss=none", "/panic scope=all")


async def test_on_the_26th_it_has_sold(tmp_path: Path) -> None:
    async with alpha(tmp_path, datetime(2024, 8, 26, 8, tzinfo=UTC)) as bench:
        await told(bench, "/why alpha", "/trades alpha", "/trades alpha number=8", "/stats alpha", "/pnl")
        await told(bench, "/signals alpha", "/logs alpha", "/chart alpha")
        sale = (await bench.mia.ask("/why alpha")).buttons[0].command.removeprefix("/why ")
        names = {sale: f"{SALE}2C3D4E5F6G7H", sale[: len(SALE)]: SALE}
        await PAGE.holds("/why o-9A1C", await bench.mia.ask(f"/why {sale}"), names)
        await bench.mia.say("/stop alpha")
        await bench.mia.say("/delete alpha")
        await bench.mia.press("Delete")
        await PAGE.holds("deleted after 8 trades", bench.mia.replies[-1])
