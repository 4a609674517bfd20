"""Health of the chat platforms: gateways report it, `/health` shows it, owners are alerted to long outages."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Unavailable
from bot.domain.event_routes import system_event
from bot.domain.events import Payload, PlatformBack, PlatformDown
from bot.domain.facts import EventRaised
from bot.domain.ids import new_id
from bot.domain.people import first_owner
from bot.engine.health.figures import ComponentHealth
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

logger = logging.getLogger(__name__)

ALERT_AFTER = timedelta(seconds=60)
"""Outage after which owners are alerted; a refusal that only a person can fix is reported at once."""
CHECK_INTERVAL = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """A platform's state: up while `down_since` is None; `is_final` when only a person can fix it."""

    platform: str
    text: str
    down_since: datetime | None
    is_final: bool = False
    reported_down_since: datetime | None = None


class PlatformHealth:
    """Keeps each platform's state and raises an event when an outage lasts, and when it ends; `run` is its task."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._states: dict[str, PlatformState] = {}

    def register_platform(self, platform: str) -> None:
        """Add a platform, which is starting until it reports."""
        self._states[platform] = PlatformState(platform=platform, text="starting", down_since=self._clock.now())

    def mark_up(self, platform: str, text: str = "connected") -> None:
        self._states[platform] = replace(self._states[platform], text=text, down_since=None, is_final=False)

    def mark_down(self, platform: str, reason: str, *, is_final: bool = False) -> None:
        """Record that a platform is out of reach; `reason` is a sentence."""
        before = self._states[platform]
        since = before.down_since or self._clock.now()
        self._states[platform] = replace(before, text=reason, down_since=since, is_final=is_final)

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms that answer or may do so again by themselves."""
        return frozenset(state.platform for state in self._states.values() if not state.is_final)

    @property
    def closed_platforms(self) -> frozenset[str]:
        """Return the platforms that refuse us until a person fixes it."""
        return frozenset(self._states) - self.open_platforms

    def components(self) -> tuple[ComponentHealth, ...]:
        return tuple(
            ComponentHealth(state.platform, state.text, is_healthy=state.down_since is None)
            for state in self._states.values()
        )

    async def run(self) -> None:
        """Raise events of outages for ever; what storage refuses is tried again at the next check."""
        while True:
            try:
                for state in tuple(self._states.values()):
                    await self._report_change(state)
            except Unavailable as error:
                logger.warning("state of a platform not told", extra={"error": str(error)})
            await self._clock.sleep(CHECK_INTERVAL)

    async def _report_change(self, state: PlatformState) -> None:
        now, reported = self._clock.now(), state.reported_down_since
        if state.down_since is None and reported is not None:
            back = PlatformBack(platform=state.platform, down_since=reported, back_at=now)
            await self._raise(back, state.platform)
            self._mark_reported(state.platform, None)
        elif (
            state.down_since is not None
            and reported is None
            and (state.is_final or now - state.down_since >= ALERT_AFTER)
        ):
            down = PlatformDown(
                platform=state.platform, since=state.down_since, reason=state.text, is_final=state.is_final
            )
            await self._raise(down, state.platform)
            self._mark_reported(state.platform, state.down_since)

    def _mark_reported(self, platform: str, since: datetime | None) -> None:
        self._states[platform] = replace(self._states[platform], reported_down_since=since)

    async def _raise(self, payload: Payload, platform: str) -> None:
        owner = first_owner(await self._reader.operators())
        if owner is not None:
            event_id, thread = f"platform-{new_id(length=16)}", f"platform:{platform}"
            event = system_event(event_id, payload, owner.operator_id, self._clock.now(), thread=thread)
            await self._writer.commit((EventRaised(event),))
