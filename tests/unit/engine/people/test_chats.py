"""Chats: where people can be told things, and which bots groups follow."""

from bot.domain.destination import DestinationKind
from bot.domain.errors import Refused
from bot.domain.facts import EventAddressed, EventRaised
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot, an_event
from tests.builders.people_harness import MIA, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal
from tests.builders.storages import names

ALPHA, BETA = a_bot("alpha", name="alpha"), a_bot("beta", name="beta")
GROUP = Chat(platform="telegram", address="-1", title="Desk")


async def test_a_person_is_told_in_the_chat_they_write_from() -> None:
    aboard = await a_people_harness()
    await aboard.chats.record_private_chat(MIA, a_sender("5", platform="discord"))
    found = await aboard.chats.find_destination("discord:5")
    assert found is not None
    assert (found.operator_id, found.is_private, found.created_at) == (MIA.operator_id, True, aboard.clock.now())


async def test_a_chat_seen_before_is_left_as_it_is() -> None:
    aboard = await a_people_harness()
    before = await aboard.storage.destinations()
    for _ in range(2):
        await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    assert await aboard.storage.destinations() == before


async def test_a_chat_that_blocked_us_takes_messages_again_once_its_person_writes() -> None:
    aboard = await a_people_harness()
    await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    await aboard.chats.mark_blocked("telegram", "mia's", "bot was blocked")
    await aboard.chats.mark_blocked("telegram", "mia's", "chat not found")
    found = await aboard.chats.find_destination("telegram:mia's")
    assert found is not None
    assert found.blocked == "bot was blocked"
    await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    found = await aboard.chats.find_destination("telegram:mia's")
    assert found is not None
    assert found.blocked == ""


async def test_a_chat_that_was_opened_again_is_told_things_again() -> None:
    aboard = await a_people_harness()
    await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    await aboard.chats.mark_blocked("telegram", "mia's", "bot was kicked")
    await aboard.chats.mark_unblocked("telegram", "404")
    await aboard.chats.mark_unblocked("telegram", "mia's")
    found = await aboard.chats.find_destination("telegram:mia's")
    assert found is not None
    assert found.blocked == ""


async def test_an_unknown_chat_cannot_block_us() -> None:
    aboard = await a_people_harness()
    await aboard.chats.mark_blocked("telegram", "404", "chat not found")
    assert await aboard.chats.find_destination("telegram:404") is None


async def test_a_chat_that_changed_hands_is_not_told_what_was_meant_for_the_one_before() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.store(EventRaised(an_event("e1")), EventAddressed(1, ("telegram:mia's",)))
    await aboard.chats.record_private_chat(jonas, a_sender("mia's"))
    assert await aboard.chats_of(MIA.operator_id) == set()
    assert await aboard.chats_of(jonas.operator_id) == {"telegram:mia's", "telegram:jonas's"}
    assert await aboard.storage.undelivered_events("telegram:mia's", 10) == ()


async def test_a_group_follows_bots() -> None:
    aboard = await a_people_harness()
    place = await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    assert (place.kind, place.title, place.shows_amounts) == (DestinationKind.GROUP, "Desk", False)
    await aboard.chats.subscribe_chat(GROUP, BETA, MIA)
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    assert await aboard.chats.subscribed_bots(GROUP.key) == {"alpha", "beta"}
    assert await aboard.chats.subscribed_bots("telegram:-2") == set()


async def test_following_again_keeps_what_the_group_chose() -> None:
    aboard = await a_people_harness()
    first = await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    await aboard.chats.set_amounts_visible(GROUP.key, is_visible=True)
    await aboard.chats.mark_blocked("telegram", "-1", "kicked")
    again = await aboard.chats.subscribe_chat(Chat(platform="telegram", address="-1", title="New title"), BETA, MIA)
    assert (again.shows_amounts, again.title, again.blocked) == (True, "New title", "")
    assert again.created_at == first.created_at


