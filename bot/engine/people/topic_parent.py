"""Where topics are: remembered for each that is told things, which leaves for its group when the topic is gone."""

import json
from dataclasses import dataclass, replace

from bot.domain.destination import Destination, destination_key
from bot.domain.facts import ChatMoved, DestinationRemoved, DestinationSaved, Fact, NoteSaved
from bot.ports.storage import PeopleReader

NOTE = "topic:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dwelling:
    """Where a topic is, and the bot it was made for; an empty one for a topic that people made."""

    home: str
    bot_id: str = ""


def dwelling_note(key: str, dwelling: Dwelling) -> Fact:
    """Return the fact that remembers where a topic is."""
    return NoteSaved(NOTE + key, json.dumps([dwelling.home, dwelling.bot_id]))


async def dwelling_of(reader: PeopleReader, key: str) -> Dwelling | None:
    """Return where a topic is; None for what is no topic."""
    note = await reader.note(NOTE + key)
    if not note:
        return None
    home, bot_id = json.loads(note)
    return Dwelling(home=str(home), bot_id=str(bot_id))


async def home_of(reader: PeopleReader, topic: Destination) -> Destination | None:
    """Return the group a topic is in, as a chat that can be told things; None if it is not known."""
    dwelling = await dwelling_of(reader, topic.key)
    if dwelling is None or dwelling.home == topic.address:
        return None
    key = destination_key(topic.platform, dwelling.home)
    known = next((one for one in await reader.destinations() if one.key == key), None)
    return known or replace(topic, key=key, address=dwelling.home, blocked="")


def homeward(topic: Destination, home: Destination) -> tuple[Fact, ...]:
    """Return the facts that give what a topic follows and is owed to the group it was in."""
    return (
        DestinationSaved(home),
        ChatMoved(topic.key, home.key),
        DestinationRemoved(topic.key),
        NoteSaved(NOTE + topic.key, ""),
    )
