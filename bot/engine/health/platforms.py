"""How the chat platforms do: gateways report here, `/health` reads it, and owners are told of what lasts."""

import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.domain.errors import Unavailable
from bot.domain.events import Event, Level, Payload, PlatformBack, PlatformDown, Topic
from bot.domain.facts import EventRaised
from bot.domain.ids import EventId, new_id
from bot.domain.moment import Moment
from bot.domain.people import Role
from bot.engine.health.figures import Part
from bot.ports.clock import Clock
from bot.ports.storage import PeopleReader, Writer

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=60)
"""How long a platform may be out of reach before anybody is told; one that refuses us is told of at once."""
LOOK = timedelta(seconds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformState:
    """One platform: well while `ill_since` is None; `is_final` when only a person can mend it."""

    platform: str
    text: str
    ill_since: datetime | None
    is_final: bool = False
    told_down_since: datetime | None = None


class PlatformBoard:
    """Keeps the state of each platform and raises an event of what lasts, and of its end; `run` is its task."""

    def __init__(self, reader: PeopleReader, writer: Writer, clock: Clock) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._states: dict[str, PlatformState] = {}

    def add(self, platform: str) -> None:
        """Expect a platform; until it reports it is starting."""
        self._states[platform] = PlatformState(platform=platform, text="starting", ill_since=self._clock.now())

    def well(self, platform: str, text: str = "connected") -> None:
        """Note that a platform answers."""
        self._states[platform] = replace(self._states[platform], text=text, ill_since=None, is_final=False)

    def ill(self, platform: str, reason: str, *, is_final: bool = False) -> None:
        """Note that a platform is out of reach, and why, in a sentence."""
        before = self._states[platform]
        since = before.ill_since or self._clock.now()
        self._states[platform] = replace(before, text=reason, ill_since=since, is_final=is_final)

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms that answer or may do so again by themselves: all that do not refuse us for good."""
        return frozenset(state.platform for state in self._states.values() if not state.is_final)

    @property
    def closed_platforms(self) -> frozenset[str]:
        """Return the platforms that refuse us until a person mends it."""
        return frozenset(self._states) - self.open_platforms

    def parts(self) -> tuple[Part, ...]:
        """Return what `/health` shows of the platforms."""
        return tuple(
            Part(state.platform, state.text, is_well=state.ill_since is None) for state in self._states.values()
        )

    async def run(self) -> None:
        """Tell owners for ever; what storage does not take now is told at a later look."""
        while True:
            try:
                for state in tuple(self._states.values()):
                    await self._tell(state)
            except Unavailable as error:
                logger.warning("state of a platform not told", extra={"error": str(error)})
            await self._clock.sleep(LOOK)

    async def _tell(self, state: PlatformState) -> None:
        now, told = self._clock.now(), state.told_down_since
        if state.ill_since is None and told is not None:
            await self._raise(
                PlatformBack(platform=state.platform, down_since=told, back_at=now), state.platform, Level.SILENT
            )
            self._note_told(state.platform, None)
        elif state.ill_since is not None and told is None and (state.is_final or now - state.ill_since >= PATIENCE):
            down = PlatformDown(
                platform=state.platform, since=state.ill_since, reason=state.text, is_final=state.is_final
            )
            await self._raise(down, state.platform, Level.LOUD)
            self._note_told(state.platform, state.ill_since)

    def _note_told(self, platform: str, since: datetime | None) -> None:
        self._states[platform] = replace(self._states[platform], told_down_since=since)

    async def _raise(self, payload: Payload, platform: str, level: Level) -> None:
        owners = [one for one in await self._reader.operators() if one.role is Role.OWNER and one.removed_at is None]
        if not owners:
            return
        now = self._clock.now()
        event = Event(
            event_id=EventId(f"platform-{new_id(length=16)}"),
            topic=Topic.ERRORS,
            level=level,
            operator_id=owners[0].operator_id,
            bot=None,
            account_id=None,
            moment=Moment(now, now),
            payload=payload,
            thread=f"platform:{platform}",
        )
        await self._writer.commit((EventRaised(event),))
