"""Live messages: messages about one subject are changed in place when the subject changes."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from pydantic import ValidationError

from bot.commands.notify.gateway import PlatformGateway
from bot.commands.notify.live_message import (
    LIVE_LIFETIME,
    REFRESH_INTERVAL,
    STORED_MESSAGES,
    LiveMessage,
    LiveStatus,
    PinStatus,
    create_live_message,
    no_access_reply,
    permanent_key,
    without_timestamp,
)
from bot.commands.reply.blocks import LiveMode, Reply
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, Unavailable
from bot.domain.events import NotificationLevel
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

MAX_LIVE_MESSAGES = 200
LIVE_SUBJECTS = ("bot:", "list:bots", "backtest:")
STORAGE_KEY = "cards"

RefreshReply = Callable[[Request], Awaitable[Reply | None]]
"""Answers a request again, without audit and throttle; None if its user may not see it any more."""


class LiveMessages:
    """Refreshes live messages every few seconds; `run` is its task. They survive a restart."""

    def __init__(self, refresh_reply: RefreshReply, key_value_store: KeyValueStore, clock: Clock) -> None:
        self._refresh_reply = refresh_reply
        self._key_value_store = key_value_store
        self._clock = clock
        self._gateways: dict[str, PlatformGateway] = {}
        self._messages: dict[tuple[str, str, str], LiveMessage] = {}
        self._shown: dict[tuple[str, str, str], tuple[Reply | None, datetime]] = {}
        self._is_loaded = False

    def __len__(self) -> int:
        return len(self._messages)

    def add_gateway(self, gateway: PlatformGateway) -> None:
        self._gateways[gateway.platform] = gateway

    async def register_message(self, request: Request, reply: Reply, message_id: str) -> None:
        """Register a sent reply; one about a live subject is refreshed from now on.

        Only the newest message of a subject in a chat is live, and only the newest permanent one of a chat.
        """
        if not reply.subject_key.startswith(LIVE_SUBJECTS):
            return
        now = self._clock.now()
        card = create_live_message(request, reply, message_id, now)
        kept = self._messages.get(permanent_key(card.platform, card.address))
        if kept is not None and reply.live_mode is not LiveMode.DEFAULT:
            self._release_permanent(kept, successor=card)
        elif kept is not None and kept.message_id == message_id:
            # Another reply replaced it for a moment: render it again at the next refresh.
            self._shown.pop(kept.key, None)
            return
        self._replace_message(card, (without_timestamp(reply), now))
        await self._save_messages()

    def _release_permanent(self, permanent: LiveMessage, *, successor: LiveMessage) -> None:
        """End a permanent message; if it has become another live message it is only unpinned, if at all."""
        self._forget_message(permanent)
        is_same = successor.message_id == permanent.message_id
        if not (is_same and successor.is_permanent):
            stage = LiveStatus.UNPINNING if is_same else LiveStatus.ENDING
            gone = replace(permanent, stage=stage, until=self._clock.now() + LIVE_LIFETIME)
            self._messages[gone.key] = gone

    def _replace_message(self, message: LiveMessage, shown: tuple[Reply, datetime]) -> None:
        for other in tuple(self._messages.values()):
            is_same = other.location == message.location
            # A message that becomes permanent is neither ended nor unpinned any more.
            if other.key == message.key or (is_same and (other.stage is LiveStatus.TEMPORARY or message.is_permanent)):
                self._forget_message(other)
        self._messages[message.key] = message
        self._shown[message.key] = shown
        while len(self._messages) > MAX_LIVE_MESSAGES:
            young = (other for other in self._messages.values() if other.stage is LiveStatus.TEMPORARY)
            self._forget_message(next(young, next(iter(self._messages.values()))))

    async def run(self) -> None:
        """Refresh messages for ever; a platform that hangs holds up only its own."""
        await self._load_messages()
        served: set[str] = set()
        async with task_scope() as scope:
            while True:
                for platform in self._gateways.keys() - served:
                    served.add(platform)
                    scope.start_task(self._refresh_platform(platform), f"live cards of {platform}")
                await self._clock.sleep(REFRESH_INTERVAL)

    async def _refresh_platform(self, platform: str) -> None:
        while True:
            await self._clock.sleep(REFRESH_INTERVAL)
            for card in tuple(self._messages.values()):
                if card.platform == platform and self._messages.get(card.key) == card:
                    try:
                        await self._refresh(self._gateways[platform], card)
                    except Unavailable as error:
                        logger.warning("live card not looked at", extra={"error": str(error)})

    async def _refresh(self, gateway: PlatformGateway, message: LiveMessage) -> None:
        match message.stage:
            case LiveStatus.TEMPORARY:
                await self._refresh_temporary(gateway, message)
            case LiveStatus.PERMANENT:
                await self._refresh_permanent(gateway, message)
            case LiveStatus.ENDING | LiveStatus.UNPINNING:
                await self._end_permanent(gateway, message)

    async def _refresh_temporary(self, gateway: PlatformGateway, message: LiveMessage) -> None:
        """Change a message when its subject did, and end it when it has expired."""
        now = self._clock.now()
        if self._is_before_next_refresh(message, now):
            return
        before, _ = self._shown.get(message.key, (None, None))
        reply = await self._load_reply(message)
        if reply is None:
            await self._drop_message(message)
            return
        is_over = message.is_expired(now) or reply.subject_key != message.about
        if is_over or without_timestamp(reply) != before:
            await self._update_message(gateway, message, reply, is_over=is_over)

    async def _refresh_permanent(self, gateway: PlatformGateway, message: LiveMessage) -> None:
        """Change a permanent message once a minute, in any case: it shows the time of its refresh."""
        if message.pin is PinStatus.WANTED:
            message = await self._pin_message(gateway, message)
        if self._is_before_next_refresh(message, self._clock.now()):
            return
        reply = await self._load_reply(message)
        if reply is None:
            await self._hide_content(gateway, message)
        else:
            await self._update_message(gateway, message, reply, is_over=False)

    def _is_before_next_refresh(self, message: LiveMessage, now: datetime) -> bool:
        _, changed_at = self._shown.get(message.key, (None, None))
        return changed_at is not None and now - changed_at < message.refresh_interval

    async def _load_reply(self, message: LiveMessage) -> Reply | None:
        """Load the present reply; after a failure retry a permanent message later, and end a temporary one."""
        try:
            return await self._refresh_reply(message.request)
        except Unavailable:
            if message.is_permanent:
                self._shown[message.key] = (None, self._clock.now())
            else:
                await self._drop_message(message)
            raise

    async def _pin_message(self, gateway: PlatformGateway, message: LiveMessage) -> LiveMessage:
        """Pin a message; if that is not allowed, it shows a warning from now on."""
        try:
            await gateway.pin_message(message.address, message.message_id)
        except DeliveryError as error:
            if not _is_final(error):
                return message
            self._shown.pop(message.key, None)
            return await self._replace_state(message, replace(message, pin=PinStatus.REFUSED))
        return await self._replace_state(message, replace(message, pin=PinStatus.DONE))

    async def _hide_content(self, gateway: PlatformGateway, message: LiveMessage) -> None:
        """Replace the content that the message's user may not see any more."""
        try:
            await gateway.edit_message(message.address, message.message_id, no_access_reply(message.about))
        except DeliveryError as error:
            if not _is_final(error):
                return
        until = self._clock.now() + LIVE_LIFETIME
        await self._replace_state(message, replace(message, stage=LiveStatus.UNPINNING, until=until))

    async def _end_permanent(self, gateway: PlatformGateway, message: LiveMessage) -> None:
        """End and unpin a permanent message; retry failures for a while."""
        try:
            if message.stage is LiveStatus.ENDING:
                reply = await self._refresh_reply(message.request) or no_access_reply(message.about)
                await gateway.edit_message(message.address, message.message_id, message.ended_reply(reply))
                message = await self._replace_state(message, replace(message, stage=LiveStatus.UNPINNING))
            if message.pin is not PinStatus.REFUSED:
                await gateway.unpin_message(message.address, message.message_id)
        except DeliveryError as error:
            if not (_is_final(error) or message.is_expired(self._clock.now())):
                return
        await self._drop_message(message)

    async def _update_message(
        self, gateway: PlatformGateway, message: LiveMessage, reply: Reply, *, is_over: bool
    ) -> None:
        """Change a message, now or at the next refresh; one that is over is dropped then."""
        shown = message.ended_reply(reply) if is_over else message.live_reply(reply)
        try:
            await gateway.edit_message(message.address, message.message_id, shown)
        except MessageGone:
            is_dropped = is_over or not await self._resend_message(gateway, message, reply)
        except DeliveryError as error:
            is_dropped = _is_final(error)
            if is_dropped:
                logger.info("live card let go", extra={"error": str(error)})
        else:
            is_dropped = is_over
            self._shown[message.key] = (without_timestamp(reply), self._clock.now())
        if is_dropped:
            await self._drop_message(message)

    async def _resend_message(self, gateway: PlatformGateway, message: LiveMessage, reply: Reply) -> bool:
        """Send a deleted message again, once; return whether it was sent."""
        if message.is_second:
            return False
        try:
            shown, level = message.live_reply(reply), NotificationLevel.SILENT
            message_id = await gateway.send_message(message.address, shown, level=level)
        except DeliveryError as error:
            logger.info("live card not sent anew", extra={"error": str(error)})
            return False
        if self._messages.get(message.key) == message:
            self._messages[message.key] = replace(message, message_id=message_id, is_second=True, pin=PinStatus.WANTED)
            self._shown[message.key] = (without_timestamp(reply), self._clock.now())
            await self._save_messages()
        return True

    async def _replace_state(self, message: LiveMessage, replacement: LiveMessage) -> LiveMessage:
        """Replace a live message's state, unless it has changed meanwhile; return the state in force."""
        if self._messages.get(message.key) == message:
            del self._messages[message.key]
            self._messages[replacement.key] = replacement
            await self._save_messages()
        return replacement

    async def _drop_message(self, message: LiveMessage) -> None:
        if self._messages.get(message.key) == message:
            self._forget_message(message)
            await self._save_messages()

    def _forget_message(self, message: LiveMessage) -> None:
        self._messages.pop(message.key, None)
        self._shown.pop(message.key, None)

    async def _save_messages(self) -> None:
        if not self._is_loaded:
            # The stored messages are not loaded yet; storing now would lose them.
            return
        rows = STORED_MESSAGES.dump_json(list(self._messages.values())).decode()
        try:
            await self._key_value_store.save_value(STORAGE_KEY, rows)
        except Unavailable as error:
            # The messages stay live all the same, and are stored with the next change.
            logger.warning("live cards not kept", extra={"error": str(error)})

    async def _load_messages(self) -> None:
        """Load the stored messages, however long storage takes, and store those registered meanwhile with them."""
        for card in await self._read_messages():
            self._messages.setdefault(card.key, card)
        self._is_loaded = True
        await self._save_messages()

    async def _read_messages(self) -> list[LiveMessage]:
        while True:
            try:
                return STORED_MESSAGES.validate_json(await self._key_value_store.read_value(STORAGE_KEY) or "[]")
            except Unavailable as error:
                logger.warning("live cards wait for storage", extra={"error": str(error)})
                await self._clock.sleep(REFRESH_INTERVAL)
            except ValidationError as error:
                # Messages of another version of the program are dropped.
                logger.warning("live cards not read", extra={"error": type(error).__name__})
                return []


def _is_final(error: DeliveryError) -> bool:
    return error.is_permanent or isinstance(error, DestinationGone)
