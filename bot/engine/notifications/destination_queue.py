"""The line of one destination: told in order, in bursts as digests, or elsewhere if it is out of reach."""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import takewhile

from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError, DestinationGone, TopicGone, Unavailable
from bot.domain.events import Level
from bot.domain.facts import Delivery, DeliverySaved, DeliveryStatus, DestinationSaved, PendingMoved
from bot.domain.people import Operator, Preferences
from bot.engine.notifications.addressing import Audience, fallback
from bot.engine.notifications.interfaces import RelayParts
from bot.engine.notifications.level import level_at
from bot.engine.people.topic_parent import home_of, homeward
from bot.ports.storage import NumberedEvent

logger = logging.getLogger(__name__)

BATCH = 200
BURST = 10
BURST_WINDOW = timedelta(seconds=60)
"""More messages than this within the window are told as digests."""
GATHERING = timedelta(seconds=3)
"""How long a digest waits after the message before it, so that the rest of a burst can join."""
MOST_LINES = 40
MOST_TRIES = 3
"""How often a message that the platform will not take as it is, or that cannot be made, is tried."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)
STORAGE_PAUSE = timedelta(seconds=2)
"""Until storage that did not answer is asked again."""
LEFT = "⚠️ A topic here is gone or closed: what it was told comes to this chat now."
LOUDNESS = (Level.OFF, Level.SILENT, Level.LOUD, Level.CRITICAL)


class Office:
    """What all lines share: the relay's parts, and everybody who can be told as last read."""

    def __init__(self, parts: RelayParts, look_again: Callable[[], None]) -> None:
        self.parts = parts
        self.look_again = look_again
        self.audience = Audience()


