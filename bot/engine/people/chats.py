"""Chats and what they follow: private ones that come and go, groups, channels and threads that subscribe to bots."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.errors import Refused
from bot.domain.facts import (
    ChatMoved,
    DestinationRemoved,
    DestinationSaved,
    Fact,
    SubscriptionRemoved,
    SubscriptionSaved,
    UnitOfWork,
)
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.people import Operator
from bot.engine.people.chat_user import Sender
from bot.engine.people.onboarding import PeopleParts
from bot.engine.people.topic_parent import Dwelling, dwelling_note, dwelling_of
from bot.ports.storage import PeopleReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat as a platform knows it; `home` is the group that holds topics, if it is such a group or one of them."""

    platform: str
    address: str
    title: str = ""
    home: str = ""

    @property
    def key(self) -> str:
        """Return the key of the chat as a destination."""
        return destination_key(self.platform, self.address)


class Chats:
    """Keeps destinations in step with what platforms say of chats."""

    def __init__(self, parts: PeopleParts) -> None:
        self._parts = parts
        self._seen: set[str] = set()
        parts.listeners.append(self._on_stored)

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

    def _on_stored(self, facts: UnitOfWork) -> None:
        # Whoever writes from a chat that was given up is told things there again.
        self._seen.difference_update(fact.key for fact in facts if isinstance(fact, DestinationRemoved))

    async def find(self, key: str) -> Destination | None:
        """Return a chat that can be told things."""
        return next((one for one in await self._parts.reader.destinations() if one.key == key), None)

    async def host(self, platform: str, address: str) -> str:
        """Return the platform's id of who brought the desk to a group; empty for others, and for private chats."""
        known = await self.find(destination_key(platform, address))
        if known is None or known.is_private:
            return ""
        ids = (
            one.platform_id
            for one in await self._parts.reader.identities()
            if (one.platform, one.operator_id) == (platform, known.operator_id)
        )
        return next(ids, "")

    async def blocked(self, platform: str, address: str, reason: str) -> None:
        """Note that a chat takes no messages any more."""
        key = destination_key(platform, address)
        self._seen.discard(key)
        known = await self.find(key)
        if known is not None and not known.blocked:
            await self._parts.store(DestinationSaved(replace(known, blocked=reason)))

    async def opened(self, platform: str, address: str) -> None:
        """Note that a chat takes messages again, and so do the topics in it."""
        blocked = [one for one in await self._parts.reader.destinations() if one.platform == platform and one.blocked]
        found = [one for one in blocked if one.address == address or await self._is_in(one, address)]
        if found:
            await self._parts.store(*(DestinationSaved(replace(one, blocked="")) for one in found))

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

    async def shows_amounts(self, platform: str, address: str) -> bool:
        """Tell whether a group was set to see amounts of money."""
        known = await self.find(destination_key(platform, address))
        return known is not None and known.shows_amounts

    async def follow(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        """Subscribe a group, channel or thread to a bot."""
        known = await self.find(chat.key)
        if known is not None and known.is_private:
            raise Refused(f"this chat is yours alone, and hears of {bot.name} anyway. Subscribe a group or a channel")
        now = self._parts.clock.now()
        place = Destination(
            key=chat.key,
            # Who brought the desk there: what others add later does not make the chat theirs.
            operator_id=known.operator_id if known else by.operator_id,
            platform=chat.platform,
            address=chat.address,
            created_at=known.created_at if known else now,
            kind=DestinationKind.GROUP,
            title=chat.title,
            shows_amounts=known.shows_amounts if known else False,
        )
        subscription = Subscription(destination=chat.key, bot_id=bot.bot_id, by=by.operator_id, at=now)
        await self._parts.store(DestinationSaved(place), SubscriptionSaved(subscription), *await self._dwelling(chat))
        return place

    async def _is_in(self, topic: Destination, home: str) -> bool:
        dwelling = await dwelling_of(self._parts.reader, topic.key)
        return dwelling is not None and dwelling.home == home

    async def _dwelling(self, chat: Chat) -> tuple[Fact, ...]:
        """Remember in which group a topic is."""
        is_topic = chat.home not in ("", chat.address)
        if not is_topic or await dwelling_of(self._parts.reader, chat.key) is not None:
            return ()
        return (dwelling_note(chat.key, Dwelling(home=chat.home)),)

    async def unfollow(self, chat: Chat, bot: Bot) -> None:
        """End a chat's subscription to a bot; raise Refused if there is none."""
        ends = await ended(self._parts.reader, lambda one: (one.destination, one.bot_id) == (chat.key, bot.bot_id))
        if not ends:
            raise Refused(f"this chat does not follow {bot.name} ({bot.mode}).")
        await self._parts.store(*ends)

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


async def ended(reader: PeopleReader, is_over: Callable[[Subscription], bool]) -> tuple[Fact, ...]:
    """Return the facts that end subscriptions; a chat that then follows nothing need not be remembered."""
    subscriptions = await reader.subscriptions()
    over = [one for one in subscriptions if is_over(one)]
    still = {one.destination for one in subscriptions if not is_over(one)}
    left = dict.fromkeys(one.destination for one in over if one.destination not in still)
    return (*(SubscriptionRemoved(one.destination, one.bot_id) for one in over), *map(DestinationRemoved, left))
