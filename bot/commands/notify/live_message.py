"""A live message: its place, content and lifetime."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import TypeAdapter

from bot.commands.reply.blocks import (
    Actions,
    Button,
    ButtonStyle,
    Footer,
    Headline,
    LiveMode,
    Reply,
    Text,
    WarningText,
    build_reply,
    button_row,
)
from bot.commands.spec.request import Request

REFRESH_INTERVAL = timedelta(seconds=3)
"""Shortest time between two changes of one message; in groups it is longer."""
GROUP_REFRESH_INTERVAL = timedelta(seconds=5)
PERMANENT_REFRESH_INTERVAL = timedelta(minutes=1)
LIVE_LIFETIME = timedelta(minutes=30)
"""Lifetime of a live message that is not permanent."""
NOT_LIVE_TEXT = "not live any more"
NOT_PINNED_TEXT = "Not pinned: I may not do that here. It stays live all the same."
NO_ACCESS_TEXT = "Who kept it live may not see it any more."

REFRESH_BUTTON = Button("Refresh", "/bots", ButtonStyle.PRIMARY)


class LiveStatus(StrEnum):
    """State of a live message: temporary, permanent, or ended and then unpinned."""

    TEMPORARY = "young"
    PERMANENT = "kept"
    ENDING = "leaving"
    UNPINNING = "unpinning"


class PinStatus(StrEnum):
    """Whether a permanent live message is pinned."""

    WANTED = "wanted"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMessage:
    """A message that is refreshed: its place, its command line, its user, and until when (None: permanent).

    `is_second` is set for one that replaced a deleted message.
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
    stage: LiveStatus = LiveStatus.TEMPORARY
    pin: PinStatus = PinStatus.WANTED

    @property
    def key(self) -> tuple[str, str, str]:
        """Return the key: one live message per subject and chat, and one permanent one per chat."""
        match self.stage:
            case LiveStatus.TEMPORARY:
                return self.platform, self.address, self.about
            case LiveStatus.PERMANENT:
                return permanent_key(self.platform, self.address)
            case LiveStatus.ENDING | LiveStatus.UNPINNING:
                return self.platform, self.address, f"left:{self.message_id}"

    @property
    def is_permanent(self) -> bool:
        return self.stage is LiveStatus.PERMANENT

    @property
    def refresh_interval(self) -> timedelta:
        if self.is_permanent:
            return PERMANENT_REFRESH_INTERVAL
        return REFRESH_INTERVAL if self.is_private else GROUP_REFRESH_INTERVAL

    def is_expired(self, now: datetime) -> bool:
        return self.until is not None and now >= self.until

    @property
    def location(self) -> tuple[str, str, str]:
        return self.platform, self.address, self.message_id

    @property
    def request(self) -> Request:
        """Return the request whose reply is the message's content."""
        return Request(
            platform=self.platform,
            platform_id=self.platform_id,
            chat=self.address,
            text=self.line,
            is_private=self.is_private,
        )

    def live_reply(self, reply: Reply) -> Reply:
        """Return a reply with a footer that it is live, and a warning if it could not be pinned."""
        if self.is_permanent and self.pin is PinStatus.REFUSED:
            first, *others = reply.blocks
            reply = replace(reply, blocks=(first, WarningText(NOT_PINNED_TEXT), *others))
        return mark_live(reply)

    def ended_reply(self, reply: Reply) -> Reply:
        """Return a reply with a footer that it is not live any more, and a button to refresh it."""
        ended = _map_footer(reply, lambda footer: replace(footer, text=NOT_LIVE_TEXT, is_live=False))
        if self.stage is LiveStatus.TEMPORARY:
            refresh = Actions(((Button("Refresh", self.line, ButtonStyle.PRIMARY),),))
            return replace(ended, blocks=(*ended.blocks, refresh))
        blocks = (block for block in ended.blocks if not isinstance(block, Actions))
        return replace(ended, blocks=(*blocks, Actions(((REFRESH_BUTTON,),))))


def create_live_message(request: Request, reply: Reply, message_id: str, now: datetime) -> LiveMessage:
    """Create the live message of a reply that was sent now."""
    is_kept = reply.live_mode is LiveMode.PINNED
    return LiveMessage(
        platform=request.platform,
        address=request.chat,
        message_id=message_id,
        about=reply.subject_key,
        line=_refresh_command(request, reply),
        platform_id=request.platform_id,
        is_private=request.is_private,
        until=None if is_kept else now + LIVE_LIFETIME,
        stage=LiveStatus.PERMANENT if is_kept else LiveStatus.TEMPORARY,
    )


def permanent_key(platform: str, address: str) -> tuple[str, str, str]:
    """Return the key of a chat's permanent live message."""
    return platform, address, "kept"


STORED_MESSAGES = TypeAdapter(list[LiveMessage])
"""Messages as stored in JSON."""


def mark_live(reply: Reply) -> Reply:
    return _map_footer(reply, lambda footer: replace(footer, is_live=True))


def without_timestamp(reply: Reply) -> Reply:
    """Return a reply without the time it was rendered, so that only changes of its subject differ."""
    timeless = _map_footer(reply, lambda footer: replace(footer, as_of="", is_live=False))
    return replace(timeless, live_mode=LiveMode.DEFAULT)


def no_access_reply(about: str) -> Reply:
    """Return the content of a live message that its user may not see any more."""
    return build_reply(
        Headline(NOT_LIVE_TEXT, name="Fleet"), Text(NO_ACCESS_TEXT), button_row(REFRESH_BUTTON), subject_key=about
    )


def _map_footer(reply: Reply, change: Callable[[Footer], Footer]) -> Reply:
    return replace(reply, blocks=tuple(change(block) if isinstance(block, Footer) else block for block in reply.blocks))


def _refresh_command(request: Request, reply: Reply) -> str:
    """Return the command line that refreshes a reply; a card's is made from the bot's id."""
    if reply.live_mode is LiveMode.UNPINNED:
        return REFRESH_BUTTON.command
    kind, _, subject = reply.subject_key.partition(":")
    match kind:
        case "bot":
            return f"/bot #{subject}"
        case "backtest":
            bot_id, _, number = subject.partition(":")
            return f"/backtest #{bot_id} job={number}"
        case _:
            return request.text
