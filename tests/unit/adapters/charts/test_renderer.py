"""The renderer's thread, and pictures of unusual charts."""

import asyncio
import io
import threading
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from PIL import Image

from adapters.charts.canvas import PALETTES
from adapters.charts.drawing import draw_png
from adapters.charts.renderer import MatplotlibRenderer
from bot.domain.errors import Unavailable
from bot.ports.charts import ChartSpec, Theme
from tests.builders.charts import (
    NOON,
    a_candle_chart,
    a_drawdown_chart,
    a_mark,
    a_profit_chart,
    an_equity_chart,
    flat_candles,
    wavy_candles,
)

CANDLES = wavy_candles(60)
CROWD = tuple(a_mark(CANDLES, row, is_buy=row % 2 == 0, label=str(row)) for row in range(60))
LEVELS = (("entry", 60_010.0), ("stop", 59_990.0), ("target", 60_020.0), ("last", 60_000.0))

UNUSUAL: dict[str, ChartSpec] = {
    "no candle": a_candle_chart(wavy_candles(0)),
    "one candle": a_candle_chart(wavy_candles(1)),
    "one flat candle at zero": a_candle_chart(flat_candles(1, 0.0)),
    "flat price": a_candle_chart(flat_candles(30, 0.00001712), decimals=8, levels=[("stop", 0.00001)]),
    "tiny price": a_candle_chart(wavy_candles(30, scale=0.00001712), decimals=8),
    "huge price": a_candle_chart(wavy_candles(30, scale=6e13), levels=[("target", 6.1e13)]),
    "many candles": a_candle_chart(wavy_candles(20_000)),
    "crowded": a_candle_chart(CANDLES, marks=CROWD, levels=LEVELS),
    "forty levels": a_candle_chart(CANDLES, levels=[(f"level {n}", 60_000.0 + n) for n in range(40)]),
    "far level": a_candle_chart(CANDLES, levels=[("stop", 1.0), ("", 1e9)]),
    "odd title": a_candle_chart(title="$x_1$ \n 名前 🚨 " + "very long " * 30),
    "no equity": an_equity_chart(()),
    "one point": an_equity_chart((1000.0,)),
    "constant": an_equity_chart((1000.0,) * 50),
    "zero": an_equity_chart((0.0,) * 50),
    "negative": an_equity_chart((10.0, -5.0, -20.0)),
    "100,000 points": an_equity_chart(tuple(1000 + np.sin(np.arange(100_000) / 500)), step=timedelta(minutes=1)),
    "huge equity": an_equity_chart((1e15, 2e15, 3e17), benchmark=(1e15, 1e15, 1e15)),
    "dollars of no worth": an_equity_chart((1e-12, 2e-12), currency="BTC"),
    "no drawdown known": a_drawdown_chart(()),
    "one point of drawdown": a_drawdown_chart((0.0,)),
    "never below its highest": a_drawdown_chart((0.0,) * 50),
    "a loss of all": a_drawdown_chart((0.0, -0.5, -1.0)),
    "resting far off": a_candle_chart(CANDLES, resting=[(1.0, True), (1e9, False)]),
    "fills in an empty time": a_candle_chart(CANDLES, marks=(replace(CROWD[0], time=NOON - timedelta(days=9)),)),
    "no trades": a_profit_chart(()),
    "one day": a_profit_chart((3.0,)),
    "a day of nothing": a_profit_chart((0.0,)),
    "losses only": a_profit_chart((-1.0, -2.0)),
    "3 years": a_profit_chart(tuple(np.sin(np.arange(1000)))),
}


def background(theme: Theme) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(PALETTES[theme].background[1:])
    return red, green, blue


@pytest.mark.parametrize("spec", UNUSUAL.values(), ids=UNUSUAL.keys())
def test_an_unusual_chart_is_drawn(spec: ChartSpec) -> None:
    with Image.open(io.BytesIO(draw_png(spec, Theme.DARK))) as picture:
        assert picture.size == (1080, 720)
        # More than the title and an empty sheet: something is said.
        below_title = np.asarray(picture.convert("RGB"))[80:]
        assert (below_title != background(Theme.DARK)).any()


@pytest.mark.parametrize("theme", Theme)
def test_the_background_is_that_of_the_theme(theme: Theme) -> None:
    with Image.open(io.BytesIO(draw_png(a_candle_chart(), theme))) as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == background(theme)


def test_a_fill_after_the_last_candle_is_drawn_right_of_it() -> None:
    plain = a_candle_chart(CANDLES.slice_rows(0, 59))
    marked = a_candle_chart(CANDLES.slice_rows(0, 59), marks=(a_mark(CANDLES, 59),))
    assert draw_png(plain, Theme.DARK) != draw_png(marked, Theme.DARK)


def test_a_fill_older_than_the_first_candle_changes_nothing() -> None:
    plain = a_candle_chart(CANDLES.slice_rows(10, 60))
    marked = a_candle_chart(CANDLES.slice_rows(10, 60), marks=(a_mark(CANDLES, 3),))
    assert draw_png(plain, Theme.DARK) == draw_png(marked, Theme.DARK)


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert draw_png(a_candle_chart(), Theme.DARK) == draw_png(a_candle_chart(), Theme.DARK)


def chart_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("charts")]


async def test_closing_ends_the_thread() -> None:
    async with MatplotlibRenderer() as renderer:
        await renderer.render(a_profit_chart())
        assert len(chart_threads()) == 1
    assert chart_threads() == []


async def test_closing_draws_what_is_queued_and_refuses_what_waits_for_a_place() -> None:
    renderer = MatplotlibRenderer(queue_size=2)
    async with renderer, asyncio.TaskGroup() as group:
        requests = [group.create_task(outcome(renderer)) for _ in range(4)]
        await asyncio.sleep(0)
        await renderer.close()
    assert [request.result() for request in requests] == ["drawn", "drawn", "refused", "refused"]
    with pytest.raises(Unavailable):
        await renderer.render(a_profit_chart())


async def outcome(renderer: MatplotlibRenderer) -> str:
    try:
        await renderer.render(a_profit_chart())
    except Unavailable:
        return "refused"
    return "drawn"


async def test_a_cancelled_request_gives_its_place_to_the_next() -> None:
    async with MatplotlibRenderer(queue_size=1) as renderer:
        first = asyncio.create_task(renderer.render(a_candle_chart()), name="first")
        second = asyncio.create_task(renderer.render(a_candle_chart()), name="second")
        await asyncio.sleep(0)
        first.cancel()
        assert await second
        with pytest.raises(asyncio.CancelledError):
            await first


async def test_a_chart_that_cannot_be_drawn_does_not_stop_the_next() -> None:
    async with MatplotlibRenderer() as renderer:
        good = a_candle_chart()
        bad = replace(good, timezone="Nowhere/Atlantis")
        with pytest.raises(KeyError):
            await renderer.render(bad)
        assert await renderer.render(good)
