"""Addressing of events: pure rules from operators, chats, shares and subscriptions to destinations."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.domain.access import Share
from bot.domain.destination import Destination, Subscription
from bot.domain.event_routes import event_route
from bot.domain.events import Event
from bot.domain.ids import OperatorId
from bot.domain.people import Operator, Role

CONSOLE = "console"
"""The platform of the process's own terminal: a screen somebody looks at, so it is notified beside the others, or last.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecipientDirectory:
    """Operators and destinations that may receive events; `open_platforms` are those this process is connected to."""

    operators: tuple[Operator, ...] = ()
    destinations: tuple[Destination, ...] = ()
    shares: tuple[Share, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    open_platforms: frozenset[str] = field(default_factory=frozenset)

    def operator(self, operator_id: OperatorId) -> Operator | None:
        """Return an operator who was not removed."""
        return next((one for one in self.operators if one.operator_id == operator_id and one.removed_at is None), None)

    def destination(self, key: str) -> Destination | None:
        return next((one for one in self.destinations if one.key == key), None)


def recipient_keys(event: Event, directory: RecipientDirectory) -> tuple[str, ...]:
    """Return the keys of the destinations that receive an event, each once.

    An operator receives it in the first-ranked chat, and on an open console; a group receives that of its subscribed
    bots.
    """
    keys = [key for operator in concerned_operators(event, directory) for key in _personal_keys(operator, directory)]
    if event.bot is not None:
        keys += [one.destination for one in directory.subscriptions if one.bot_id == event.bot.bot_id]
    known = {one.key for one in directory.destinations}
    return tuple(key for key in dict.fromkeys(keys) if key in known)


def concerned_operators(event: Event, directory: RecipientDirectory) -> tuple[Operator, ...]:
    """Return the operators an event concerns: its own, owners, and those its bot is shared with."""
    concerned = {event.operator_id}
    if event.bot is not None:
        concerned |= {share.operator_id for share in directory.shares if share.bot_id == event.bot.bot_id}
    reaches_owners = event_route(event.payload).reaches_owners
    return tuple(
        one
        for one in directory.operators
        if one.removed_at is None and (one.operator_id in concerned or (reaches_owners and one.role is Role.OWNER))
    )


def rank_chats(operator: Operator, directory: RecipientDirectory) -> tuple[Destination, ...]:
    """Return an operator's private chats, the preferred one first, blocked ones last."""
    own = [one for one in directory.destinations if one.is_private and one.operator_id == operator.operator_id]
    preferred = operator.preferences.prefers

    def rank(chat: Destination) -> tuple[bool, bool, bool, bool]:
        is_closed = chat.platform not in directory.open_platforms
        return (bool(chat.blocked), is_closed, chat.platform != preferred, chat.platform == CONSOLE)

    return tuple(sorted(own, key=rank))


def fallback_chat(chat: Destination, directory: RecipientDirectory) -> Destination | None:
    """Return the operator's chat that replaces an unreachable one, None if there is no other."""
    operator = directory.operator(chat.operator_id)
    if operator is None or not chat.is_private:
        return None
    return next(
        (one for one in _reachable_chats(rank_chats(operator, directory), directory) if one.key != chat.key), None
    )


def _personal_keys(operator: Operator, directory: RecipientDirectory) -> list[str]:
    chats = rank_chats(operator, directory)
    watched = [one.key for one in _reachable_chats(chats, directory) if one.platform == CONSOLE]
    return [one.key for one in chats[:1]] + watched


def _reachable_chats(chats: Iterable[Destination], directory: RecipientDirectory) -> list[Destination]:
    return [one for one in chats if not one.blocked and one.platform in directory.open_platforms]
