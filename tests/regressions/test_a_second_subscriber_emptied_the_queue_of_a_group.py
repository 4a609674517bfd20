"""A group lost what it was still to be told when somebody else subscribed it to another bot."""

from bot.domain.facts import EventAddressed, EventRaised
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot, an_event
from tests.builders.people_harness import MIA, a_people_harness
from tests.builders.storages import names

GROUP = Chat(platform="telegram", address="-1", title="Desk")


async def test_a_group_is_still_told_what_it_is_owed() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.chats.subscribe_chat(GROUP, a_bot("alpha"), MIA)
    await aboard.store(EventRaised(an_event("e1", bot="alpha")), EventAddressed(1, (GROUP.key,)))
    place = await aboard.chats.subscribe_chat(GROUP, a_bot("beta"), jonas)
    assert place.operator_id == MIA.operator_id
    assert names(await aboard.storage.undelivered_events(GROUP.key, 10)) == ["e1"]
