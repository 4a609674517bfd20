"""The crew: who is aboard, what each may do, and leaving."""

import asyncio

import pytest

from bot.domain.errors import InvalidInput, Refused
from bot.domain.facts import Saved
from bot.domain.ids import OperatorId
from bot.domain.instance import BotStatus
from bot.domain.people import Role
from bot.engine.people.chats import Chat
from tests.builders.facts import WALL, a_bot, a_share
from tests.builders.people_harness import MIA, a_people_harness, a_sender
from tests.builders.refusals import raises_refusal

GROUP = Chat(platform="telegram", address="-1")


async def test_members_are_shown_with_their_platforms_and_bots() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas", platform="discord")
    code = (await aboard.invitations.create_link_code(MIA)).code
    await aboard.invitations.link_identity(code, a_sender(platform="discord"))
    await aboard.keep(a_bot("a"), a_bot("b"))
    mia, other = await aboard.operators.members()
    assert (mia.operator, mia.platforms, mia.bots) == (MIA, ("telegram", "discord"), 2)
    assert (other.operator, other.platforms, other.bots) == (jonas, ("discord",), 0)


@pytest.mark.parametrize("name", ["jonas", "JONAS", " @Jonas ", "#jonas"])
async def test_a_person_is_found_by_name_or_id(name: str) -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    assert await aboard.operators.find_operator(name) == jonas


async def test_an_unknown_name_is_answered_with_names_that_exist() -> None:
    aboard = await a_people_harness()
    await aboard.welcome("jonas")
    with raises_refusal(InvalidInput, match=r"nobody is called jo\. Expected one of mia, jonas, for example mia"):
        await aboard.operators.find_operator("jo")


async def test_a_change_of_role_is_kept_and_told() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    changed = await aboard.operators.change_role(jonas.operator_id, Role.VIEWER, MIA)
    assert changed.role is Role.VIEWER
    assert await aboard.now(jonas) == changed
    assert await aboard.said() == ["jonas is viewer now, before trader; mia changed it."]


async def test_the_last_owner_keeps_the_desk() -> None:
    aboard = await a_people_harness()
    with raises_refusal(Refused, match="mia is the only owner"):
        await aboard.operators.change_role(MIA.operator_id, Role.TRADER, MIA)
    with raises_refusal(Refused, match="mia is the only owner"):
        await aboard.operators.remove_operator(MIA.operator_id, MIA)
    anna = await aboard.welcome("anna", Role.OWNER)
    await aboard.operators.change_role(MIA.operator_id, Role.TRADER, anna)
    with raises_refusal(Refused, match="anna is the only owner"):
        await aboard.operators.change_role(anna.operator_id, Role.VIEWER, anna)


async def test_the_only_owner_may_be_made_an_owner_again() -> None:
    aboard = await a_people_harness()
    assert (await aboard.operators.change_role(MIA.operator_id, Role.OWNER, MIA)).role is Role.OWNER


async def test_an_owner_who_was_removed_does_not_count_as_one() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    await aboard.operators.remove_operator(anna.operator_id, MIA)
    with raises_refusal(Refused, match="only owner"):
        await aboard.operators.remove_operator(MIA.operator_id, MIA)


async def test_whoever_is_removed_has_no_access_and_keeps_their_books() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.store(Saved(a_share("alpha", "jonas")), Saved(a_share("alpha", "mia")))
    code = (await aboard.invitations.create_link_code(jonas)).code
    await aboard.invitations.link_identity(code, a_sender("9", platform="discord"))
    removed = await aboard.operators.remove_operator(jonas.operator_id, MIA)
    assert removed.removed_at == aboard.clock.now()
    assert await aboard.people.operator_by_identity("telegram", "jonas's") is None
    assert await aboard.people.operator_by_identity("discord", "9") is None
    assert await aboard.chats_of(jonas.operator_id) == set()
    assert await aboard.storage.shares() == (a_share("alpha", "mia"),)
    assert [member.operator for member in await aboard.operators.members()] == [MIA]
    assert jonas.operator_id in {one.operator_id for one in await aboard.storage.operators()}
    assert (await aboard.said())[-1] == "jonas was removed by mia."


