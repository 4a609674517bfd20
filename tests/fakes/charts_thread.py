"""Watches in which thread charts are drawn."""

import threading
from dataclasses import dataclass, field

import pytest

from adapters.charts import drawing
from bot.ports.charts import ChartSpec, Theme


@dataclass(slots=True)
class DrawingWatch:
    """The charts that were drawn, each with the name of the thread that did it."""

    drawn: list[tuple[ChartSpec, str]] = field(default_factory=list)

    def start(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Watch from now on."""
        draw = drawing.draw_png

        def watched(spec: ChartSpec, theme: Theme) -> bytes:
            self.drawn.append((spec, threading.current_thread().name))
            return draw(spec, theme)

        monkeypatch.setattr(drawing, "draw_png", watched)
