"""Cards that stay true: messages about one thing are changed in place while they are young, when the thing changed."""

import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands.gateway import Gateway
from bot.commands.reply import Actions, Block, Button, Footer, Meaning, Reply
from bot.commands.request import Request
from bot.domain.errors import DeliveryError
from bot.engine.notes import Notes
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
    """A message that is kept true: where it is, what was asked, as whom, and until when."""

    platform: str
    address: str
    message_id: str
    about: str
    line: str
    platform_id: str
    is_private: bool
    until: datetime

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
        """Keep cards true for ever."""
        await self._load()
        while True:
            await self._clock.sleep(BEAT)
            for card in tuple(self._cards.values()):
                await self._refresh(card)

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
        try:
            await gateway.edit(card.address, card.message_id, _ended(reply, card) if is_over else live(reply))
        except DeliveryError as error:
            if error.retry_after is None:
                logger.info("live card let go", extra={"error": str(error)})
                is_over = True
        self._shown[card.place] = (_settled(reply), now)
        if is_over:
            await self._drop(card)

    async def _drop(self, card: LiveCard) -> None:
        if self._cards.get(card.place) == card:
            self._forget(card)
            await self._keep()

    def _forget(self, card: LiveCard) -> None:
        self._cards.pop(card.place, None)
        self._shown.pop(card.place, None)

    async def _keep(self) -> None:
        rows = [
            [c.platform, c.address, c.message_id, c.about, c.line, c.platform_id, c.is_private, c.until.isoformat()]
            for c in self._cards.values()
        ]
        await self._notes.keep(KEPT, json.dumps(rows))

    async def _load(self) -> None:
        for row in json.loads(await self._notes.read(KEPT) or "[]"):
            platform, address, message_id, about, line, platform_id, is_private, until = row
            card = LiveCard(
                platform=platform,
                address=address,
                message_id=message_id,
                about=about,
                line=line,
                platform_id=platform_id,
                is_private=is_private,
                until=datetime.fromisoformat(until),
            )
            self._cards.setdefault(card.place, card)


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
