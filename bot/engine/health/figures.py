"""Health figures that the composition root collects for `/health`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """A candle feed: its number of series, and the newest candle's close in market time."""

    name: str
    series: int
    newest: datetime | None
    market_time: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """A component with its state in a word or two; somebody must look if `is_healthy` is False."""

    name: str
    state: str
    is_healthy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFigures:
    """Figures of the process: delays in milliseconds, queue lengths, memory in bytes."""

    started_at: datetime
    version: str
    running_bots: int
    loop_lag_ms: float
    worst_lag_ms: float
    memory_bytes: int
    queues: tuple[tuple[str, int], ...]
    feeds: tuple[FeedHealth, ...]
    components: tuple[ComponentHealth, ...]


class HealthProvider(Protocol):
    """The composition root's figures for `/health` and `/version`."""

    def health_figures(self) -> HealthFigures: ...
