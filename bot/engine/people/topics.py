"""Topics for single bots, made on request, once per group."""

import asyncio
import logging
from dataclasses import replace

from bot.domain.destination import Destination, Subscription, destination_key
from bot.domain.errors import DeliveryError, Refused, TopicRefused
from bot.domain.facts import Deleted, DestinationSaved, Saved
from bot.domain.instance import Bot
from bot.domain.people import Operator
from bot.engine.people.chats import Chat, group_destination
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.people.topic_parent import TopicParent, read_topic_parent, topic_parent_fact
from bot.ports.topics import TopicCreator

logger = logging.getLogger(__name__)


class Topics:
    """Makes and renames topics on the platforms that have them."""

    def __init__(self, people: PeopleDependencies) -> None:
        self._people = people
        self._creators: dict[str, TopicCreator] = {}
        self._creation_lock = asyncio.Lock()

    def register_gateway(self, gateway: object) -> None:
        """Use a gateway that can make topics; ignore one that cannot."""
        if isinstance(gateway, TopicCreator):
            self._creators[gateway.platform] = gateway

    def can_make_topic(self, chat: Chat) -> bool:
        return bool(chat.parent_address) and chat.platform in self._creators

    async def find_bot_topic(self, chat: Chat, bot: Bot) -> Destination | None:
        """Return the topic of a bot in the group of a chat, None if it has none or is not subscribed any more."""
        destinations = {one.key: one for one in await self._people.reader.destinations()}
        for key in await self._topic_keys(bot):
            parent = await read_topic_parent(self._people.reader, key)
            if parent and parent.parent_address == chat.parent_address and key in destinations:
                return destinations[key]
        return None

    async def open_topic(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        """Make a topic that is subscribed to a bot instead of the chat, or return the existing one.

        Raise Refused where topics cannot be made.
        """
        if not self.can_make_topic(chat):
            raise Refused("no-topics", bot=bot.name)
        # Two requests in one moment must not make two topics.
        async with self._creation_lock:
            known = await self.find_bot_topic(chat, bot)
            return await self._reopen_topic(known) if known else await self._make_topic(chat, bot, by)

    async def rename_topics(self, bot: Bot) -> None:
        """Rename the topics of a renamed bot; a topic that cannot be renamed keeps its old title."""
        for key in await self._topic_keys(bot):
            platform, _, address = key.partition(":")
            if platform in self._creators:
                try:
                    await self._creators[platform].rename_topic(address, topic_title(bot))
                except DeliveryError as error:
                    logger.info("topic not renamed", extra={"destination": key, "error": str(error)})

    async def _reopen_topic(self, topic: Destination) -> Destination:
        # Only the next delivery can show whether the topic takes messages again.
        if not topic.blocked:
            return topic
        opened = replace(topic, blocked="")
        await self._people.store_facts(DestinationSaved(opened))
        return opened

    async def _make_topic(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        try:
            address = await self._creators[chat.platform].create_topic(chat.parent_address, topic_title(bot))
        except TopicRefused as error:
            raise Refused("topic-refused", problem=str(error), bot=bot.name) from error
        now, key = self._people.clock.now(), destination_key(chat.platform, address)
        here = group_destination(chat, await self._people.find_destination(chat.key), by, now)
        topic = replace(here, key=key, address=address, created_at=now)
        # The chat stays a destination, with its undelivered events: it takes over again if the topic is deleted.
        await self._people.store_facts(
            DestinationSaved(topic),
            Saved(Subscription(destination=key, bot_id=bot.bot_id, by=by.operator_id, at=now)),
            topic_parent_fact(key, TopicParent(parent_address=chat.parent_address, bot_id=bot.bot_id)),
            Deleted(Subscription, (chat.key, bot.bot_id)),
        )
        return topic

    async def _topic_keys(self, bot: Bot) -> list[str]:
        found = []
        for one in await self._people.reader.subscriptions():
            if one.bot_id != bot.bot_id:
                continue
            parent = await read_topic_parent(self._people.reader, one.destination)
            if parent is not None and parent.bot_id == bot.bot_id:
                found.append(one.destination)
        return found


def topic_title(bot: Bot) -> str:
    return f"{bot.name} · {bot.mode}"