async def test_a_private_chat_does_not_become_a_group() -> None:
    aboard = await a_people_harness()
    with raises_refusal(Refused, match="yours alone"):
        await aboard.chats.subscribe_chat(Chat(platform="telegram", address="mia's"), ALPHA, MIA)
    found = await aboard.chats.find_destination("telegram:mia's")
    assert found is not None
    assert found.is_private


async def test_a_group_that_follows_nothing_any_more_is_forgotten() -> None:
    aboard = await a_people_harness()
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    await aboard.chats.subscribe_chat(GROUP, BETA, MIA)
    await aboard.chats.unsubscribe_chat(GROUP, ALPHA)
    assert await aboard.chats.find_destination(GROUP.key) is not None
    with raises_refusal(Refused, match="does not follow alpha"):
        await aboard.chats.unsubscribe_chat(GROUP, ALPHA)
    await aboard.chats.unsubscribe_chat(GROUP, BETA)
    assert await aboard.chats.find_destination(GROUP.key) is None
    assert await aboard.storage.subscriptions() == ()


async def test_one_group_unfollows_for_itself_alone() -> None:
    aboard = await a_people_harness()
    other = Chat(platform="telegram", address="-2")
    for chat in (GROUP, other):
        await aboard.chats.subscribe_chat(chat, ALPHA, MIA)
    await aboard.chats.unsubscribe_chat(GROUP, ALPHA)
    assert await aboard.chats.subscribed_bots(other.key) == {"alpha"}


async def test_a_group_that_moved_keeps_what_it_follows_and_is_owed() -> None:
    aboard = await a_people_harness()
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    await aboard.chats.set_amounts_visible(GROUP.key, is_visible=True)
    await aboard.store(EventRaised(an_event("e1", bot="alpha")), EventAddressed(1, (GROUP.key,)))
    for _ in range(2):
        # Platforms tell of it in the old chat and in the new one.
        await aboard.chats.move_chat("telegram", "-1", "-100")
    moved = await aboard.chats.find_destination("telegram:-100")
    assert moved is not None
    assert (moved.address, moved.title, moved.shows_amounts) == ("-100", "Desk", True)
    assert await aboard.chats.find_destination(GROUP.key) is None
    assert await aboard.chats.subscribed_bots("telegram:-100") == {"alpha"}
    assert names(await aboard.storage.undelivered_events("telegram:-100", 10)) == ["e1"]


async def test_a_chat_nobody_knows_moves_nowhere() -> None:
    aboard = await a_people_harness()
    await aboard.chats.move_chat("telegram", "-5", "-6")
    assert await aboard.chats.find_destination("telegram:-6") is None


async def test_amounts_are_shown_where_bots_are_followed_only() -> None:
    aboard = await a_people_harness()
    for key in (GROUP.key, "telegram:mia's"):
        with raises_refusal(Refused, match="follows no bot yet"):
            await aboard.chats.set_amounts_visible(key, is_visible=True)
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    assert (await aboard.chats.set_amounts_visible(GROUP.key, is_visible=True)).shows_amounts
    assert not (await aboard.chats.set_amounts_visible(GROUP.key, is_visible=False)).shows_amounts
    found = await aboard.chats.find_destination(GROUP.key)
    assert found is not None
    assert not found.shows_amounts


async def test_who_brought_the_desk_to_a_group_is_known_on_its_platform() -> None:
    aboard = await a_people_harness()
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    await aboard.chats.record_private_chat(MIA, a_sender("mia's"))
    host = await aboard.chats.group_owner_id("telegram", "-1")
    assert host == next(
        one.platform_id for one in await aboard.storage.identities() if one.operator_id == MIA.operator_id
    )
    assert await aboard.chats.group_owner_id("telegram", "mia's") == ""
    assert await aboard.chats.group_owner_id("telegram", "-2") == ""
    assert await aboard.chats.group_owner_id("discord", "-1") == ""
