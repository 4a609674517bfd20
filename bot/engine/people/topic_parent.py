"""Parents of topics: the group of each topic, stored so that the group takes over when the topic is deleted."""

import json
from dataclasses import dataclass, replace

from bot.domain.destination import Destination, destination_key
from bot.domain.facts import ChatMoved, DestinationRemoved, DestinationSaved, Fact, KeyValue, Saved
from bot.ports.storage import PeopleReader

TOPIC_KEY_PREFIX = "topic:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicParent:
    """The group of a topic, and the bot it was made for; `bot_id` is empty for a topic that people made."""

    parent_address: str
    bot_id: str = ""


def topic_parent_fact(key: str, topic_parent: TopicParent) -> Fact:
    return Saved(KeyValue(TOPIC_KEY_PREFIX + key, json.dumps([topic_parent.parent_address, topic_parent.bot_id])))


async def read_topic_parent(reader: PeopleReader, key: str) -> TopicParent | None:
    """Return a topic's parent, None for a chat that is no topic."""
    value = await reader.key_value(TOPIC_KEY_PREFIX + key)
    if not value:
        return None
    parent_address, bot_id = json.loads(value)
    return TopicParent(parent_address=str(parent_address), bot_id=str(bot_id))


async def parent_destination(reader: PeopleReader, topic: Destination) -> Destination | None:
    """Return the group of a topic as a destination, None if it is unknown."""
    parent = await read_topic_parent(reader, topic.key)
    if parent is None or parent.parent_address == topic.address:
        return None
    key = destination_key(topic.platform, parent.parent_address)
    known = next((one for one in await reader.destinations() if one.key == key), None)
    return known or replace(topic, key=key, address=parent.parent_address, blocked="")


def move_to_parent_facts(topic: Destination, parent: Destination) -> tuple[Fact, ...]:
    """Return the facts that move a topic's subscriptions and undelivered events to its group."""
    return (
        DestinationSaved(parent),
        ChatMoved(topic.key, parent.key),
        DestinationRemoved(topic.key),
        Saved(KeyValue(TOPIC_KEY_PREFIX + topic.key, "")),
    )
