"""Chart renderer with matplotlib, in one worker thread."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Self

from bot.domain.errors import Unavailable
from bot.ports.charts import ChartSpec, ProfitChart, Theme

_QUEUE_SIZE = 8
_WARM_UP_SECONDS = 2.0
_DAY = datetime(2000, 1, 1, tzinfo=UTC)


class MatplotlibRenderer:
    """Draws in one thread that lives from `async with` to its end.

    At most `queue_size` charts are queued for the thread; further requests wait. At the end queued charts are still
    drawn, waiting requests get Unavailable. A request cancelled while queued is not drawn.
    """

    def __init__(self, queue_size: int = _QUEUE_SIZE) -> None:
        self._queue_slots = asyncio.Semaphore(queue_size)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="charts")
        self._is_open = False
        self._warm_up_timer: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        self._is_open = True
        # The first drawing loads matplotlib and the font, so one is done before any request. It waits a moment, since
        # a user who has just started the process waits for a first reply.
        warm_up = partial(self._thread.submit, _draw, _WARM_UP, Theme.DARK)
        self._warm_up_timer = asyncio.get_running_loop().call_later(_WARM_UP_SECONDS, warm_up)
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Finish what is queued and end the thread; a second call does nothing."""
        self._is_open = False
        if self._warm_up_timer is not None:
            self._warm_up_timer.cancel()
        await asyncio.to_thread(self._thread.shutdown)

    async def render(self, spec: ChartSpec, theme: Theme = Theme.DARK) -> bytes:
        async with self._queue_slots:
            if not self._is_open:
                raise Unavailable("charts are drawn only while the renderer is open")
            return await asyncio.get_running_loop().run_in_executor(self._thread, _draw, spec, theme)


def _draw(spec: ChartSpec, theme: Theme) -> bytes:
    from adapters.charts.drawing import draw_png

    return draw_png(spec, theme)


_WARM_UP = ProfitChart(
    title="0123456789", starts=(_DAY,), profits=(1.0,), bases=(1.0,), total=1.0, currency="USDT", timezone="UTC"
)