async def test_others_keep_their_chats_and_groups_when_somebody_goes() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.chats.subscribe_chat(GROUP, a_bot("alpha"), jonas)
    await aboard.chats.subscribe_chat(GROUP, a_bot("beta"), MIA)
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    assert {one.key for one in await aboard.storage.destinations()} == {"telegram:mia's", GROUP.key}


async def test_nobody_leaves_while_their_bots_are_active() -> None:
    aboard = await a_people_harness()
    anna = await aboard.welcome("anna", Role.OWNER)
    await aboard.keep(a_bot("a", name="alpha", status=BotStatus.PAUSED), a_bot("b", status=BotStatus.STOPPED))
    with raises_refusal(Refused, match=r"mia has 1 active bot \(alpha\)\. First /stop alpha"):
        await aboard.operators.remove_operator(MIA.operator_id, anna)
    await aboard.keep(a_bot("a", name="alpha", status=BotStatus.STOPPED))
    await aboard.operators.remove_operator(MIA.operator_id, anna)


async def test_whoever_went_cannot_be_changed_or_removed_again() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    for gone in (jonas.operator_id, OperatorId("ghost")):
        with raises_refusal(Refused, match="not aboard any more"):
            await aboard.operators.change_role(gone, Role.OWNER, MIA)
        with raises_refusal(Refused, match="not aboard any more"):
            await aboard.operators.remove_operator(gone, MIA)
    with pytest.raises(InvalidInput):
        await aboard.operators.find_operator("jonas")


async def test_whoever_went_can_come_back_by_an_invitation_as_somebody_new() -> None:
    aboard = await a_people_harness()
    jonas = await aboard.welcome("jonas")
    await aboard.chats.record_private_chat(jonas, a_sender("jonas's"))
    await aboard.operators.remove_operator(jonas.operator_id, MIA)
    code = (await aboard.invitations.create_invitation(Role.VIEWER, MIA)).code
    again, _ = await aboard.invitations.accept_invitation(code, a_sender("jonas's", name="jonas"))
    assert again.operator_id != jonas.operator_id
    assert again.name == "jonas2"
    assert await aboard.chats_of(again.operator_id) == {"telegram:jonas's"}


async def test_unlinking_takes_the_account_and_its_chat() -> None:
    aboard = await a_people_harness()
    code = (await aboard.invitations.create_link_code(MIA)).code
    await aboard.invitations.link_identity(code, a_sender("9", platform="discord"))
    taken = await aboard.operators.unlink_identity(MIA, "telegram")
    assert taken.platform_id == "mia's"
    assert await aboard.people.operator_by_identity("telegram", "mia's") is None
    assert await aboard.people.operator_by_identity("discord", "9") == MIA
    assert await aboard.chats_of(MIA.operator_id) == {"discord:9"}


async def test_the_last_account_stays() -> None:
    aboard = await a_people_harness()
    with raises_refusal(Refused, match="your only account"):
        await aboard.operators.unlink_identity(MIA, "telegram")
    code = (await aboard.invitations.create_link_code(MIA)).code
    await aboard.invitations.link_identity(code, a_sender(platform="discord"))
    results = await asyncio.gather(
        aboard.operators.unlink_identity(MIA, "telegram"),
        aboard.operators.unlink_identity(MIA, "discord"),
        return_exceptions=True,
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Refused]
    assert len(await aboard.operators.identities(MIA.operator_id)) == 1


async def test_a_platform_that_is_not_linked_is_answered_with_one_that_is() -> None:
    aboard = await a_people_harness()
    await aboard.store(Saved(a_sender(platform="discord").identity(MIA.operator_id, WALL)))
    with raises_refusal(InvalidInput, match=r"on console\. Expected one of telegram, discord, for example telegram$"):
        await aboard.operators.unlink_identity(MIA, "console")
