"""What every chart renderer does."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from PIL import Image

from adapters.charts.renderer import MatplotlibRenderer
from bot.ports.charts import ChartRenderer, ChartSpec, Theme
from tests.builders.charts import a_candle_chart, a_drawdown_chart, a_profit_chart, an_equity_chart
from tests.fakes.charts import FakeRenderer

SPECS = [a_candle_chart(), an_equity_chart(), a_drawdown_chart(), a_profit_chart()]


@pytest.fixture(params=["matplotlib", "fake"])
async def renderer(request: pytest.FixtureRequest) -> AsyncIterator[ChartRenderer]:
    async with AsyncExitStack() as stack:
        if request.param == "fake":
            yield FakeRenderer()
        else:
            yield await stack.enter_async_context(MatplotlibRenderer())


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: type(spec).__name__)
@pytest.mark.parametrize("theme", Theme)
async def test_a_chart_is_a_png_of_1080_by_720_pixels(renderer: ChartRenderer, spec: ChartSpec, theme: Theme) -> None:
    with Image.open(io.BytesIO(await renderer.render(spec, theme))) as picture:
        picture.load()
        assert picture.format == "PNG"
        assert picture.size == (1080, 720)


async def test_many_requests_at_once_are_all_answered(renderer: ChartRenderer) -> None:
    pictures = await asyncio.gather(*(renderer.render(a_profit_chart()) for _ in range(12)))
    assert len(set(pictures)) == 1
