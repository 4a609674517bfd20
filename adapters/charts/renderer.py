"""The chart port with matplotlib, in one worker thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from types import TracebackType
from typing import Self, assert_never

from adapters.charts.candle_drawing import draw_candles
from adapters.charts.canvas import Canvas
from adapters.charts.equity_drawing import draw_equity
from adapters.charts.palette import palette_of
from adapters.charts.profit_drawing import draw_profit
from bot.domain.errors import Unavailable
from bot.ports.charts import CandleChart, ChartSpec, EquityChart, ProfitChart, Theme

_QUEUE = 8
_DAY = datetime(2000, 1, 1, tzinfo=UTC)


def draw_png(spec: ChartSpec, theme: Theme) -> bytes:
    """Draw a chart in the calling thread and return it as PNG of 1080 x 720 pixels."""
    canvas = Canvas(palette_of(theme))
    match spec:
        case CandleChart():
            draw_candles(canvas, spec)
        case EquityChart():
            draw_equity(canvas, spec)
        case ProfitChart():
            draw_profit(canvas, spec)
        case _:
            assert_never(spec)
    return canvas.png()


class MatplotlibRenderer:
    """Draws in one thread that lives from `async with` to its end.

    At most `queue` charts are queued for the thread; further requests wait for a place. What was queued is still
    drawn at the end, what waits for a place is told Unavailable. A request cancelled while queued is not drawn.
    """

    def __init__(self, queue: int = _QUEUE) -> None:
        self._places = asyncio.Semaphore(queue)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._is_open = True
        # The first drawing loads the font and is slow: it happens now, in the thread, and nobody waits for it.
        self._thread.submit(draw_png, _WARM_UP, Theme.DARK)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Finish what is queued and end the thread; a second time does nothing."""
        self._is_open = False
        await asyncio.to_thread(self._thread.shutdown)

    async def render(self, spec: ChartSpec, theme: Theme = Theme.DARK) -> bytes:
        async with self._places:
            if not self._is_open:
                raise Unavailable("charts are drawn only while the renderer is open")
            return await asyncio.get_running_loop().run_in_executor(self._thread, draw_png, spec, theme)


_WARM_UP = ProfitChart(title="0123456789", days=(_DAY,), profits=(1.0,), bases=(1.0,), currency="USDT", timezone="UTC")
