"""How the chat platforms do: gateways report here, `/health` reads it, and owners are told of what lasts."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Unavailable
from bot.domain.events import Event, NotificationKind, NotificationLevel, Payload, PlatformBack, PlatformDown
from bot.domain.facts import EventRaised
from bot.domain.ids import EventId, new_id
from bot.domain.moment import Moment
from bot.domain.people import Role
from bot.engine.health.figures import ComponentHealth
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

logger = logging.getLogger(__name__)

ALERT_AFTER = timedelta(seconds=60)
"""How long a platform may be out of reach before anybody is told; one that refuses us is told of at once."""
CHECK_INTERVAL = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """One platform: well while `ill_since` is None; `is_final` when only a person can mend it."""

    platform: str
    text: str
    down_since: datetime | None
    is_final: bool = False
    reported_down_since: datetime | None = None


class PlatformHealth:
    """Keeps the state of each platform and raises an event of what lasts, and of its end; `run` is its task."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._states: dict[str, PlatformState] = {}

    def register_platform(self, platform: str) -> None:
        """Expect a platform; until it reports it is starting."""
        self._states[platform] = PlatformState(platform=platform, text="starting", down_since=self._clock.now())

    def mark_up(self, platform: str, text: str = "connected") -> None:
        """Note that a platform answers."""
        self._states[platform] = replace(self._states[platform], text=text, down_since=None, is_final=False)

    def mark_down(self, platform: str, reason: str, *, is_final: bool = False) -> None:
        """Note that a platform is out of reach, and why, in a sentence."""
        before = self._states[platform]
        since = before.down_since or self._clock.now()
        self._states[platform] = replace(before, text=reason, down_since=since, is_final=is_final)

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms that answer or may do so again by themselves: all that do not refuse us for good."""
        return frozenset(state.platform for state in self._states.values() if not state.is_final)

    @property
    def closed_platforms(self) -> frozenset[str]:
        """Return the platforms that refuse us until a person mends it."""
        return frozenset(self._states) - self.open_platforms

    def components(self) -> tuple[ComponentHealth, ...]:
        """Return what `/health` shows of the platforms."""
        return tuple(
            ComponentHealth(state.platform, state.text, is_healthy=state.down_since is None)
            for state in self._states.values()
        )

    async def run(self) -> None:
        """Tell owners for ever; what storage does not take now is told at a later look."""
        while True:
            try:
                for state in tuple(self._states.values()):
                    await self._report_change(state)
            except Unavailable as error:
                logger.warning("state of a platform not told", extra={"error": str(error)})
            await self._clock.sleep(CHECK_INTERVAL)

    async def _report_change(self, state: PlatformState) -> None:
        now, told = self._clock.now(), state.reported_down_since
        if state.down_since is None and told is not None:
            await self._raise(
                PlatformBack(platform=state.platform, down_since=told, back_at=now),
                state.platform,
                NotificationLevel.SILENT,
            )
            self._mark_reported(state.platform, None)
        elif (
            state.down_since is not None and told is None and (state.is_final or now - state.down_since >= ALERT_AFTER)
        ):
            down = PlatformDown(
                platform=state.platform, since=state.down_since, reason=state.text, is_final=state.is_final
            )
            await self._raise(down, state.platform, NotificationLevel.LOUD)
            self._mark_reported(state.platform, state.down_since)

    def _mark_reported(self, platform: str, since: datetime | None) -> None:
        self._states[platform] = replace(self._states[platform], reported_down_since=since)

    async def _raise(self, payload: Payload, platform: str, level: NotificationLevel) -> None:
        owners = [one for one in await self._reader.operators() if one.role is Role.OWNER and one.removed_at is None]
        if not owners:
            return
        now = self._clock.now()
        event = Event(
            event_id=EventId(f"platform-{new_id(length=16)}"),
            topic=NotificationKind.ERRORS,
            level=level,
            operator_id=owners[0].operator_id,
            bot=None,
            account_id=None,
            moment=Moment(now, now),
            payload=payload,
            thread=f"platform:{platform}",
        )
        await self._writer.commit((EventRaised(event),))
