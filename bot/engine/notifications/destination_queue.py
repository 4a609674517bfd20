"""Queue of one destination: delivers events in order, bursts as digests, to a fallback chat if out of reach."""

import asyncio
import logging
from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile

from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError, DestinationGone, TopicGone, Unavailable
from bot.domain.events import NotificationLevel
from bot.domain.facts import Delivery, DeliverySaved, DeliveryStatus, DestinationSaved, PendingDeliveryMoved
from bot.domain.people import Preferences
from bot.engine.concurrency.backoff import Backoff
from bot.engine.notifications.addressing import fallback_chat
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import delivery_level
from bot.engine.people.topic_parent import move_to_parent_facts, parent_destination
from bot.ports.storage import NumberedEvent

logger = logging.getLogger(__name__)

BATCH = 200
BURST_LIMIT = 10
BURST_WINDOW = timedelta(seconds=60)
"""More than `BURST_LIMIT` messages within this window become digests."""
DIGEST_WAIT = timedelta(seconds=3)
"""Pause between the last message and a digest, so that the rest of a burst can join it."""
MAX_DIGEST_EVENTS = 40
MAX_TRIES = 3
"""Tries of a message that the platform refuses or that cannot be rendered."""
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)
STORAGE_PAUSE = timedelta(seconds=2)
"""Pause before storage that was unavailable is tried again."""
TOPIC_GONE_TEXT = "⚠️ A topic here is gone or closed: what it was told comes to this chat now."
LEVEL_ORDER = (NotificationLevel.OFF, NotificationLevel.SILENT, NotificationLevel.LOUD, NotificationLevel.CRITICAL)


