"""One message that is kept true: where it is, what it shows, and for how long."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.commands.reply.blocks import (
    Actions,
    Block,
    Button,
    Footer,
    Headline,
    Keeping,
    Meaning,
    Reply,
    Text,
    Warn,
    reply,
    row_of,
)
from bot.commands.spec.request import Request

BEAT = timedelta(seconds=3)
"""The shortest time between two changes of one message; in groups it is longer."""
GROUP_BEAT = timedelta(seconds=5)
KEPT_BEAT = timedelta(minutes=1)
LIFE = timedelta(minutes=30)
"""For how long a card is kept true that is not kept for good."""
NOT_LIVE = "not live any more"
NOT_PINNED = "Not pinned: I may not do that here. It stays live all the same."
NOT_SEEN = "Who kept it live may not see it any more."

AGAIN = Button("Refresh", "/bots", Meaning.PRIMARY)


class Stage(StrEnum):
    """What is done for a card: true for half an hour, true for good, or ended and then unpinned."""

    YOUNG = "young"
    KEPT = "kept"
    LEAVING = "leaving"
    UNPINNING = "unpinning"


class Pin(StrEnum):
    """Whether a card that is kept for good is pinned yet."""

    WANTED = "wanted"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCard:
    """A message that is kept true: where it is, what was asked, as whom, and until when (None: for good).

    `is_second` tells that it took the place of one that was deleted.
    """

    platform: str
    address: str
    message_id: str
    about: str
    line: str
    platform_id: str
    is_private: bool
    until: datetime | None
    is_second: bool = False
    stage: Stage = Stage.YOUNG
    pin: Pin = Pin.WANTED

    @property
    def place(self) -> tuple[str, str, str]:
        """Return what there is one card of: this thing in this chat, and one that is kept for good."""
        match self.stage:
            case Stage.YOUNG:
                return self.platform, self.address, self.about
            case Stage.KEPT:
                return kept_place(self.platform, self.address)
            case Stage.LEAVING | Stage.UNPINNING:
                return self.platform, self.address, f"left:{self.message_id}"

    @property
    def is_kept(self) -> bool:
        """Tell whether it is kept true for good."""
        return self.stage is Stage.KEPT

    @property
    def beat(self) -> timedelta:
        """Return the shortest time between two changes."""
        if self.is_kept:
            return KEPT_BEAT
        return BEAT if self.is_private else GROUP_BEAT

    def is_old(self, now: datetime) -> bool:
        """Tell whether its time is over."""
        return self.until is not None and now >= self.until

    def stands_at(self, platform: str, address: str, message_id: str) -> bool:
        """Tell whether it is this message."""
        return (self.platform, self.address, self.message_id) == (platform, address, message_id)

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

    def drawn(self, reply: Reply) -> Reply:
        """Say in the footer that it is live and as of when, and if it could not be pinned."""
        if self.is_kept and self.pin is Pin.REFUSED:
            first, *others = reply.blocks
            reply = replace(reply, blocks=(first, Warn(NOT_PINNED), *others))
        return live(reply)

    def ended(self, reply: Reply) -> Reply:
        """Say that it is not live any more, and offer a fresh one."""
        ended = _with_footer(reply, lambda footer: replace(footer, text=NOT_LIVE, is_live=False))
        if self.stage is Stage.YOUNG:
            refresh = Actions(((Button("Refresh", self.line, Meaning.PRIMARY),),))
            return replace(ended, blocks=(*ended.blocks, refresh))
        blocks = tuple(block for block in ended.blocks if not isinstance(block, Actions))
        return replace(ended, blocks=(*blocks, Actions(((AGAIN,),))))

    @property
    def record(self) -> dict[str, str | bool | None]:
        """Return it as it is stored."""
        return {**asdict(self), "until": self.until and self.until.isoformat()}


def card_of(request: Request, reply: Reply, message_id: str, now: datetime) -> LiveCard:
    """Make the card of a reply that was shown as a message now."""
    is_kept = reply.keeping is Keeping.FOR_GOOD
    return LiveCard(
        platform=request.platform,
        address=request.chat,
        message_id=message_id,
        about=reply.about,
        line=_line_of(request, reply),
        platform_id=request.platform_id,
        is_private=request.is_private,
        until=None if is_kept else now + LIFE,
        stage=Stage.KEPT if is_kept else Stage.YOUNG,
    )


def kept_place(platform: str, address: str) -> tuple[str, str, str]:
    """Return where the one card of a chat stands that is kept for good."""
    return platform, address, "kept"


def read_card(row: dict[str, str]) -> LiveCard:
    """Read a card as it was stored."""
    return LiveCard(
        platform=row["platform"],
        address=row["address"],
        message_id=row["message_id"],
        about=row["about"],
        line=row["line"],
        platform_id=row["platform_id"],
        is_private=bool(row["is_private"]),
        until=datetime.fromisoformat(row["until"]) if row["until"] else None,
        is_second=bool(row["is_second"]),
        stage=Stage(row.get("stage", Stage.YOUNG)),
        pin=Pin(row.get("pin", Pin.WANTED)),
    )


def live(reply: Reply) -> Reply:
    """Say in the footer that a card is live and as of when."""
    return _with_footer(reply, lambda footer: replace(footer, is_live=True))


def settled(reply: Reply) -> Reply:
    """Return a reply without the time it was drawn: what is left differs only when the thing did."""
    timeless = _with_footer(reply, lambda footer: replace(footer, as_of="", is_live=False))
    return replace(timeless, keeping=Keeping.USUAL)


def not_seen(about: str) -> Reply:
    """Take the place of a card whose person may not see it any more."""
    return reply(Headline(NOT_LIVE, name="Fleet"), Text(NOT_SEEN), row_of(AGAIN), about=about)


def _with_footer(reply: Reply, change: Callable[[Footer], Footer]) -> Reply:
    blocks: list[Block] = [change(block) if isinstance(block, Footer) else block for block in reply.blocks]
    return replace(reply, blocks=tuple(blocks))


def _line_of(request: Request, reply: Reply) -> str:
    """Return the line that draws the thing again: a card by its bot's id, whatever command led to it."""
    if reply.keeping is Keeping.ENDED:
        return AGAIN.command
    kind, _, bot_id = reply.about.partition(":")
    return f"/bot #{bot_id}" if kind == "bot" else request.text
