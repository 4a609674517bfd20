"""Where topics are: remembered for each that is told things, which leaves for its group when the topic is gone."""

import json
from dataclasses import dataclass, replace

from bot.domain.destination import Destination, destination_key
from bot.domain.facts import ChatMoved, DestinationRemoved, DestinationSaved, Fact, KeyValueSaved
from bot.ports.storage import PeopleReader

TOPIC_KEY_PREFIX = "topic:"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicParent:
    """Where a topic is, and the bot it was made for; an empty one for a topic that people made."""

    parent_address: str
    bot_id: str = ""


def topic_parent_fact(key: str, topic_parent: TopicParent) -> Fact:
    """Return the fact that remembers where a topic is."""
    return KeyValueSaved(TOPIC_KEY_PREFIX + key, json.dumps([topic_parent.parent_address, topic_parent.bot_id]))


async def read_topic_parent(reader: PeopleReader, key: str) -> TopicParent | None:
    """Return where a topic is; None for what is no topic."""
    note = await reader.key_value(TOPIC_KEY_PREFIX + key)
    if not note:
        return None
    home, bot_id = json.loads(note)
    return TopicParent(parent_address=str(home), bot_id=str(bot_id))


async def parent_destination(reader: PeopleReader, topic: Destination) -> Destination | None:
    """Return the group a topic is in, as a chat that can be told things; None if it is not known."""
    dwelling = await read_topic_parent(reader, topic.key)
    if dwelling is None or dwelling.parent_address == topic.address:
        return None
    key = destination_key(topic.platform, dwelling.parent_address)
    known = next((one for one in await reader.destinations() if one.key == key), None)
    return known or replace(topic, key=key, address=dwelling.parent_address, blocked="")


def move_to_parent_facts(topic: Destination, parent: Destination) -> tuple[Fact, ...]:
    """Return the facts that give what a topic follows and is owed to the group it was in."""
    return (
        DestinationSaved(parent),
        ChatMoved(topic.key, parent.key),
        DestinationRemoved(topic.key),
        KeyValueSaved(TOPIC_KEY_PREFIX + topic.key, ""),
    )
