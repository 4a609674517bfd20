"""Chats and what they follow: private ones that come and go, groups, channels and threads that subscribe to bots."""

from dataclasses import dataclass, replace

from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.errors import Refused
from bot.domain.facts import (
    ChatMoved,
    DestinationRemoved,
    DestinationSaved,
    SubscriptionRemoved,
    SubscriptionSaved,
)
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.people import Operator
from bot.engine.boarding import PeopleParts
from bot.engine.sender import Sender


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat as a platform knows it."""

    platform: str
    address: str
    title: str = ""

    @property
    def key(self) -> str:
        """Return the key of the chat as a destination."""
        return destination_key(self.platform, self.address)


class Chats:
    """Keeps destinations in step with what platforms say of chats."""

    def __init__(self, parts: PeopleParts) -> None:
        self._parts = parts
        self._seen: set[str] = set()

    async def seen(self, operator: Operator, sender: Sender) -> None:
        """Note that somebody writes in private: there they can be told things, also if they had blocked us."""
        key = destination_key(sender.platform, sender.address)
        if key in self._seen:
            return
        known = await self.find(key)
        if known is None or known.blocked or known.operator_id != operator.operator_id:
            await self._parts.store(
                DestinationSaved(sender.destination(operator.operator_id, self._parts.clock.now()))
                if known is None
                else DestinationSaved(replace(known, blocked="", operator_id=operator.operator_id))
            )
        self._seen.add(key)

    async def find(self, key: str) -> Destination | None:
        """Return a chat that can be told things."""
        return next((one for one in await self._parts.reader.destinations() if one.key == key), None)

    async def blocked(self, platform: str, address: str, reason: str) -> None:
        """Note that a chat takes no messages any more."""
        key = destination_key(platform, address)
        self._seen.discard(key)
        known = await self.find(key)
        if known is not None and not known.blocked:
            await self._parts.store(DestinationSaved(replace(known, blocked=reason)))

    async def moved(self, platform: str, old: str, new: str) -> None:
        """Follow a chat to its new address, with what it is owed and follows."""
        old_key, new_key = destination_key(platform, old), destination_key(platform, new)
        known = await self.find(old_key)
        if known is None:
            return
        await self._parts.store(
            DestinationSaved(replace(known, key=new_key, address=new)),
            ChatMoved(old_key, new_key),
            DestinationRemoved(old_key),
        )

    async def follow(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        """Subscribe a group, channel or thread to a bot."""
        known = await self.find(chat.key)
        now = self._parts.clock.now()
        place = Destination(
            key=chat.key,
            operator_id=by.operator_id,
            platform=chat.platform,
            address=chat.address,
            created_at=known.created_at if known else now,
            kind=DestinationKind.GROUP,
            title=chat.title,
            shows_amounts=known.shows_amounts if known else False,
        )
        subscription = Subscription(destination=chat.key, bot_id=bot.bot_id, by=by.operator_id, at=now)
        await self._parts.store(DestinationSaved(place), SubscriptionSaved(subscription))
        return place

    async def unfollow(self, chat: Chat, bot: Bot) -> None:
        """End a chat's subscription to a bot; raise Refused if there is none."""
        followed = await self.followed(chat.key)
        if bot.bot_id not in followed:
            raise Refused(f"this chat does not follow {bot.name} ({bot.mode}).")
        # A chat that follows nothing is told nothing and need not be remembered.
        leave = (DestinationRemoved(chat.key),) if len(followed) == 1 else ()
        await self._parts.store(SubscriptionRemoved(chat.key, bot.bot_id), *leave)

    async def followed(self, key: str) -> frozenset[BotId]:
        """Return the bots that a chat follows."""
        return frozenset(one.bot_id for one in await self._parts.reader.subscriptions() if one.destination == key)

    async def show_amounts(self, key: str, *, is_shown: bool) -> Destination:
        """Let a group see amounts of money, or hide them; raise Refused for a chat that follows nothing."""
        known = await self.find(key)
        if known is None or known.is_private:
            raise Refused("this chat follows no bot yet. First /subscribe NAME")
        changed = replace(known, shows_amounts=is_shown)
        await self._parts.store(DestinationSaved(changed))
        return changed
