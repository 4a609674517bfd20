"""Topics of their own for bots: made on request, once in each group."""

import asyncio
import logging
from dataclasses import replace

from bot.domain.destination import Destination, DestinationKind, Subscription, destination_key
from bot.domain.errors import DeliveryError, Refused, TopicRefused
from bot.domain.facts import DestinationSaved, SubscriptionRemoved, SubscriptionSaved
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.people import Operator
from bot.engine.people.chats import Chat
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.people.topic_parent import TopicParent, read_topic_parent, topic_parent_fact
from bot.ports.storage import PeopleReader
from bot.ports.topics import TopicCreator

logger = logging.getLogger(__name__)


class Topics:
    """Asks platforms for topics; those that have none are not asked."""

    def __init__(self, dependencies: PeopleDependencies) -> None:
        self._dependencies = dependencies
        self._makers: dict[str, TopicCreator] = {}
        self._making = asyncio.Lock()

    def register_gateway(self, gateway: object) -> None:
        """Ask a platform from now on, if it has topics."""
        if isinstance(gateway, TopicCreator):
            self._makers[gateway.platform] = gateway

    def can_make_topic(self, chat: Chat) -> bool:
        """Tell whether there could be a topic where a chat is."""
        return bool(chat.parent_address) and chat.platform in self._makers

    async def find_bot_topic(self, chat: Chat, bot: Bot) -> Destination | None:
        """Return the topic that was made for a bot where a chat is, while it is told of the bot."""
        destinations = {one.key: one for one in await self._dependencies.reader.destinations()}
        for key in await self._topic_keys(bot):
            dwelling = await read_topic_parent(self._dependencies.reader, key)
            if dwelling and dwelling.parent_address == chat.parent_address and key in destinations:
                return destinations[key]
        return None

    async def open_topic(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        """Make a topic for a bot, which is told there from now on and no more in the chat itself.

        A topic that is there already is not made again; raise Refused where there can be none.
        """
        if not self.can_make_topic(chat):
            raise Refused(
                f"there are no topics here. They are made in groups of Telegram that have topics, and in channels of a "
                f"server at Discord; /subscribe {bot.name} tells this chat"
            )
        # Two requests in one moment must not make two topics.
        async with self._making:
            known = await self.find_bot_topic(chat, bot)
            return await self._reopen_topic(known) if known else await self._make_topic(chat, bot, by)

    async def rename_topics(self, bot: Bot) -> None:
        """Give the topics of a bot its new name; where that cannot be done they keep the old one."""
        for key in await self._topic_keys(bot):
            platform, _, address = key.partition(":")
            if platform in self._makers:
                try:
                    await self._makers[platform].rename_topic(address, topic_title(bot))
                except DeliveryError as error:
                    logger.info("topic not renamed", extra={"destination": key, "error": str(error)})

    async def _reopen_topic(self, topic: Destination) -> Destination:
        """Try again to tell a topic that took no messages; whether it does now shows when it is told something."""
        if not topic.blocked:
            return topic
        opened = replace(topic, blocked="")
        await self._dependencies.store_facts(DestinationSaved(opened))
        return opened

    async def _make_topic(self, chat: Chat, bot: Bot, by: Operator) -> Destination:
        try:
            address = await self._makers[chat.platform].create_topic(chat.parent_address, topic_title(bot))
        except TopicRefused as error:
            raise Refused(f"{error}. Then /subscribe {bot.name} topic=new") from error
        now, key = self._dependencies.clock.now(), destination_key(chat.platform, address)
        here = next((one for one in await self._dependencies.reader.destinations() if one.key == chat.key), None)
        topic = Destination(
            key=key,
            operator_id=here.operator_id if here else by.operator_id,
            platform=chat.platform,
            address=address,
            created_at=now,
            kind=DestinationKind.GROUP,
            title=chat.title,
            shows_amounts=here.shows_amounts if here else False,
        )
        # The chat stays known, with what it is owed: it is told again if the topic goes.
        await self._dependencies.store_facts(
            DestinationSaved(topic),
            SubscriptionSaved(Subscription(destination=key, bot_id=bot.bot_id, by=by.operator_id, at=now)),
            topic_parent_fact(key, TopicParent(parent_address=chat.parent_address, bot_id=bot.bot_id)),
            SubscriptionRemoved(chat.key, bot.bot_id),
        )
        return topic

    async def _topic_keys(self, bot: Bot) -> list[str]:
        found = []
        for key in await _followers(self._dependencies.reader, bot.bot_id):
            dwelling = await read_topic_parent(self._dependencies.reader, key)
            if dwelling is not None and dwelling.bot_id == bot.bot_id:
                found.append(key)
        return found


def topic_title(bot: Bot) -> str:
    """Name the topic of a bot."""
    return f"{bot.name} · {bot.mode}"


async def _followers(reader: PeopleReader, bot_id: BotId) -> list[str]:
    return [one.destination for one in await reader.subscriptions() if one.bot_id == bot_id]