class Line:
    """Tells one destination until it is removed; `run` is its task."""

    def __init__(self, key: str, office: Office) -> None:
        self.key = key
        self._office = office
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._hurry = asyncio.Event()
        self._sent: deque[datetime] = deque(maxlen=BURST)
        self._failing_since: datetime | None = None
        self.delivered = 0

    def wake(self) -> None:
        """Look for something to tell now."""
        self._idle.clear()
        self._woken.set()

    def hurry(self) -> None:
        """Tell what is owed without letting bursts gather, from now on."""
        self._hurry.set()
        self.wake()

    async def idle(self) -> None:
        """Return when nothing is owed that can be told now."""
        await self._idle.wait()

    async def run(self) -> None:
        """Tell for ever, or until the destination is removed; whatever storage does not take waits for it."""
        is_begun = False
        while self._office.audience.destination(self.key) is not None:
            try:
                if not is_begun:
                    await self._repeat_uncertain()
                    is_begun = True
                await self._look()
            except Unavailable as error:
                logger.warning("telling waits for storage", extra={"destination": self.key, "error": str(error)})
                is_begun = False
                await self._office.parts.clock.sleep(STORAGE_PAUSE)
        self._idle.set()

    async def _look(self) -> None:
        """Tell one message, or wait until there may be something to tell."""
        self._woken.clear()
        chat = self._office.audience.destination(self.key)
        if chat is not None and not await self._tell_some(chat):
            self._idle.set()
            await self._woken.wait()

    async def _repeat_uncertain(self) -> None:
        """Tell again, marked, what may or may not have arrived before a crash."""
        chat = self._office.audience.destination(self.key)
        reader = self._office.parts.reader
        if chat is None:
            return
        uncertain: list[NumberedEvent] = []
        for numbered in await reader.undelivered(self.key, BATCH):
            delivery = await reader.delivery(numbered.event.event_id, self.key)
            if delivery is not None and delivery.status is DeliveryStatus.SENDING:
                uncertain.append(numbered)
        if uncertain:
            await self._tell(chat, tuple(uncertain), is_repeat=True)

    async def _tell_some(self, chat: Destination) -> bool:
        """Tell the next message of what is owed; tell whether there was anything that could be told."""
        pending = await self._office.parts.reader.undelivered(self.key, BATCH)
        if not pending:
            return False
        if chat.blocked:
            return await self._hand_over(chat, pending)
        levels = [(numbered, self._level(numbered, chat)) for numbered in pending]
        await self._note(tuple(one for one, level in levels if level is Level.OFF), DeliveryStatus.DROPPED)
        told = [one for one, level in levels if level is not Level.OFF]
        if not told:
            return True
        if len(told) <= BURST - self._recently_sent():
            await self._tell(chat, (told[0],), is_repeat=False)
        elif self._level(told[0], chat) is Level.CRITICAL or not await self._gather():
            await self._tell(chat, self._digest(told, chat), is_repeat=False)
        return True

    def _digest(self, told: list[NumberedEvent], chat: Destination) -> tuple[NumberedEvent, ...]:
        """Take what one message can tell; what has to be acted on stands alone."""
        ordinary = takewhile(lambda one: self._level(one, chat) is not Level.CRITICAL, told[:MOST_LINES])
        return tuple(ordinary) or tuple(told[:1])

    def _recently_sent(self) -> int:
        start = self._office.parts.clock.now() - BURST_WINDOW
        return sum(time > start for time in self._sent)

    async def _gather(self) -> bool:
        """Let a burst go on for a moment; tell whether there was a wait, after which what is owed may be more."""
        if not self._sent or self._hurry.is_set():
            return False
        wait = self._sent[-1] + GATHERING - self._office.parts.clock.now()
        if wait <= timedelta(0):
            return False
        sleeping = asyncio.ensure_future(self._office.parts.clock.sleep(wait))
        hurried = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait((sleeping, hurried), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            hurried.cancel()
        return True

    async def _tell(self, chat: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> None:
        await self._note(events, DeliveryStatus.SENDING)
        pause, tries = FIRST_PAUSE, 0
        while True:
            try:
                message_id = await self._deliver(chat, events, is_repeat=is_repeat)
            except DestinationGone as error:
                await self._give_up(chat, error)
                return
            except Unavailable:
                await self._office.parts.clock.sleep(STORAGE_PAUSE)
            except DeliveryError as error:
                tries += error.is_permanent
                if tries >= MOST_TRIES:
                    logger.exception("message dropped", extra={"destination": chat.key})
                    await self._note(events, DeliveryStatus.DROPPED)
                    return
                if await self._has_moved_on(chat, events):
                    return
                is_repeat = is_repeat or error.is_doubtful
                await self._office.parts.clock.sleep(error.retry_after or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                await self._told(events, message_id)
                return

    async def _deliver(self, chat: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> str:
        level = max((self._level(one, chat) for one in events), key=LOUDNESS.index)
        try:
            return await self._office.parts.notifier.deliver(chat, events, level=level, is_repeat=is_repeat)
        except (DeliveryError, Unavailable):
            raise
        except Exception as error:
            # One message that cannot be made or sent must not silence the others for ever.
            logger.exception("delivery broke", extra={"destination": chat.key})
            raise DeliveryError(f"it broke: {type(error).__name__}", is_permanent=True) from error

    async def _told(self, events: tuple[NumberedEvent, ...], message_id: str) -> None:
        self._failing_since = None
        self._sent.append(self._office.parts.clock.now())
        self.delivered += len(events)
        await self._note_sent(events, message_id)

    async def _note_sent(self, events: tuple[NumberedEvent, ...], message_id: str) -> None:
        """Note what was sent however long storage takes: it must not be sent again."""
        while True:
            try:
                return await self._note(events, DeliveryStatus.SENT, message_id)
            except Unavailable:
                await self._office.parts.clock.sleep(STORAGE_PAUSE)

    async def _has_moved_on(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> bool:
        """Hand over to another chat of the person once this one has failed for long; tell whether that was done."""
        if self._office.audience.destination(self.key) is None:
            return True
        if not chat.is_private:
            # Nobody else is told the news of a group; they wait until it can be reached.
            return False
        now = self._office.parts.clock.now()
        self._failing_since = self._failing_since or now
        person = self._office.audience.operator(chat.operator_id)
        patience = timedelta(minutes=(person.preferences if person else Preferences()).failover_minutes)
        if chat.platform not in self._office.parts.notifier.open_platforms:
            patience = timedelta(0)
        return now - self._failing_since >= patience and await self._hand_over(chat, events)

    async def _hand_over(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> bool:
        """Owe events to another chat of the same person, if there is one; a group's news are nobody else's."""
        if not chat.is_private:
            await self._note(events, DeliveryStatus.DROPPED)
            return True
        other = fallback(chat, self._office.audience)
        if other is None:
            return False
        logger.warning("messages go elsewhere", extra={"destination": chat.key, "instead": other.key})
        await self._office.parts.writer.commit(
            tuple(PendingMoved(numbered.number, chat.key, other.key) for numbered in events)
        )
        self._office.look_again()
        return True

    async def _give_up(self, chat: Destination, error: DestinationGone) -> None:
        if not (isinstance(error, TopicGone) and await self._went_home(chat)):
            await self._close(chat, str(error))

    async def _went_home(self, topic: Destination) -> bool:
        """Give what a topic that is gone follows and is owed to its group; tell whether that is known."""
        home = await home_of(self._office.parts.reader, topic)
        if home is None:
            return False
        logger.warning("topic is gone, its group is told", extra={"destination": topic.key, "instead": home.key})
        await self._office.parts.writer.commit(homeward(topic, home))
        await self._announce(home)
        audience = self._office.audience
        kept = tuple(one for one in audience.destinations if one.key != topic.key)
        self._office.audience = replace(audience, destinations=kept)
        self._office.look_again()
        return True

    async def _announce(self, home: Destination) -> None:
        try:
            await self._office.parts.notifier.announce(home, LEFT)
        except Exception as error:
            # The group is told what its topic was owed all the same.
            logger.warning("not said that a topic is gone", extra={"destination": home.key, "error": str(error)})

    async def _close(self, chat: Destination, reason: str) -> None:
        logger.warning("chat takes no messages", extra={"destination": chat.key, "error": reason})
        await self._office.parts.writer.commit((DestinationSaved(replace(chat, blocked=reason)),))
        audience = self._office.audience
        kept = tuple(replace(one, blocked=reason) if one.key == chat.key else one for one in audience.destinations)
        self._office.audience = replace(audience, destinations=kept)
        self._office.look_again()

    def _level(self, numbered: NumberedEvent, chat: Destination) -> Level:
        parts = self._office.parts
        return level_at(numbered.event, chat, self._person(chat), parts.presence, parts.clock.now())

    def _person(self, chat: Destination) -> Operator | None:
        return self._office.audience.operator(chat.operator_id) if chat.is_private else None

    async def _note(self, events: tuple[NumberedEvent, ...], status: DeliveryStatus, message_id: str = "") -> None:
        if not events:
            return
        now = self._office.parts.clock.now()
        await self._office.parts.writer.commit(
            tuple(
                DeliverySaved(
                    Delivery(
                        event_id=numbered.event.event_id,
                        destination=self.key,
                        status=status,
                        attempts=1,
                        updated_at=now,
                        message_id=message_id,
                    )
                )
                for numbered in events
            )
        )
