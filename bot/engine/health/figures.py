"""How the process does: figures that the composition root collects for `/health`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHealth:
    """One feed of candles: how many series it serves and the newest candle's close on its market clock."""

    name: str
    series: int
    newest: datetime | None
    market_time: datetime
    remark: str = ""


@dataclass(frozen=True, slots=True)
class ComponentHealth:
    """One component with its state in a word or two; `is_well` False asks somebody to look."""

    name: str
    state: str
    is_healthy: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthFigures:
    """The process now: delays in milliseconds, lengths of queues, memory in bytes."""

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
    """What the composition root provides for `/health` and `/version`."""

    def health_figures(self) -> HealthFigures: ...
