"""Cards that stay true: messages about one thing are changed in place while they are young, when the thing changed."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from bot.commands.notify.gateway import PlatformGateway
from bot.commands.notify.live_message import (
    BEAT,
    LIFE,
    LiveCard,
    Pin,
    Stage,
    card_of,
    kept_place,
    not_seen,
    read_card,
    settled,
)
from bot.commands.reply.blocks import Keeping, Reply
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, Unavailable
from bot.domain.events import Level
from bot.engine.concurrency.task_scope import task_nest
from bot.engine.people.key_values import Notes
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

MOST_CARDS = 200
LIVE_ABOUT = ("bot:", "list:bots")
KEPT = "cards"

Look = Callable[[Request], Awaitable[Reply | None]]
"""Answer a request again, without audit and throttle; None if the person may not see it any more."""


class LiveCards:
    """Looks again every few seconds; `run` is its task. Cards outlive a restart."""

    def __init__(self, look: Look, notes: Notes, clock: Clock) -> None:
        self._look = look
        self._notes = notes
        self._clock = clock
        self._gateways: dict[str, PlatformGateway] = {}
        self._cards: dict[tuple[str, str, str], LiveCard] = {}
        self._shown: dict[tuple[str, str, str], tuple[Reply | None, datetime]] = {}
        self._is_loaded = False

    def __len__(self) -> int:
        return len(self._cards)

    def add(self, gateway: PlatformGateway) -> None:
        """Keep the cards of a platform from now on."""
        self._gateways[gateway.platform] = gateway

    async def shown(self, request: Request, reply: Reply, message_id: str) -> None:
        """Note that a reply was shown as a message; if it is about a living thing it is kept true from now on.

        The newest card of a thing in a chat is the live one; so is the newest one that is kept for good.
        """
        if not reply.about.startswith(LIVE_ABOUT):
            return
        now = self._clock.now()
        card = card_of(request, reply, message_id, now)
        kept = self._cards.get(kept_place(card.platform, card.address))
        if kept is not None and reply.keeping is not Keeping.USUAL:
            self._part_with(kept, by=card)
        elif kept is not None and kept.message_id == message_id:
            # Something else took its place for a moment: it is drawn again at the next look.
            self._shown.pop(kept.place, None)
            return
        self._supersede(card, (settled(reply), now))
        await self._keep()

    def _part_with(self, kept: LiveCard, *, by: LiveCard) -> None:
        """Let a card go that was kept for good; one whose message is another card now is only unpinned, if at all."""
        self._forget(kept)
        is_same = by.message_id == kept.message_id
        if not (is_same and by.is_kept):
            stage = Stage.UNPINNING if is_same else Stage.LEAVING
            gone = replace(kept, stage=stage, until=self._clock.now() + LIFE)
            self._cards[gone.place] = gone

    def _supersede(self, card: LiveCard, shown: tuple[Reply, datetime]) -> None:
        for other in tuple(self._cards.values()):
            is_same = other.stands_at(card.platform, card.address, card.message_id)
            # A message that is kept for good from now on is neither ended nor unpinned any more.
            if other.place == card.place or (is_same and (other.stage is Stage.YOUNG or card.is_kept)):
                self._forget(other)
        self._cards[card.place] = card
        self._shown[card.place] = shown
        while len(self._cards) > MOST_CARDS:
            young = (other for other in self._cards.values() if other.stage is Stage.YOUNG)
            self._forget(next(young, next(iter(self._cards.values()))))

    async def run(self) -> None:
        """Keep cards true for ever; a platform that hangs holds up its own cards only."""
        await self._load()
        served: set[str] = set()
        async with task_nest() as nest:
            while True:
                for platform in self._gateways.keys() - served:
                    served.add(platform)
                    nest.start(self._serve(platform), f"live cards of {platform}")
                await self._clock.sleep(BEAT)

    async def _serve(self, platform: str) -> None:
        while True:
            await self._clock.sleep(BEAT)
            for card in tuple(self._cards.values()):
                if card.platform == platform and self._cards.get(card.place) == card:
                    await self._looked_at(card)

    async def _looked_at(self, card: LiveCard) -> None:
        try:
            await self._refresh(card)
        except Unavailable as error:
            logger.warning("live card not looked at", extra={"error": str(error)})

    async def _refresh(self, card: LiveCard) -> None:
        gateway = self._gateways.get(card.platform)
        if gateway is None:
            return
        match card.stage:
            case Stage.YOUNG:
                await self._refresh_young(gateway, card)
            case Stage.KEPT:
                await self._refresh_kept(gateway, card)
            case Stage.LEAVING | Stage.UNPINNING:
                await self._leave(gateway, card)

    async def _refresh_young(self, gateway: PlatformGateway, card: LiveCard) -> None:
        """Change a card when its thing did, and end it when it is old."""
        now = self._clock.now()
        if self._is_early(card, now):
            return
        before, _ = self._shown.get(card.place, (None, None))
        reply = await self._seen(card)
        is_over = card.is_old(now) or reply is None or reply.about != card.about
        if reply is None or (not is_over and settled(reply) == before):
            if is_over:
                await self._drop(card)
            return
        if await self._is_shown(gateway, card, reply, is_over=is_over) and is_over:
            await self._drop(card)

    async def _refresh_kept(self, gateway: PlatformGateway, card: LiveCard) -> None:
        """Draw a card again once a minute, changed or not: it says as of when it is."""
        if card.pin is Pin.WANTED:
            card = await self._pinned(gateway, card)
        if self._is_early(card, self._clock.now()):
            return
        reply = await self._seen(card)
        if reply is None:
            await self._hide(gateway, card)
        else:
            await self._is_shown(gateway, card, reply, is_over=False)

    def _is_early(self, card: LiveCard, now: datetime) -> bool:
        _, changed_at = self._shown.get(card.place, (None, None))
        return changed_at is not None and now - changed_at < card.beat

    async def _seen(self, card: LiveCard) -> Reply | None:
        """Look again; what broke is looked at again after a while if it is kept for good, and else not any more."""
        try:
            return await self._look(card.request)
        except Unavailable:
            if card.is_kept:
                self._shown[card.place] = (None, self._clock.now())
            else:
                await self._drop(card)
            raise

    async def _pinned(self, gateway: PlatformGateway, card: LiveCard) -> LiveCard:
        """Pin a card; where that is not allowed it says so from now on."""
        try:
            await gateway.pin(card.address, card.message_id)
        except DeliveryError as error:
            if not _is_final(error):
                return card
            self._shown.pop(card.place, None)
            return await self._changed(card, replace(card, pin=Pin.REFUSED))
        return await self._changed(card, replace(card, pin=Pin.DONE))

    async def _hide(self, gateway: PlatformGateway, card: LiveCard) -> None:
        """Show nothing more of what the person who asked for it may not see any more."""
        try:
            await gateway.edit(card.address, card.message_id, not_seen(card.about))
        except DeliveryError as error:
            if not _is_final(error):
                return
        until = self._clock.now() + LIFE
        await self._changed(card, replace(card, stage=Stage.UNPINNING, until=until))

    async def _leave(self, gateway: PlatformGateway, card: LiveCard) -> None:
        """End a card that was kept for good, and unpin it; what fails for now is tried again for a while."""
        try:
            if card.stage is Stage.LEAVING:
                reply = await self._look(card.request) or not_seen(card.about)
                await gateway.edit(card.address, card.message_id, card.ended(reply))
                card = await self._changed(card, replace(card, stage=Stage.UNPINNING))
            if card.pin is not Pin.REFUSED:
                await gateway.unpin(card.address, card.message_id)
        except DeliveryError as error:
            if not (_is_final(error) or card.is_old(self._clock.now())):
                return
        await self._drop(card)

    async def _is_shown(self, gateway: PlatformGateway, card: LiveCard, reply: Reply, *, is_over: bool) -> bool:
        """Change the message of a card; tell whether that was done. What cannot be shown now may be at a later look."""
        try:
            await gateway.edit(card.address, card.message_id, card.ended(reply) if is_over else card.drawn(reply))
        except MessageGone:
            if is_over or not await self._sent_again(gateway, card, reply):
                await self._drop(card)
            return False
        except DeliveryError as error:
            if _is_final(error):
                logger.info("live card let go", extra={"error": str(error)})
                await self._drop(card)
            return False
        self._shown[card.place] = (settled(reply), self._clock.now())
        return True

    async def _sent_again(self, gateway: PlatformGateway, card: LiveCard, reply: Reply) -> bool:
        """Send a card anew whose message was deleted, once; tell whether that was done."""
        if card.is_second:
            return False
        try:
            message_id = await gateway.send(card.address, card.drawn(reply), level=Level.SILENT)
        except DeliveryError as error:
            logger.info("live card not sent anew", extra={"error": str(error)})
            return False
        if self._cards.get(card.place) == card:
            self._cards[card.place] = replace(card, message_id=message_id, is_second=True, pin=Pin.WANTED)
            self._shown[card.place] = (settled(reply), self._clock.now())
            await self._keep()
        return True

    async def _changed(self, card: LiveCard, now: LiveCard) -> LiveCard:
        """Put a card into the place of what it was, unless something else happened to it meanwhile."""
        if self._cards.get(card.place) == card:
            del self._cards[card.place]
            self._cards[now.place] = now
            await self._keep()
        return now

    async def _drop(self, card: LiveCard) -> None:
        if self._cards.get(card.place) == card:
            self._forget(card)
            await self._keep()

    def _forget(self, card: LiveCard) -> None:
        self._cards.pop(card.place, None)
        self._shown.pop(card.place, None)

    async def _keep(self) -> None:
        if not self._is_loaded:
            # Those that were kept before are not among them yet.
            return
        try:
            await self._notes.keep(KEPT, json.dumps([card.record for card in self._cards.values()]))
        except Unavailable as error:
            # They stay live all the same, and are kept with the next change.
            logger.warning("live cards not kept", extra={"error": str(error)})

    async def _load(self) -> None:
        """Read the cards that were kept, however long storage takes, and keep with them what was shown meanwhile."""
        for card in await self._read():
            self._cards.setdefault(card.place, card)
        self._is_loaded = True
        await self._keep()

    async def _read(self) -> list[LiveCard]:
        while True:
            try:
                return [read_card(row) for row in json.loads(await self._notes.read(KEPT) or "[]")]
            except Unavailable as error:
                logger.warning("live cards wait for storage", extra={"error": str(error)})
                await self._clock.sleep(BEAT)
            except (ValueError, KeyError, TypeError) as error:
                # Those of another version of the program are let go.
                logger.warning("live cards not read", extra={"error": type(error).__name__})
                return []


def _is_final(error: DeliveryError) -> bool:
    return error.is_permanent or isinstance(error, DestinationGone)