class DestinationQueue:
    """Delivers one destination's events until it is removed; `run` is its task."""

    def __init__(self, key: str, context: RelayContext) -> None:
        self.key = key
        self._context = context
        self._woken = asyncio.Event()
        self._idle = asyncio.Event()
        self._digest_wait_disabled = asyncio.Event()
        self._sent: deque[datetime] = deque(maxlen=BURST_LIMIT)
        self._failing_since: datetime | None = None

    def schedule_delivery(self) -> None:
        """Wake the queue up to look for undelivered events; from now on it is not idle."""
        self._idle.clear()
        self._woken.set()

    def disable_digest_wait(self) -> None:
        """Deliver at once from now on, without waiting for bursts to gather."""
        self._digest_wait_disabled.set()
        self.schedule_delivery()

    async def wait_until_idle(self) -> None:
        """Wait until there is nothing that can be delivered now."""
        await self._idle.wait()

    async def run(self) -> None:
        """Deliver until the destination is removed; wait while storage is unavailable."""
        is_resumed = False
        while self._context.directory.destination(self.key) is not None:
            try:
                if not is_resumed:
                    await self._repeat_uncertain()
                    is_resumed = True
                await self._deliver_or_wait()
            except Unavailable as error:
                logger.warning("telling waits for storage", extra={"destination": self.key, "error": str(error)})
                is_resumed = False
                await self._context.clock.sleep(STORAGE_PAUSE)
        self._idle.set()

    async def _deliver_or_wait(self) -> None:
        self._woken.clear()
        chat = self._context.directory.destination(self.key)
        if chat is not None and not await self._deliver_next(chat):
            self._idle.set()
            await self._woken.wait()

    async def _repeat_uncertain(self) -> None:
        # A delivery that is stored as `sending` may or may not have arrived before a crash (ADR 0002).
        chat = self._context.directory.destination(self.key)
        reader = self._context.reader
        if chat is None:
            return
        uncertain: list[NumberedEvent] = []
        for numbered in await reader.undelivered_events(self.key, BATCH):
            delivery = await reader.delivery(numbered.event.event_id, self.key)
            if delivery is not None and delivery.status is DeliveryStatus.SENDING:
                uncertain.append(numbered)
        if uncertain:
            await self._deliver_with_retries(chat, tuple(uncertain), is_repeat=True)

    async def _deliver_next(self, chat: Destination) -> bool:
        """Deliver the next message; return whether there was anything that could be delivered."""
        pending = await self._context.reader.undelivered_events(self.key, BATCH)
        if not pending:
            return False
        if chat.blocked:
            return await self._move_to_fallback(chat, pending)
        levels = [(numbered, self._level(numbered, chat)) for numbered in pending]
        await self._save_deliveries(
            tuple(one for one, level in levels if level is NotificationLevel.OFF), DeliveryStatus.DROPPED
        )
        audible = [one for one, level in levels if level is not NotificationLevel.OFF]
        if not audible:
            return True
        start = self._context.clock.now() - BURST_WINDOW
        if len(audible) <= BURST_LIMIT - sum(time > start for time in self._sent):
            await self._deliver_with_retries(chat, (audible[0],), is_repeat=False)
        elif self._level(audible[0], chat) is NotificationLevel.CRITICAL or not await self._wait_for_digest():
            await self._deliver_with_retries(chat, self._digest(audible, chat), is_repeat=False)
        return True

    def _digest(self, events: list[NumberedEvent], chat: Destination) -> tuple[NumberedEvent, ...]:
        """Return the events of the next digest; a critical one stands alone."""
        first = events[:MAX_DIGEST_EVENTS]
        ordinary = takewhile(lambda one: self._level(one, chat) is not NotificationLevel.CRITICAL, first)
        return tuple(ordinary) or tuple(events[:1])

    async def _wait_for_digest(self) -> bool:
        """Wait for a burst to go on; return whether it waited, after which more events may be undelivered."""
        if not self._sent or self._digest_wait_disabled.is_set():
            return False
        wait = self._sent[-1] + DIGEST_WAIT - self._context.clock.now()
        if wait <= timedelta(0):
            return False
        sleeping = asyncio.ensure_future(self._context.clock.sleep(wait))
        disabled = asyncio.ensure_future(self._digest_wait_disabled.wait())
        try:
            await asyncio.wait((sleeping, disabled), return_when=asyncio.FIRST_COMPLETED)
        finally:
            sleeping.cancel()
            disabled.cancel()
        return True

    async def _deliver_with_retries(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool
    ) -> None:
        # Stored before it is sent: after a crash it is delivered again, marked as a repeat (ADR 0002).
        await self._save_deliveries(events, DeliveryStatus.SENDING)
        backoff, tries = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE), 0
        while True:
            try:
                message_id = await self._deliver(chat, events, is_repeat=is_repeat)
            except DestinationGone as error:
                await self._give_up(chat, error)
                return
            except Unavailable:
                await self._context.clock.sleep(STORAGE_PAUSE)
            except DeliveryError as error:
                tries += error.is_permanent
                if tries >= MAX_TRIES:
                    logger.exception("message dropped", extra={"destination": chat.key})
                    await self._save_deliveries(events, DeliveryStatus.DROPPED)
                    return
                if await self._has_moved_on(chat, events):
                    return
                is_repeat = is_repeat or error.is_doubtful
                pause = backoff.next_pause()
                await self._context.clock.sleep(error.retry_after or pause)
            else:
                self._failing_since = None
                self._sent.append(self._context.clock.now())
                await self._save_sent(events, message_id)
                return

    async def _deliver(self, chat: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> str:
        level = max((self._level(one, chat) for one in events), key=LEVEL_ORDER.index)
        try:
            return await self._context.notifier.deliver_events(chat, events, level=level, is_repeat=is_repeat)
        except (DeliveryError, Unavailable):
            raise
        except Exception as error:
            # One message that cannot be made or sent must not silence the others for ever.
            logger.exception("delivery broke", extra={"destination": chat.key})
            raise DeliveryError(f"it broke: {type(error).__name__}", is_permanent=True) from error

    async def _save_sent(self, events: tuple[NumberedEvent, ...], message_id: str) -> None:
        # However long storage takes: what is not recorded as sent would be sent again.
        while True:
            try:
                return await self._save_deliveries(events, DeliveryStatus.SENT, message_id)
            except Unavailable:
                await self._context.clock.sleep(STORAGE_PAUSE)

    async def _has_moved_on(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> bool:
        """Move events to the operator's fallback chat if this one has failed for long; return whether they moved."""
        if self._context.directory.destination(self.key) is None:
            return True
        if not chat.is_private:
            # A group's events are nobody else's; they wait until it can be reached.
            return False
        now = self._context.clock.now()
        self._failing_since = self._failing_since or now
        person = self._context.directory.operator(chat.operator_id)
        patience = timedelta(minutes=(person.preferences if person else Preferences()).failover_minutes)
        if chat.platform not in self._context.notifier.open_platforms:
            patience = timedelta(0)
        return now - self._failing_since >= patience and await self._move_to_fallback(chat, events)

    async def _move_to_fallback(self, chat: Destination, events: tuple[NumberedEvent, ...]) -> bool:
        """Move events to the operator's fallback chat, if there is one; drop those of a group."""
        if not chat.is_private:
            await self._save_deliveries(events, DeliveryStatus.DROPPED)
            return True
        other = fallback_chat(chat, self._context.directory)
        if other is None:
            return False
        logger.warning("messages go elsewhere", extra={"destination": chat.key, "instead": other.key})
        await self._context.writer.commit(
            tuple(PendingDeliveryMoved(numbered.number, chat.key, other.key) for numbered in events)
        )
        self._context.changed.set()
        return True

    async def _move_to_parent(self, topic: Destination) -> bool:
        """Move a deleted topic's subscriptions and undelivered events to its group; return whether it is known."""
        parent = await parent_destination(self._context.reader, topic)
        if parent is None:
            return False
        logger.warning("topic is gone, its group is told", extra={"destination": topic.key, "instead": parent.key})
        await self._context.writer.commit(move_to_parent_facts(topic, parent))
        await self._announce(parent)
        self._replace_destinations(one for one in self._context.directory.destinations if one.key != topic.key)
        return True

    async def _announce(self, parent: Destination) -> None:
        try:
            await self._context.notifier.send_announcement(parent, TOPIC_GONE_TEXT)
        except Exception as error:
            # The topic's events are delivered to the group all the same.
            logger.warning("not said that a topic is gone", extra={"destination": parent.key, "error": str(error)})

    async def _give_up(self, chat: Destination, error: DestinationGone) -> None:
        if isinstance(error, TopicGone) and await self._move_to_parent(chat):
            return
        reason = str(error)
        logger.warning("chat takes no messages", extra={"destination": chat.key, "error": reason})
        await self._context.writer.commit((DestinationSaved(replace(chat, blocked=reason)),))
        known = self._context.directory.destinations
        self._replace_destinations(replace(one, blocked=reason) if one.key == chat.key else one for one in known)

    def _replace_destinations(self, destinations: Iterable[Destination]) -> None:
        self._context.directory = replace(self._context.directory, destinations=tuple(destinations))
        self._context.changed.set()

    def _level(self, numbered: NumberedEvent, chat: Destination) -> NotificationLevel:
        context = self._context
        person = context.directory.operator(chat.operator_id) if chat.is_private else None
        return delivery_level(numbered.event, chat, person, context.last_chats, context.clock.now())

    async def _save_deliveries(
        self, events: tuple[NumberedEvent, ...], status: DeliveryStatus, message_id: str = ""
    ) -> None:
        if not events:
            return
        now = self._context.clock.now()
        sent = partial(Delivery, destination=self.key, status=status, attempts=1, updated_at=now, message_id=message_id)
        await self._context.writer.commit(
            tuple(DeliverySaved(sent(event_id=numbered.event.event_id)) for numbered in events)
        )
