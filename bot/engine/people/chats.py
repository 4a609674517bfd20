"""Chats as destinations: private ones, and the groups, channels and threads that are subscribed to bots."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.errors import Refused
from bot.domain.facts import ChatMoved, Deleted, DestinationRemoved, DestinationSaved, Fact, Saved, UnitOfWork
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.people import Operator
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.people.topic_parent import TopicParent, read_topic_parent, topic_parent_fact
from bot.ports.storage import PeopleReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """A chat on a platform; `parent_address` is that of the group with topics, if it is such a group or one of them."""

    platform: str
    address: str
    title: str = ""
    parent_address: str = ""

    @property
    def key(self) -> str:
        return destination_key(self.platform, self.address)


class Chats:
    """Keeps destinations in step with what platforms report of chats."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people
        self._seen: set[str] = set()
        people.listeners.append(self._on_stored)

    async def record_private_chat(self, operator: Operator, chat_user: ChatUser) -> None:
        """Store an operator's private chat as a destination, again if it was blocked."""
        key = destination_key(chat_user.platform, chat_user.address)
        if key in self._seen:
            return
        known = await self.find_destination(key)
        operator_id = operator.operator_id
        if known is None or known.blocked or known.operator_id != operator_id:
            chat = known or chat_user.destination(operator_id, self._people.clock.now())
            await self._people.store_facts(DestinationSaved(replace(chat, blocked="", operator_id=operator_id)))
        self._seen.add(key)

    def _on_stored(self, facts: UnitOfWork) -> None:
        # A removed chat becomes a destination again when its operator writes from it.
        self._seen.difference_update(fact.key for fact in facts if isinstance(fact, DestinationRemoved))

    async def find_destination(self, key: str) -> Destination | None:
        return await self._people.find_destination(key)

    async def group_owner_id(self, platform: str, address: str) -> str:
        """Return the platform's id of the operator who added us to a group; empty for unknown and private chats."""
        known = await self.find_destination(destination_key(platform, address))
        if known is None or known.is_private:
            return ""
        ids = (
            one.platform_id
            for one in await self._people.reader.identities()
            if (one.platform, one.operator_id) == (platform, known.operator_id)
        )
        return next(ids, "")

    async def mark_blocked(self, platform: str, address: str, reason: str) -> None:
        """Store that a chat takes no messages any more."""
        key = destination_key(platform, address)
        self._seen.discard(key)
        known = await self.find_destination(key)
        if known is not None and not known.blocked:
            await self._people.store_facts(DestinationSaved(replace(known, blocked=reason)))

    async def mark_unblocked(self, platform: str, address: str) -> None:
        """Store that a chat, and the topics in it, take messages again."""
        blocked = [one for one in await self._people.reader.destinations() if one.platform == platform and one.blocked]
        found = [one for one in blocked if one.address == address or await self._is_in(one, address)]
        if found:
            await self._people.store_facts(*(DestinationSaved(replace(one, blocked="")) for one in found))

    async def move_chat(self, platform: str, old: str, new: str) -> None:
        """Move a chat to its new address, with its subscriptions and undelivered events."""
        old_key, new_key = destination_key(platform, old), destination_key(platform, new)
        known = await self.find_destination(old_key)
        if known is None:
            return
        await self._people.store_facts(
            DestinationSaved(replace(known, key=new_key, address=new)),
            ChatMoved(old_key, new_key),
            DestinationRemoved(old_key),
        )

    async def is_showing_amounts(self, platform: str, address: str) -> bool:
        """Return whether a chat may see amounts of money; one that is not known may not."""
        known = await self.find_destination(destination_key(platform, address))
        return known is not None and known.shows_amounts

    async def subscribe_chat(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        """Subscribe a group, channel or thread to a bot; raise Refused for a private chat."""
        known = await self.find_destination(chat.key)
        if known is not None and known.is_private:
            raise Refused("chat-private", bot=bot.name)
        now = self._people.clock.now()
        destination = group_destination(chat, known, by, now)
        subscription = Subscription(destination=chat.key, bot_id=bot.bot_id, by=by.operator_id, at=now)
        await self._people.store_facts(
            DestinationSaved(destination), Saved(subscription), *await self._topic_parent_facts(chat)
        )
        return destination

    async def _is_in(self, topic: Destination, parent_address: str) -> bool:
        parent = await read_topic_parent(self._people.reader, topic.key)
        return parent is not None and parent.parent_address == parent_address

    async def _topic_parent_facts(self, chat: Chat) -> tuple[Fact, ...]:
        is_topic = chat.parent_address not in ("", chat.address)
        if not is_topic or await read_topic_parent(self._people.reader, chat.key) is not None:
            return ()
        return (topic_parent_fact(chat.key, TopicParent(parent_address=chat.parent_address)),)

    async def unsubscribe_chat(self, chat: Chat, bot: Bot) -> None:
        """End a chat's subscription to a bot; raise Refused if there is none."""
        facts = await unsubscribe_facts(
            self._people.reader, lambda one: (one.destination, one.bot_id) == (chat.key, bot.bot_id)
        )
        if not facts:
            raise Refused("chat-not-subscribed", bot=bot.name, mode=bot.mode)
        await self._people.store_facts(*facts)

    async def subscribed_bots(self, key: str) -> frozenset[BotId]:
        return frozenset(one.bot_id for one in await self._people.reader.subscriptions() if one.destination == key)

    async def set_amounts_visible(self, key: str, *, is_visible: bool) -> Destination:
        """Show or hide amounts of money in a group; raise Refused for a chat without subscriptions."""
        known = await self.find_destination(key)
        if known is None or known.is_private:
            raise Refused("chat-follows-nothing")
        changed = replace(known, shows_amounts=is_visible)
        await self._people.store_facts(DestinationSaved(changed))
        return changed


def group_destination(chat: Chat, known: Destination | None, by: Operator, now: datetime) -> Destination:
    """Return a group as a destination of who added us there: a later subscription does not make it somebody else's."""
    return Destination(
        key=chat.key,
        operator_id=known.operator_id if known else by.operator_id,
        platform=chat.platform,
        address=chat.address,
        created_at=known.created_at if known else now,
        kind=DestinationKind.GROUP,
        title=chat.title,
        shows_amounts=known is not None and known.shows_amounts,
    )


async def unsubscribe_facts(reader: PeopleReader, is_over: Callable[[Subscription], bool]) -> tuple[Fact, ...]:
    """Return the facts that end subscriptions, and remove the destinations that then have none."""
    subscriptions = await reader.subscriptions()
    ended = [one for one in subscriptions if is_over(one)]
    followed = {one.destination for one in subscriptions if not is_over(one)}
    unfollowed = dict.fromkeys(one.destination for one in ended if one.destination not in followed)
    return (
        *(Deleted(Subscription, (one.destination, one.bot_id)) for one in ended),
        *map(DestinationRemoved, unfollowed),
    )
