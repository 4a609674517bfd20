"""Cards that stay true: messages about one thing are changed in place while they are young, when the thing changed."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta

from bot.commands.gateway import Gateway
from bot.commands.reply import Actions, Block, Button, Footer, Meaning, Reply
from bot.commands.request import Request
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, Unavailable
from bot.domain.events import Level
from bot.engine.notes import Notes
from bot.engine.tasks import task_nest
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

LIFE = timedelta(minutes=30)
BEAT = timedelta(seconds=3)
"""The shortest time between two changes of one message; in groups it is longer."""
GROUP_BEAT = timedelta(seconds=5)
MOST_CARDS = 200
LIVE_ABOUT = ("bot:", "list:bots")
NOT_LIVE = "not live any more"
KEPT = "cards"

Look = Callable[[Request], Awaitable[Reply | None]]
"""Answer a request again, without audit and throttle; None if the person may not see it any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCard:
    """A message that is kept true: where it is, what was asked, as whom, and until when.

    `is_second` tells that it took the place of one that was deleted.
    """

    platform: str
    address: str
    message_id: str
    about: str
    line: str
    platform_id: str
    is_private: bool
    until: datetime
    is_second: bool = False

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what there is one card of: this thing in this chat."""
        return self.platform, self.address, self.about

    @property
    def request(self) -> Request:
        """Return the request that draws it."""
        return Request(
            platform=self.platform,
            platform_id=self.platform_id,
            chat=self.address,
            text=self.line,
            is_private=self.is_private,
        )


class LiveCards:
    """Looks again every few seconds; `run` is its task. Cards outlive a restart."""

    def __init__(self, look: Look, notes: Notes, clock: Clock) -> None:
        self._look = look
        self._notes = notes
        self._clock = clock
        self._gateways: dict[str, Gateway] = {}
        self._cards: dict[tuple[str, str, str], LiveCard] = {}
        self._shown: dict[tuple[str, str, str], tuple[Reply, datetime]] = {}

    def __len__(self) -> int:
        return len(self._cards)

    def add(self, gateway: Gateway) -> None:
        """Keep the cards of a platform from now on."""
        self._gateways[gateway.platform] = gateway

    async def shown(self, request: Request, reply: Reply, message_id: str) -> None:
        """Note that a reply was shown as a message; if it is about a living thing it is kept true from now on.

        The newest card of a thing in a chat is the live one.
        """
        if not reply.about.startswith(LIVE_ABOUT):
            return
        now = self._clock.now()
        card = LiveCard(
            platform=request.platform,
            address=request.chat,
            message_id=message_id,
            about=reply.about,
            line=_line_of(request, reply),
            platform_id=request.platform_id,
            is_private=request.is_private,
            until=now + LIFE,
        )
        self._cards.pop(card.place, None)
        self._cards[card.place] = card
        self._shown[card.place] = (_settled(reply), now)
        while len(self._cards) > MOST_CARDS:
            self._forget(next(iter(self._cards.values())))
        await self._keep()

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
        gateway, now = self._gateways.get(card.platform), self._clock.now()
        before, changed_at = self._shown.get(card.place, (None, None))
        if gateway is None or (changed_at and now - changed_at < (BEAT if card.is_private else GROUP_BEAT)):
            return
        reply = await self._look(card.request)
        is_over = now >= card.until or reply is None or reply.about != card.about
        if reply is None or (not is_over and _settled(reply) == before):
            if is_over:
                await self._drop(card)
            return
        if await self._is_shown(gateway, card, reply, is_over=is_over):
            self._shown[card.place] = (_settled(reply), now)
            if is_over:
                await self._drop(card)

    async def _is_shown(self, gateway: Gateway, card: LiveCard, reply: Reply, *, is_over: bool) -> bool:
        """Change the message of a card; tell whether that was done. What cannot be shown now may be at a later look."""
        try:
            await gateway.edit(card.address, card.message_id, _ended(reply, card) if is_over else live(reply))
        except MessageGone:
            if is_over or not await self._sent_again(gateway, card, reply):
                await self._drop(card)
            return False
        except DeliveryError as error:
            if error.is_permanent or isinstance(error, DestinationGone):
                logger.info("live card let go", extra={"error": str(error)})
                await self._drop(card)
            return False
        return True

    async def _sent_again(self, gateway: Gateway, card: LiveCard, reply: Reply) -> bool:
        """Send a card anew whose message was deleted, once; tell whether that was done."""
        if card.is_second:
            return False
        try:
            message_id = await gateway.send(card.address, live(reply), level=Level.SILENT)
        except DeliveryError as error:
            logger.info("live card not sent anew", extra={"error": str(error)})
            return False
        if self._cards.get(card.place) == card:
            self._cards[card.place] = replace(card, message_id=message_id, is_second=True)
            self._shown[card.place] = (_settled(reply), self._clock.now())
            await self._keep()
        return True

    async def _drop(self, card: LiveCard) -> None:
        if self._cards.get(card.place) == card:
            self._forget(card)
            await self._keep()

    def _forget(self, card: LiveCard) -> None:
        self._cards.pop(card.place, None)
        self._shown.pop(card.place, None)

    async def _keep(self) -> None:
        try:
            await self._notes.keep(KEPT, json.dumps([_written(card) for card in self._cards.values()]))
        except Unavailable as error:
            # They stay live all the same, and are kept with the next change.
            logger.warning("live cards not kept", extra={"error": str(error)})

    async def _load(self) -> None:
        try:
            cards = [_read(row) for row in json.loads(await self._notes.read(KEPT) or "[]")]
        except (Unavailable, ValueError, KeyError, TypeError) as error:
            # Those of another version of the program are let go.
            logger.warning("live cards not read", extra={"error": type(error).__name__})
            return
        for card in cards:
            self._cards.setdefault(card.place, card)


def _written(card: LiveCard) -> dict[str, str | bool]:
    return {**asdict(card), "until": card.until.isoformat()}


def _read(row: dict[str, str]) -> LiveCard:
    return LiveCard(
        platform=row["platform"],
        address=row["address"],
        message_id=row["message_id"],
        about=row["about"],
        line=row["line"],
        platform_id=row["platform_id"],
        is_private=bool(row["is_private"]),
        until=datetime.fromisoformat(row["until"]),
        is_second=bool(row["is_second"]),
    )


def live(reply: Reply) -> Reply:
    """Say in the footer that a card is live and as of when."""
    return _with_footer(reply, lambda footer: replace(footer, is_live=True))


def _ended(reply: Reply, card: LiveCard) -> Reply:
    """Say that a card is not live any more, and offer a fresh one."""
    ended = _with_footer(reply, lambda footer: replace(footer, text=NOT_LIVE, is_live=False))
    refresh = Actions(((Button("Refresh", card.line, Meaning.PRIMARY),),))
    return replace(ended, blocks=(*ended.blocks, refresh))


def _settled(reply: Reply) -> Reply:
    """Return a reply without the time it was drawn: what is left differs only when the thing did."""
    return _with_footer(reply, lambda footer: replace(footer, as_of="", is_live=False))


def _with_footer(reply: Reply, change: Callable[[Footer], Footer]) -> Reply:
    blocks: list[Block] = [change(block) if isinstance(block, Footer) else block for block in reply.blocks]
    return replace(reply, blocks=tuple(blocks))


def _line_of(request: Request, reply: Reply) -> str:
    """Return the line that draws the thing again: a card by its bot's id, whatever command led to it."""
    kind, _, bot_id = reply.about.partition(":")
    return f"/bot #{bot_id}" if kind == "bot" else request.text
